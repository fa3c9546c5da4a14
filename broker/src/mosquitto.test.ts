/** The shipped configuration, access rules and password lines, tried on a real Mosquitto where there is one. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatedFiles } from './generate.ts';
import { CENTER_LOGIN, mosquittoAcl } from './mosquitto-acl.ts';
import { mosquittoPasswordLine } from './mosquitto-passwords.ts';
import { IDENTITIES } from './testing.ts';

const SHIPPED = fileURLToPath(new URL('../mosquitto/', import.meta.url));
/** Debian keeps it where a plain user's path does not lead. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };
const missing = spawnSync('mosquitto', ['-h'], { env }).error !== undefined;
if (missing) console.warn('SKIPPED: mosquitto is not on the path, so its configuration was not tried.');

describe('generated files', () => {
  it('are up to date (else: node broker/src/generate.ts)', () => {
    for (const [path, text] of generatedFiles()) expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('name gateways and readers only when there are some', () => {
    const acl = mosquittoAcl(IDENTITIES);
    expect(acl).toContain('user gw\ntopic write heat/v1/g1/telemetry\n');
    expect(acl).toContain('user eye\ntopic read heat/v1/#\n');
    expect(mosquittoAcl()).not.toContain('user eye');
  });
});

describe('mosquittoPasswordLine', () => {
  it('salts each line anew and refuses names that would break the file', () => {
    expect(mosquittoPasswordLine('s1', 'x')).toMatch(/^s1:\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/);
    expect(mosquittoPasswordLine('s1', 'x')).not.toBe(mosquittoPasswordLine('s1', 'x'));
    for (const name of ['a:b', '', 'a\nb', '+', 'A'])
      expect(() => mosquittoPasswordLine(name, 'x')).toThrow(RangeError);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Mosquitto's log comes late through a pipe, so its port is asked. */
async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => setTimeout(() => resolve(false), 20));
  });
  socket.destroy();
  return open;
}

describe.skipIf(missing)('a real Mosquitto with the shipped configuration', () => {
  let folder: string;
  let url: string;
  let child: ChildProcess;
  const clients: MqttClient[] = [];

  const logIn = async (username: string, password: string, clientId = username): Promise<MqttClient> => {
    const client = await mqtt.connectAsync(url, { clientId, username, password, reconnectPeriod: 0 }, false);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heat-mosquitto-'));
    const port = await freePort();
    url = `mqtt://127.0.0.1:${port}`;
    const shipped = readFileSync(join(SHIPPED, 'mosquitto.conf'), 'utf8');
    const moved = shipped
      .replaceAll('/mosquitto/config/', `${folder}/`)
      .replaceAll('/mosquitto/data/', `${folder}/`)
      .replace('listener 1883', `listener ${port} 127.0.0.1`);
    writeFileSync(join(folder, 'mosquitto.conf'), `${moved}\nuser ${userInfo().username}\n`);
    copyFileSync(join(SHIPPED, 'acl'), join(folder, 'acl'));
    const lines = [CENTER_LOGIN, 's1', 's2'].map(
      (name) => `${mosquittoPasswordLine(name, `secret-${name}`)}\n`,
    );
    writeFileSync(join(folder, 'passwords'), lines.join(''));
    child = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const output of [child.stdout, child.stderr])
      output?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    while (!(await listens(port))) {
      if (child.exitCode !== null) throw new Error(`Mosquitto did not start:\n${log}`);
    }
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets in who has the secret and nobody else', async () => {
    const station = await logIn('s1', 'secret-s1');
    expect(station.connected).toBe(true);
    await expect(logIn('s1', 'secret-s2')).rejects.toThrow(/[Nn]ot authorized/);
    await expect(logIn('nobody', 'secret-s1')).rejects.toThrow(/[Nn]ot authorized/);
  });

  it('carries what the contract permits, and drops the rest', async () => {
    const center = await logIn(CENTER_LOGIN, `secret-${CENTER_LOGIN}`);
    const one = await logIn('s1', 'secret-s1');
    const two = await logIn('s2', 'secret-s2');
    const seen: string[] = [];
    for (const [name, client] of Object.entries({ center, one, two })) {
      client.on('message', (topic) => seen.push(`${name} ${topic}`));
    }
    await center.subscribeAsync(['heat/v1/+/telemetry', 'heat/v1/+/status', 'heat/v1/+/report'], { qos: 1 });
    await one.subscribeAsync(['heat/v1/s1/command', 'heat/v1/center/heartbeat'], { qos: 1 });
    await two.subscribeAsync(['heat/v1/#', '$SYS/#'], { qos: 1 });
    await two.publishAsync('heat/v1/s1/telemetry', 'foreign', { qos: 1 });
    await two.publishAsync('heat/v1/s1/command', 'foreign', { qos: 1, retain: true });
    await two.publishAsync('heat/v1/center/heartbeat', 'foreign', { qos: 1 });
    await one.publishAsync('heat/v1/s1/telemetry', 'own', { qos: 1 });
    await center.publishAsync('heat/v1/s1/command', 'warmer', { qos: 1 });
    await center.publishAsync('heat/v1/center/heartbeat', 'tick', { qos: 1 });
    await expect.poll(() => seen.length).toBe(4);
    expect(seen.toSorted()).toEqual([
      'center heat/v1/s1/telemetry',
      'one heat/v1/center/heartbeat',
      'one heat/v1/s1/command',
      'two heat/v1/center/heartbeat',
    ]);
  });

  it('takes no client id but the user name: a stranger cannot end another connection', async () => {
    const one = await logIn('s1', 'secret-s1');
    const two = await logIn('s2', 'secret-s2', 's1');
    await two.publishAsync('heat/v1/s2/telemetry', 'x', { qos: 1 });
    await one.publishAsync('heat/v1/s1/telemetry', 'x', { qos: 1 });
    expect(one.connected).toBe(true);
  });
});
