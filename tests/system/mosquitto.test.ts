/** The whole center on a real Mosquitto with the shipped configuration: the same spine, and nothing lost. */
import { stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StationDetail } from '@heat-center/api/stations.ts';
import { topicOf } from '@heat-center/contract/topics.ts';
import { createJournalReader } from '@heat-center/controller/adapters/journal/reader.ts';
import { readTelemetry } from '@heat-center/controller/domain/telemetry/read.ts';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  connect,
  controlled,
  inbox,
  newDataDir,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';
import { mosquittoFolder, mosquittoIsMissing, type MosquittoFolder } from '../support/mosquitto.ts';

if (mosquittoIsMissing) {
  console.warn(
    'SKIPPED: mosquitto is not on the path, so the center was not tried on it (apt-get install mosquitto).',
  );
}

const boot = 'feedbeef00000002';
const WAIT = { timeout: 15_000 };

/** Mosquitto reads the logins again a moment after the center wrote them, so a new one may be refused at first. */
async function enter(center: CenterProcess, login: Login, more: object = {}): Promise<MqttClient> {
  let client: MqttClient | undefined;
  await expect
    .poll(async () => {
      client = await connect(center, login, more).catch(() => undefined);
      return client?.connected;
    }, WAIT)
    .toBe(true);
  if (!client) throw new Error('not connected');
  client.on('error', () => undefined);
  return client;
}

const publish = (client: MqttClient, topic: string, body: object): Promise<unknown> =>
  client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
const retain = (client: MqttClient, topic: string, body: object): Promise<unknown> =>
  client.publishAsync(topic, JSON.stringify(body), { qos: 1, retain: true });

const detail = (center: CenterProcess, id: string): Promise<StationDetail> =>
  center.call('GET', `/api/v1/stations/${id}`);

/** A broker that never saw the center keeps nothing for it, so nothing is sent before. */
async function whenReady(center: CenterProcess): Promise<void> {
  const until = performance.now() + 30_000;
  while ((await center.ask('GET', '/health/ready')).status !== 200) {
    if (performance.now() > until) throw new Error(`the center is not ready:\n${center.log()}`);
    await sleep(50);
  }
}

describe.skipIf(mosquittoIsMissing)('a center on Mosquitto', () => {
  let mosquitto: MosquittoFolder;
  let center: CenterProcess;
  beforeAll(async () => {
    mosquitto = await mosquittoFolder();
    center = await startCenter({ env: mosquitto.centerEnv });
    await mosquitto.start('mosquitto');
    await whenReady(center);
  });
  afterAll(async () => {
    await center.stop();
    await mosquitto.end('SIGTERM');
    await removeDataDir(center.dir);
    await mosquitto.remove();
  });

  it('takes telemetry and answers with a receipt', async () => {
    const client = await enter(center, await register(center, { id: 'm-1' }));
    const box = inbox(client);
    await client.subscribeAsync([topicOf('m-1', 'receipt'), 'heat/v1/center/heartbeat'], { qos: 1 });
    await publish(client, topicOf('m-1', 'telemetry'), {
      v: 1,
      boot,
      seq: 1,
      at: Date.now(),
      primary: { supply_c: 95 },
    });
    const receipt = await box.next(({ topic }) => topic.endsWith('/receipt'));
    expect(receipt).toEqual({ topic: 'heat/v1/m-1/receipt', body: { v: 1, boot, seq: 1 }, retain: false });
    await box.next(({ topic }) => topic.endsWith('/heartbeat'));
    expect((await detail(center, 'm-1')).points['primary.supply_c']).toMatchObject({ 1: 95, 2: 'good' });
    await client.endAsync();
  });

  it('commands a station and hears what became of it', async () => {
    const login = await register(center, controlled('m-2'));
    const client = await enter(center, login);
    const box = inbox(client);
    await client.subscribeAsync(topicOf('m-2', 'command'), { qos: 1 });
    const status = { v: 1, state: 'online', boot, at: Date.now(), mode: 'remote' };
    await retain(client, topicOf('m-2', 'status'), status);
    await publish(client, topicOf('m-2', 'telemetry'), {
      v: 1,
      boot,
      seq: 1,
      at: Date.now(),
      circuits: { low: { supply_c: 55, return_c: 44, flow_m3_h: 88, supply_set_c: 55, follows: 'curve' } },
      outdoor_c: -3,
    });
    const { body: command, retain: retained } = await box.next(({ body }) => body.kind === 'setpoints');
    expect(retained).toBe(false);
    const { id, epoch, seq, circuits } = command;
    const answer = { v: 1, id, epoch, seq, at: Date.now() };
    await publish(client, topicOf('m-2', 'report'), { ...answer, state: 'accepted' });
    await publish(client, topicOf('m-2', 'report'), { ...answer, state: 'applied', readback: { circuits } });
    const known = async (): Promise<string | undefined> =>
      (await detail(center, 'm-2')).commands.find((each) => each.id === id)?.state;
    await expect.poll(known, WAIT).toMatch(/applied|achieved/);
    await client.endAsync();
  });

  it('hears nothing from a stranger, and neither does a station', async () => {
    const victim = await enter(center, await register(center, { id: 'm-3' }));
    const stranger = await enter(center, await register(center, { id: 'm-4' }));
    const box = inbox(victim);
    await victim.subscribeAsync([topicOf('m-3', 'command'), topicOf('m-3', 'receipt')], { qos: 1 });
    const overheard = inbox(stranger);
    await stranger.subscribeAsync(['heat/v1/#', topicOf('m-3', 'receipt')], { qos: 1 });
    await publish(stranger, topicOf('m-3', 'telemetry'), { v: 1, at: Date.now(), outdoor_c: 9 });
    await retain(stranger, topicOf('m-3', 'command'), { v: 1, kind: 'release' });
    await publish(stranger, 'heat/v1/center/heartbeat', {
      v: 1,
      epoch: 9_999_999_999,
      at: Date.now(),
      every_s: 5,
    });
    await publish(victim, topicOf('m-3', 'telemetry'), { v: 1, boot, seq: 1, at: Date.now(), outdoor_c: 1 });
    await box.next(({ topic }) => topic.endsWith('/receipt'));
    expect((await detail(center, 'm-3')).points).toEqual({ outdoor_c: [expect.any(Number), 1, 'good'] });
    expect(box.messages.map(({ topic }) => topic)).toEqual([topicOf('m-3', 'receipt')]);
    expect(overheard.messages.filter(({ topic }) => topic.includes('m-3'))).toEqual([]);
    await Promise.all([victim.endAsync(), stranger.endAsync()]);
  });

  it('cuts the old login off when the secret is rotated, and when the station is removed', async () => {
    const login = await register(center, { id: 'm-5' });
    const old = await enter(center, login);
    const cut = new Promise((resolve) => old.once('close', () => resolve(true)));
    const { mqtt } = await center.call<{ mqtt: Login }>('POST', '/api/v1/stations/m-5/secret');
    expect(await cut).toBe(true);
    await expect(connect(center, login)).rejects.toThrow(/[Nn]ot authorized/);
    const renewed = await enter(center, mqtt);
    const removed = new Promise((resolve) => renewed.once('close', () => resolve(true)));
    await center.call('DELETE', '/api/v1/stations/m-5');
    expect(await removed).toBe(true);
    await expect(connect(center, mqtt)).rejects.toThrow(/[Nn]ot authorized/);
  });

  it('lets a gateway speak for its stations, and only for those', async () => {
    await register(center, { id: 'm-6' });
    await register(center, { id: 'm-7' });
    const gateway = { id: 'm-gw', kind: 'gateway', stations: ['m-6'] };
    const { mqtt } = await center.call<{ mqtt: Login }>('POST', '/api/v1/logins', gateway);
    const client = await enter(center, mqtt);
    const box = inbox(client);
    await client.subscribeAsync(topicOf('m-6', 'receipt'), { qos: 1 });
    await publish(client, topicOf('m-7', 'telemetry'), { v: 1, at: Date.now(), outdoor_c: 7 });
    await publish(client, topicOf('m-6', 'telemetry'), { v: 1, boot, seq: 1, at: Date.now(), outdoor_c: 6 });
    await box.next(({ topic }) => topic === topicOf('m-6', 'receipt'));
    expect((await detail(center, 'm-7')).points).toEqual({});
    await client.endAsync();
  });

  it('says that it is not ready while Mosquitto is away, and comes back with it', async () => {
    const login = await register(center, { id: 'm-8' });
    await (await enter(center, login)).endAsync();
    await mosquitto.end('SIGTERM');
    await expect
      .poll(() => center.ask('GET', '/health/ready'), WAIT)
      .toMatchObject({
        status: 503,
        body: { ready: false, why: [expect.stringContaining('MQTT broker') as string] },
      });
    await mosquitto.start('mosquitto');
    await whenReady(center);
    const client = await enter(center, login);
    const box = inbox(client);
    await client.subscribeAsync(topicOf('m-8', 'receipt'), { qos: 1 });
    await publish(client, topicOf('m-8', 'telemetry'), { v: 1, boot, seq: 1, at: Date.now(), outdoor_c: 8 });
    await box.next(({ topic }) => topic.endsWith('/receipt'));
    await client.endAsync();
  });
});

const STATIONS = 4;
const FIRST_AT = 1_795_305_600_000;

interface Sender {
  readonly login: Login;
  readonly client: MqttClient;
  /** Sequence numbers that Mosquitto acknowledged. */
  readonly acknowledged: Set<number>;
  seq: number;
  /** Highest receipt. */
  receipt: number;
}

async function addSender(center: CenterProcess, id: string): Promise<Sender> {
  const login = await register(center, { id });
  const client = await enter(center, login, { reconnectPeriod: 200 });
  const sender: Sender = { login, client, acknowledged: new Set(), seq: 0, receipt: 0 };
  client.on('message', (_topic, payload) => {
    sender.receipt = Math.max(sender.receipt, (JSON.parse(payload.toString()) as { seq: number }).seq);
  });
  await client.subscribeAsync(topicOf(id, 'receipt'), { qos: 1 });
  return sender;
}

/** Publishes as fast as PUBACKs come, from eight chains at once, until told to stop. */
async function flood(sender: Sender, stop: AbortSignal): Promise<void> {
  const topic = topicOf(sender.login.username, 'telemetry');
  const chain = async (): Promise<void> => {
    while (!stop.aborted) {
      sender.seq += 1;
      const { seq } = sender;
      await publish(sender.client, topic, {
        v: 1,
        boot,
        seq,
        at: FIRST_AT + seq,
        outdoor_c: -3,
        historical: true,
      });
      sender.acknowledged.add(seq);
    }
  };
  await Promise.all(Array.from({ length: 8 }, chain));
}

/** Sequence numbers of all telemetry in the journal, by station. */
async function journaled(dir: string): Promise<Map<string, Set<number>>> {
  const reader = createJournalReader({ dir: join(dir, 'journal') });
  const found = new Map<string, Set<number>>();
  let position = 0;
  for (;;) {
    const records = await reader.read(position, 1024 * 1024);
    if (records.length === 0) break;
    for (const { kind, station, body, end } of records) {
      position = end;
      if (kind !== 'telemetry') continue;
      const seqs = found.get(station) ?? new Set();
      for (const { seq } of readTelemetry(body)?.samples ?? []) if (seq !== undefined) seqs.add(seq);
      found.set(station, seqs);
    }
  }
  await reader.close();
  return found;
}

describe.skipIf(mosquittoIsMissing)('a center that is killed while Mosquitto goes on', () => {
  it('has stored all that Mosquitto acknowledged, since it acknowledges to Mosquitto only what is on disk', async () => {
    const dir = await newDataDir();
    const mosquitto = await mosquittoFolder();
    const options = { dir, env: mosquitto.centerEnv };
    let center = await startCenter(options);
    onTestFinished(async () => {
      await center.kill();
      await mosquitto.end('SIGTERM');
      await removeDataDir(dir);
      await mosquitto.remove();
    });
    await mosquitto.start('run.sh');
    await whenReady(center);
    const senders: Sender[] = [];
    for (let n = 0; n < STATIONS; n += 1) senders.push(await addSender(center, `flood-${n}`));
    const least = (): number => Math.min(...senders.map(({ seq }) => seq));
    const stop = new AbortController();
    const floods = senders.map((sender) => flood(sender, stop.signal));
    await expect.poll(least, WAIT).toBeGreaterThan(1000);
    await center.kill();
    // Mosquitto takes what comes while the center is away.
    const sent = least();
    await expect.poll(least, WAIT).toBeGreaterThan(sent + 300);
    stop.abort();
    await Promise.all(floods);
    center = await startCenter(options);
    await expect
      .poll(
        () =>
          senders
            .filter(({ receipt, seq }) => receipt < seq)
            .map(({ login, receipt, seq }) => [login.username, receipt, seq]),
        { timeout: 30_000 },
      )
      .toEqual([]);
    expect(await center.stop()).toBe(0);
    const stored = await journaled(dir);
    for (const { login, acknowledged, receipt } of senders) {
      const seqs = stored.get(login.username) ?? new Set();
      expect([...acknowledged].filter((seq) => !seqs.has(seq))).toEqual([]);
      expect(Array.from({ length: receipt }, (_, n) => n + 1).filter((seq) => !seqs.has(seq))).toEqual([]);
    }
    await Promise.all(senders.map(({ client }) => client.endAsync(true)));
  }, 120_000);
});

describe.skipIf(mosquittoIsMissing)('a Mosquitto whose database was cut short', () => {
  it('is started by run.sh all the same, with the database put aside', async () => {
    const dir = await newDataDir();
    const data = await newDataDir();
    const mosquitto = await mosquittoFolder({ data });
    const center = await startCenter({ dir, env: mosquitto.centerEnv });
    onTestFinished(async () => {
      await center.kill();
      await mosquitto.end('SIGTERM');
      for (const folder of [dir, data]) await removeDataDir(folder);
      await mosquitto.remove();
    });
    await mosquitto.start('run.sh');
    await whenReady(center);
    const login = await register(center, { id: 'cut' });
    await (await enter(center, login)).endAsync();
    await mosquitto.end('SIGTERM');
    const database = join(data, 'mosquitto.db');
    const { size } = await stat(database);
    await truncate(database, size - 20);
    await mosquitto.start('run.sh');
    expect((await stat(`${database}.unreadable`)).size).toBe(size - 20);
    await whenReady(center);
    const client = await enter(center, login);
    const box = inbox(client);
    await client.subscribeAsync(topicOf('cut', 'receipt'), { qos: 1 });
    await publish(client, topicOf('cut', 'telemetry'), { v: 1, boot, seq: 1, at: Date.now(), outdoor_c: 8 });
    await box.next(({ topic }) => topic.endsWith('/receipt'));
    await client.endAsync();
  }, 60_000);
});
