/** What a station can get wrong: each has a defined answer, is counted, and loses no good data beside it. */
import type { StationDetail } from '@heat-center/api/stations.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicOf } from '@heat-center/contract/topics.ts';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  controlled,
  inbox,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';
import { mosquittoFolder, mosquittoIsMissing, type MosquittoFolder } from '../support/mosquitto.ts';

if (mosquittoIsMissing) console.warn('SKIPPED on Mosquitto: it is not on the path.');

let center: CenterProcess;
let mosquitto: MosquittoFolder | undefined;
let client: MqttClient;
const ID = 'careless';
const WAIT = { timeout: 15_000 };

/** Mosquitto reads new logins a moment after the center wrote them. */
async function enter(login: Login): Promise<MqttClient> {
  for (;;) {
    const entered = await connect(center, login).catch(() => undefined);
    if (entered) return entered;
    await sleep(100);
  }
}

async function begin(broker: 'embedded' | 'mosquitto'): Promise<void> {
  mosquitto = broker === 'mosquitto' ? await mosquittoFolder() : undefined;
  center = await startCenter({ env: mosquitto?.centerEnv ?? {} });
  await mosquitto?.start('mosquitto');
  while ((await center.ask('GET', '/health/ready')).status !== 200) await sleep(50);
  const login = await register(center, controlled(ID, { control: 'observe' }));
  await register(center, { id: 'neighbour' });
  client = await enter(login);
}

async function end(): Promise<void> {
  await client.endAsync();
  await center.stop();
  await mosquitto?.end('SIGTERM');
  await mosquitto?.remove();
  await removeDataDir(center.dir);
}

const detail = (id = ID): Promise<StationDetail> => center.call('GET', `/api/v1/stations/${id}`);
const send = (body: unknown, topic = topicOf(ID, 'telemetry')): Promise<unknown> =>
  client.publishAsync(
    topic,
    typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    {
      qos: 1,
    },
  );
const counted = async (code: string): Promise<number> => (await detail()).counters[code] ?? 0;
const stored = (): Promise<{ samples: number }> => center.call('GET', `/api/v1/stations/${ID}/history/count`);

const BROKERS = mosquittoIsMissing ? (['embedded'] as const) : (['embedded', 'mosquitto'] as const);

describe.each(BROKERS)('bad input over the broker %s', (broker) => {
  beforeAll(() => begin(broker));
  afterAll(end);

  it.each([
    ['not_json', 'hello'],
    ['not_json', Buffer.from([0xff, 0xfe, 0x7b])],
    ['wrong_version', { v: 2, at: Date.now() }],
    ['bad_shape', [1, 2]],
    ['bad_shape', { v: 1, samples: 'many' }],
    [
      'too_many_samples',
      { v: 1, boot: 'b', samples: Array.from({ length: 501 }, (_, seq) => ({ seq, at: 1 })) },
    ],
    ['no_time', { v: 1, outdoor_c: 1 }],
    ['no_time', { v: 1, at: 'yesterday', outdoor_c: 1 }],
    ['unpaired_seq', { v: 1, at: Date.now(), seq: 7, outdoor_c: 1 }],
    ['message_too_large', 'x'.repeat(70 * 1024)],
  ])('answers PUBACK to a message with %s, counts it and shows it to an engineer', async (code, body) => {
    const before = await counted(code);
    await send(body);
    await expect.poll(() => counted(code)).toBe(before + 1);
    const { rejected } = await center.call<{ rejected: { station: string; code: string }[] }>(
      'GET',
      '/api/v1/rejected',
    );
    expect(rejected.some((entry) => entry.station === ID && entry.code === code)).toBe(true);
  });

  it('keeps the good beside the bad: points in a sample, samples in a batch', async () => {
    const at = Date.now() - 500_000;
    const before = (await stored()).samples;
    await send({
      v: 1,
      boot: 'mixed',
      samples: [
        { seq: 1, at, primary: { supply_c: 999, return_c: 51, typo_c: 3 }, historical: true },
        { seq: 2, outdoor_c: 4 },
        { seq: 2, at: at + 1, outdoor_c: 4 },
        {
          seq: 3,
          at: at + 2,
          outdoor_c: '5',
          circuits: { low: { supply_c: 55, pumps: { a: 7 } } },
          historical: true,
        },
      ],
    });
    await expect.poll(async () => (await stored()).samples, { timeout: 15_000 }).toBe(before + 2);
    const after = await detail();
    for (const code of ['out_of_range', 'no_time', 'seq_not_ascending', 'not_a_number', 'unknown_point']) {
      expect(after.counters[code], code).toBeGreaterThan(0);
    }
    expect(after.unknown_points.map(({ point }) => point)).toEqual(
      expect.arrayContaining(['primary.typo_c', 'circuits.low.pumps.a']),
    );
  });

  it('tells failed sensors from absent ones, and flags late, future and conflicting times', async () => {
    await send({ v: 1, at: Date.now(), outdoor_c: null, primary: { supply_c: 0 } });
    await expect
      .poll(async () => (await detail()).points['primary.supply_c'], WAIT)
      .toMatchObject({ 1: 0, 2: 'good' });
    const now = await detail();
    expect(now.points.outdoor_c).toMatchObject({ 1: null, 2: 'bad' });
    expect(now.points.tank_pct).toBeUndefined();
    await send({ v: 1, at: Date.now() - 3_600_000, primary: { supply_c: 80 } });
    await send({ v: 1, at: Date.now() + 3_600_000, primary: { supply_c: 81 } });
    await expect.poll(() => counted('late'), WAIT).toBeGreaterThan(0);
    await expect.poll(() => counted('clock_ahead'), WAIT).toBeGreaterThan(0);
    const flagged = await detail();
    expect(flagged.clock_suspect).not.toBeNull();
    expect(flagged.points['primary.supply_c']).toMatchObject({ 1: 0 });
    const at = Date.now() - 2_000_000;
    await send({ v: 1, at, outdoor_c: 1, historical: true });
    await send({ v: 1, at, outdoor_c: 1, historical: true });
    await send({ v: 1, at, outdoor_c: 2, historical: true });
    await expect.poll(() => counted('time_conflict'), { timeout: 15_000 }).toBe(1);
    const series = await center.call<{ series: { points: unknown[] }[] }>(
      'GET',
      `/api/v1/stations/${ID}/history?points=outdoor_c&from=${at}&to=${at + 1}`,
    );
    expect(series.series[0]!.points).toEqual([[at, 2, 'good']]);
  });

  it('drops what a stranger publishes and a retained command, and lets nobody listen to others', async () => {
    const listener = inbox(client);
    await client.subscribeAsync(topicOf(ID, 'command'), { qos: 1 });
    await send({ v: 1, at: Date.now(), outdoor_c: 9 }, topicOf('neighbour', 'telemetry'));
    await client.publishAsync(topicOf(ID, 'command'), '{"v":1,"kind":"release"}', { qos: 1, retain: true });
    const before = await counted('not_json');
    await send('what came before is through');
    await expect.poll(() => counted('not_json'), WAIT).toBe(before + 1);
    expect((await detail('neighbour')).points).toEqual({});
    const granted = await client
      .subscribeAsync(['heat/v1/neighbour/command', 'heat/v1/+/telemetry', '#', '$SYS/#'], { qos: 1 })
      .catch((error: unknown) => error);
    const refused = Array.isArray(granted) ? granted.every(({ qos }: { qos: number }) => qos === 128) : true;
    // Mosquitto grants them and delivers nothing.
    expect(refused).toBe(broker === 'embedded');
    expect(listener.messages).toEqual([]);
    expect(await center.ask('GET', '/health/ready')).toMatchObject({ status: 200 });
  });

  it('ends the connection of a packet that is too large and of a wrong login, and lives on', async () => {
    const login = await register(center, { id: 'huge' });
    const huge = await enter(login);
    const closed = new Promise<void>((resolve) => {
      huge.once('close', () => resolve());
    });
    huge.on('error', () => undefined);
    huge.publish(topicOf('huge', 'telemetry'), Buffer.alloc(300 * 1024), { qos: 1 });
    await closed;
    huge.end(true);
    await expect(connect(center, { ...login, password: 'wrong' })).rejects.toThrow(/authorized|refused/i);
    // Mosquitto takes the user name for the client id.
    const other = await connect(center, login, { clientId: ID }).catch(() => undefined);
    expect(other !== undefined).toBe(broker === 'mosquitto');
    await other?.endAsync();
    expect(client.connected).toBe(true);
    await send({ v: 1, at: Date.now(), outdoor_c: 3 });
    await expect.poll(async () => (await detail()).points.outdoor_c?.[1]).toBe(3);
  });
});
