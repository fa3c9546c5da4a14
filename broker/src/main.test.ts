/** The broker as a process of its own, from its login file to its end. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from './testing.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heat-broker-'));
const file = join(folder, 'identities.json');
const clients: MqttClient[] = [];
let child: ChildProcess;
let url = '';
let log = '';

const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const CENTER = { id: 'heat-center', kind: 'center', sha256: sha256('secret-heat-center') };
const STATION = { id: 's1', kind: 'station', sha256: sha256('secret-s1') };

async function logIn(id: string, password = `secret-${id}`): Promise<MqttClient> {
  const login = { clientId: id, username: id, password, reconnectPeriod: 0, clean: id !== CENTER.id };
  const client = await mqtt.connectAsync(url, login, false);
  clients.push(client);
  return client;
}

function start(identities: string): ChildProcess {
  const env = { ...process.env, HEAT_CENTER_MQTT_PORT: '0', HEAT_BROKER_IDENTITIES: identities };
  return spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(async () => {
  writeFileSync(file, JSON.stringify([CENTER, STATION]));
  child = start(file);
  child.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  await until(() => log.includes('broker listens'));
  url = `mqtt://127.0.0.1:${/"port":(\d+)/.exec(log)?.[1] ?? ''}`;
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('carries telemetry to the center and commands, receipts and heartbeats back', async () => {
  const center = await logIn('heat-center');
  const station = await logIn('s1');
  const seen: string[] = [];
  for (const client of [center, station]) {
    client.on('message', (topic, payload) => seen.push(`${topic} ${payload.toString()}`));
  }
  await center.subscribeAsync(['heat/v1/+/telemetry', 'heat/v1/+/status'], { qos: 1 });
  await station.subscribeAsync(['heat/v1/s1/command', 'heat/v1/s1/receipt', 'heat/v1/center/heartbeat'], {
    qos: 1,
  });
  await station.publishAsync('heat/v1/s1/status', 'online', { qos: 1, retain: true });
  await station.publishAsync('heat/v1/s1/telemetry', 'sample', { qos: 1 });
  await center.publishAsync('heat/v1/s1/command', 'warmer', { qos: 1 });
  await center.publishAsync('heat/v1/s1/receipt', 'upto', { qos: 1 });
  await center.publishAsync('heat/v1/center/heartbeat', 'tick', { qos: 1 });
  await until(() => seen.length === 5);
  expect(seen).toEqual([
    'heat/v1/s1/status online',
    'heat/v1/s1/telemetry sample',
    'heat/v1/s1/command warmer',
    'heat/v1/s1/receipt upto',
    'heat/v1/center/heartbeat tick',
  ]);
});

it('reads the file again when it changes, and keeps what it had when the file is broken', async () => {
  const station = await logIn('s1');
  writeFileSync(file, '[{]');
  await until(() => log.includes('those read before stay'));
  expect(station.connected).toBe(true);
  writeFileSync(file, JSON.stringify([CENTER, { ...STATION, sha256: sha256('rotated') }]));
  await until(() => !station.connected);
  await expect(logIn('s1')).rejects.toThrow(/Bad username or password/);
  expect((await logIn('s1', 'rotated')).connected).toBe(true);
});

it('ends by itself when it is told to', async () => {
  const code = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await code).toBe(0);
});

it('says what to do when there is no login file', async () => {
  const failing = start(join(folder, 'nowhere.json'));
  let said = '';
  failing.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  expect(await new Promise((resolve) => failing.once('close', resolve))).toBe(1);
  expect(said).toContain('bad_environment: HEAT_BROKER_IDENTITIES');
});
