/** The command line against a real app on a real port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAuditLog } from '../audit/log.ts';
import { openTrail } from '../audit/trail.ts';
import { addStation, CLI, httpFixture, STATION, type Fixture } from '../testing/http-fixture.ts';
import { EXIT, runCli } from './program.ts';

let dir: string;
let http: Fixture;
let printed: string[];
let complained: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'heat-cli-'));
  http = await httpFixture();
  await http.app.listen({ host: '127.0.0.1', port: 0 });
  await announce(process.pid);
  await writeFile(join(dir, 'cli-token'), `${CLI}\n`);
});
afterEach(async () => {
  await http.close();
  await rm(dir, { recursive: true });
});

async function announce(pid: number): Promise<void> {
  const { port } = new URL(http.url());
  const run = {
    pid,
    supervisor_pid: pid,
    http: { host: '127.0.0.1', port: Number(port), url: http.url() },
    mqtt: { host: '127.0.0.1', port: 1883 },
  };
  await writeFile(join(dir, 'run.json'), JSON.stringify(run));
}

function heat(...args: string[]): Promise<number> {
  printed = [];
  complained = [];
  return runCli(
    args,
    { HEAT_CENTER_DATA_DIR: dir },
    {
      print: (line) => printed.push(line),
      complain: (line) => complained.push(line),
    },
  );
}

const password = (): string => printed[1]?.replace('password  ', '') ?? '';

describe('pnpm heat', () => {
  it('prints a link that signs in', async () => {
    expect(await heat('link')).toBe(EXIT.ok);
    const token = new URL(printed[0] ?? '').hash.replace('#login=', '');
    const answer = await fetch(`${http.url()}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    expect(answer.status).toBe(200);
  });

  it('says how the center is', async () => {
    addStation(http);
    expect(await heat('status')).toBe(EXIT.ok);
    expect(printed).toEqual([
      `dashboard  ${http.url()}`,
      'mqtt       127.0.0.1:1883',
      `process    ${process.pid}`,
      'ready      yes',
      'stations   1 (1 silent)',
    ]);
    http.center.ready = false;
    await heat('status');
    expect(printed[3]).toBe('ready      no: the disk is full');
  });

  it('adds a station from a file and flags, shows, changes, rotates and removes it', async () => {
    const file = join(dir, 'station.json');
    await writeFile(file, JSON.stringify(STATION));
    expect(await heat('station', 'add', '--file', file, '--priority', 'school')).toBe(EXIT.ok);
    expect(http.registry.authenticate('dongshan-3', password())).toBeDefined();
    expect(http.registry.station('dongshan-3')?.priority).toBe('school');

    http.center.measure('dongshan-3', { outdoor_c: -3 });
    expect(await heat('station', 'list')).toBe(EXIT.ok);
    expect(printed[0]).toMatch(/^id +name +state/);
    expect(printed[1]).toMatch(/^dongshan-3 +Dongshan 3 +good +remote +on +0 s ago$/);
    expect(await heat('station', 'show', 'dongshan-3')).toBe(EXIT.ok);
    expect(JSON.parse(printed.join('\n'))).toMatchObject({ id: 'dongshan-3', state: 'good' });

    const flags = ['--name-en', 'East 3', '--heated-area', '41000', '--place', '37.9,113.6', '--every', '10'];
    expect(await heat('station', 'set', 'dongshan-3', ...flags)).toBe(EXIT.ok);
    expect(http.registry.station('dongshan-3')).toMatchObject({
      name: { en: 'East 3' },
      place: { lat: 37.9, lon: 113.6 },
      config: { heated_area_m2: 41_000, every_s: { default: 10, meter: 900 }, control: 'on' },
    });
    expect((await http.audit.list({ limit: 1 })).entries[0]?.by).toBe('command line');

    expect(await heat('station', 'rotate', 'dongshan-3')).toBe(EXIT.ok);
    expect(http.registry.authenticate('dongshan-3', password())).toBeDefined();
    expect(await heat('station', 'remove', 'dongshan-3')).toBe(EXIT.ok);
    expect(http.registry.stations()).toEqual([]);
  });

  it('adds and revokes logins', async () => {
    addStation(http);
    expect(await heat('login', 'add', 'gateway', 'gw-1', '--station', 'dongshan-3')).toBe(EXIT.ok);
    expect(http.registry.authenticate('gw-1', password())).toMatchObject({ stations: ['dongshan-3'] });
    expect(await heat('login', 'add', 'reader', 'rd-1')).toBe(EXIT.ok);
    expect(await heat('login', 'remove', 'gw-1')).toBe(EXIT.ok);
    expect(http.registry.credential('gw-1')).toBeUndefined();
  });

  it('verifies the audit log, and finds a changed byte', async () => {
    expect(await heat('station', 'add', 'a')).toBe(EXIT.ok);
    expect(await heat('audit', 'list', '--action', 'add')).toBe(EXIT.ok);
    expect(printed[1]).toMatch(/^1 +\S+Z +command line +add +a +\{/);
    const source = { notes: () => [], dropNotes: () => undefined, setSetting: () => undefined };
    const audit = join(dir, 'audit');
    const log = await openAuditLog({ dir: audit, anchor: undefined });
    const trail = await openTrail({ dir: audit, log, source, now: () => 1 });
    const entry = { at: 1, by: 'anna', action: 'login', subject: 'center', before: null, after: null };
    for (let n = 0; n < 3; n += 1) await trail.record(entry);
    await trail.close();
    expect(await heat('audit', 'verify')).toBe(EXIT.ok);
    expect(printed[0]).toBe('records  3');
    expect(await heat('audit', 'verify', '--anchor', `4:${'0'.repeat(64)}`)).toBe(EXIT.failed);
    expect(complained[0]).toBe('the end: records 4 to 4 are missing');
    const path = join(audit, '0000000000000001.audit');
    await writeFile(path, (await readFile(path, 'utf8')).replace('anna', 'anne'));
    expect(await heat('audit', 'verify')).toBe(EXIT.failed);
    expect(complained[0]).toBe('0000000000000001.audit:1: the record was changed');
  });

  it('confirms the epoch', async () => {
    http.center.conflicts = [{ station: 'a', epoch: 11 }];
    expect(await heat('epoch', 'confirm')).toBe(EXIT.ok);
    expect(printed).toEqual(['The center goes on with epoch 12.']);
  });
});

describe('what goes wrong', () => {
  it('is said with what to do about it', async () => {
    expect(await heat('station', 'show', 'nowhere')).toBe(EXIT.failed);
    expect(complained).toEqual(['There is no station nowhere. Check the id.']);
    expect(await heat('station', 'add', 'a', '--priority', 'vip')).toBe(EXIT.failed);
    expect(complained[0]).toContain('priority');
    expect(await heat('station', 'add', '--file', join(dir, 'nothing.json'))).toBe(EXIT.failed);
    expect(complained[0]).toContain('nothing.json');
    await writeFile(join(dir, 'cli-token'), 'another');
    expect(await heat('status')).toBe(EXIT.failed);
    expect(complained[0]).toContain('bearer token');
  });

  it('is a usage error where the command is not understood', async () => {
    expect(await heat('dance')).toBe(EXIT.usage);
    expect(await heat('login', 'add', 'king', 'a')).toBe(EXIT.usage);
    expect(await heat('station', 'show')).toBe(EXIT.usage);
    expect(await heat('--help')).toBe(EXIT.ok);
  });

  it('is a code of its own where no center runs', async () => {
    await http.app.close();
    expect(await heat('status')).toBe(EXIT.notRunning);
    expect(complained[0]).toContain('pnpm start');
    await rm(join(dir, 'run.json'));
    expect(await heat('link')).toBe(EXIT.notRunning);
    expect(await heat('stop')).toBe(EXIT.notRunning);
  });
});

describe('heat stop', () => {
  let started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
    started = [];
  });
  function idle(): ChildProcess {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    started.push(child);
    return child;
  }

  it('ends the process that was announced and waits for it', async () => {
    const child = idle();
    const gone = once(child, 'exit');
    await announce(child.pid ?? 0);
    expect(await heat('stop')).toBe(EXIT.ok);
    expect(await gone).toEqual([null, 'SIGTERM']);
  });

  it('leaves a process alone when nothing shows that it is the center', async () => {
    const child = idle();
    await announce(child.pid ?? 0);
    await http.app.close();
    expect(await heat('stop')).toBe(EXIT.notRunning);
    expect(complained[0]).toContain(`process ${child.pid}`);
    expect(child.exitCode).toBeNull();
  });
});
