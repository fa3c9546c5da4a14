import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stationRegistration } from '@heat-center/api/stations.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry, type RegistryFile } from '../registry/registry.ts';
import { registerStation } from '../registry/registration.ts';
import { identitiesFile, keepLoginFiles, type LoginFiles } from './login-files.ts';
import { openMosquittoLogins, type MosquittoFiles } from './mosquitto-logins.ts';

const actor = { by: 'test', at: 1 };
const log = pino({ level: 'silent' });

let dir: string;
let files: MosquittoFiles & { passwordFile: string; aclFile: string };
let registry: RegistryFile;
let kept: LoginFiles | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'heat-logins-'));
  files = { passwordFile: join(dir, 'passwords'), aclFile: join(dir, 'acl'), pidFile: undefined };
  registry = openRegistry(':memory:');
});
afterEach(async () => {
  await kept?.close();
  kept = undefined;
  registry.close();
  await rm(dir, { recursive: true });
});

/** Starts as a center does that finds these files. */
async function keep(more: Partial<MosquittoFiles> = {}): Promise<LoginFiles> {
  await kept?.close();
  const credentials = () => registry.credentials();
  const mosquitto = await openMosquittoLogins({
    files: { ...files, ...more },
    password: 'own',
    credentials,
    log,
  });
  kept = await keepLoginFiles({ registry, files: [mosquitto], log });
  return kept;
}

const addStation = (id: string): string =>
  registry.addStation(registerStation(stationRegistration.parse({ id })), actor);
async function passwords(): Promise<Map<string, string>> {
  const text = await readFile(files.passwordFile, 'utf8');
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => [line.split(':')[0] ?? '', line]),
  );
}
const names = async (): Promise<string[]> => [...(await passwords()).keys()];

describe('the password file', () => {
  it('begins with the center’s own login, for its owner’s eyes only', async () => {
    await keep();
    expect(await names()).toEqual(['heat-center']);
    expect((await stat(files.passwordFile)).mode & 0o777).toBe(0o600);
  });

  it('follows logins that are added, rotated and revoked, and leaves the others as they are', async () => {
    const center = await keep();
    const secret = addStation('s1');
    addStation('s2');
    await center.settled();
    const before = await passwords();
    expect([...before.keys()]).toEqual(['heat-center', 's1', 's2']);
    expect(await readFile(files.passwordFile, 'utf8')).not.toContain(secret);
    registry.rotateSecret('s1', actor);
    registry.addLogin({ id: 'gw', kind: 'gateway', stations: ['s1'] }, actor);
    registry.removeStation('s2', actor);
    await center.settled();
    const after = await passwords();
    expect([...after.keys()]).toEqual(['heat-center', 's1', 'gw']);
    expect(after.get('s1')).not.toBe(before.get('s1'));
    expect(after.get('heat-center')).toBe(before.get('heat-center'));
  });

  it('outlives a restart of the center and keeps the mode that it was given', async () => {
    const center = await keep();
    addStation('s1');
    await center.settled();
    await chmod(files.passwordFile, 0o644);
    const before = await passwords();
    await keep();
    expect(await passwords()).toEqual(before);
    addStation('s2');
    await kept?.settled();
    expect((await stat(files.passwordFile)).mode & 0o777).toBe(0o640);
  });

  it('loses lines that the registry does not know, and those of another secret than the registry’s', async () => {
    const center = await keep();
    addStation('s1');
    addStation('s2');
    await center.close();
    // What a crash between registry and file leaves behind.
    registry.rotateSecret('s1', actor);
    await writeFile(
      files.passwordFile,
      `${await readFile(files.passwordFile, 'utf8')}stranger:$7$101$AAAA$BBBB\n`,
    );
    await keep();
    expect(await names()).toEqual(['heat-center', 's2']);
  });

  it('is written later when it cannot be written now', async () => {
    files = { ...files, passwordFile: join(dir, 'later', 'passwords') };
    const center = await keep();
    await mkdir(join(dir, 'later'));
    addStation('s1');
    await center.settled();
    expect(await names()).toEqual(['heat-center', 's1']);
  });
});

describe('the access file', () => {
  it('names gateways with their stations, and readers', async () => {
    const center = await keep();
    addStation('s1');
    registry.addLogin({ id: 'gw', kind: 'gateway', stations: ['s1'] }, actor);
    registry.addLogin({ id: 'eye', kind: 'reader', stations: [] }, actor);
    await center.settled();
    const acl = await readFile(files.aclFile, 'utf8');
    expect(acl).toContain('user gw\ntopic write heat/v1/s1/telemetry\n');
    expect(acl).toContain('user eye\ntopic read heat/v1/#\n');
    registry.removeStation('s1', actor);
    await center.settled();
    expect(await readFile(files.aclFile, 'utf8')).not.toContain('heat/v1/s1/');
  });
});

describe('Mosquitto', () => {
  it('is told again a little later: it loses a signal that comes while it reads', async () => {
    const child = spawn(process.execPath, [
      '-e',
      'let n=0;process.on("SIGHUP",()=>console.log(++n));console.log("ready");setInterval(()=>{},1e6)',
    ]);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said).toContain('ready');
    const pidFile = join(dir, 'mosquitto.pid');
    await writeFile(pidFile, `${child.pid}\n`);
    await keep({ pidFile });
    await expect.poll(() => said, { timeout: 5000 }).toContain('2');
    child.kill();
    await once(child, 'exit');
  });

  it('is told to read the files again after a change, and only then', async () => {
    const child = spawn(process.execPath, [
      '-e',
      'let n=0;process.on("SIGHUP",()=>console.log(++n));console.log("ready");setInterval(()=>{},1e6)',
    ]);
    const lines: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString().trim()));
    await expect.poll(() => lines).toEqual(['ready']);
    const pidFile = join(dir, 'mosquitto.pid');
    await writeFile(pidFile, `${child.pid}\n`);
    await keep({ pidFile });
    await expect.poll(() => lines).toEqual(['ready', '1']);
    await keep({ pidFile });
    addStation('s1');
    await expect.poll(() => lines).toEqual(['ready', '1', '2']);
    child.kill();
    await once(child, 'exit');
  });

  it('that is not there does not hold the files up', async () => {
    const center = await keep({ pidFile: join(dir, 'none.pid') });
    addStation('s1');
    await center.settled();
    expect(await names()).toEqual(['heat-center', 's1']);
  });
});

describe('the identities of a broker that runs alone', () => {
  it('follow the registry', async () => {
    const path = join(dir, 'identities.json');
    kept = await keepLoginFiles({
      registry,
      files: [identitiesFile(path, () => registry.credentials())],
      log,
    });
    addStation('s1');
    await kept.settled();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject([
      { id: 's1', kind: 'station', stations: ['s1'] },
    ]);
  });
});
