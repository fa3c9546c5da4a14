/** From a sample to a setpoint that a station applied, through real processes and sockets. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { LiveMessage } from '@heat-center/api/live.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { topicOf } from '@heat-center/contract/topics.ts';
import type { MqttClient } from 'mqtt';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ADMIN_TOKEN,
  connect,
  controlled,
  inbox,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';

let center: CenterProcess;
beforeAll(async () => {
  center = await startCenter();
});
afterAll(async () => {
  await center.stop();
  await removeDataDir(center.dir);
});

const boot = 'feedbeef00000001';
let seq = 0;

/** One sample as a station would send it, with the setpoint that it works to. */
const sample = (more: object = {}): string =>
  JSON.stringify({
    v: 1,
    boot,
    seq: ++seq,
    at: Date.now(),
    primary: { supply_c: 98.4, return_c: 51.2, flow_m3_h: 21.7, power_kw: 1170 },
    circuits: { low: { supply_c: 55.1, return_c: 43.9, flow_m3_h: 88, supply_set_c: 55, follows: 'curve' } },
    outdoor_c: -3.1,
    ...more,
  });

function subscribed(client: MqttClient, station: string): Promise<unknown> {
  return client.subscribeAsync(
    [topicOf(station, 'command'), topicOf(station, 'receipt'), 'heat/v1/center/heartbeat'],
    {
      qos: 1,
    },
  );
}

async function online(login: Login): Promise<{ client: MqttClient; box: ReturnType<typeof inbox> }> {
  const client = await connect(center, login);
  const box = inbox(client);
  await subscribed(client, login.username);
  const status = { v: 1, state: 'online', boot, at: Date.now(), mode: 'remote' };
  await client.publishAsync(topicOf(login.username, 'status'), JSON.stringify(status), {
    qos: 1,
    retain: true,
  });
  return { client, box };
}

const report = (command: Record<string, unknown>, state: string, more: object = {}): string =>
  JSON.stringify({
    v: 1,
    id: command.id,
    epoch: command.epoch,
    seq: command.seq,
    state,
    at: Date.now(),
    ...more,
  });

describe('the spine', () => {
  it('takes the smallest useful message and shows it', async () => {
    const login = await register(center, { id: 'smallest' });
    expect(login.username).toBe('smallest');
    const client = await connect(center, login);
    await client.publishAsync(
      topicOf('smallest', 'telemetry'),
      JSON.stringify({ v: 1, at: Date.now(), primary: { supply_c: 95 } }),
      { qos: 1 },
    );
    const view = await center.call<StationView>('GET', '/api/v1/stations/smallest');
    expect(view.points['primary.supply_c']).toEqual([expect.any(Number), 95, 'good']);
    expect(view.control).toBe('observe');
    await client.endAsync();
  });

  it('computes, commands, follows the reports and answers a wish, told live', async () => {
    const login = await register(center, controlled('spine-1'));
    const live = new WebSocket(`${center.url.replace('http', 'ws')}/api/v1/live`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    const feed: LiveMessage[] = [];
    live.on('message', (data: Buffer) => feed.push(JSON.parse(data.toString()) as LiveMessage));
    const { client, box } = await online(login);
    await client.publishAsync(topicOf('spine-1', 'telemetry'), sample(), { qos: 1 });
    const measuring = setInterval(() => {
      client.publish(topicOf('spine-1', 'telemetry'), sample(), { qos: 1 });
    }, 500);

    const receipt = await box.next(({ topic }) => topic.endsWith('/receipt'));
    expect(receipt.body).toMatchObject({ v: 1, boot, seq: expect.any(Number) as number });
    expect((await box.next(({ topic }) => topic.endsWith('/heartbeat'))).body).toMatchObject({
      v: 1,
      every_s: 5,
    });

    const fallback = await box.next(({ body }) => body.kind === 'fallback');
    expect(fallback.body).toMatchObject({ limits_rev: expect.any(Number) as number });
    const { body: command, retain } = await box.next(({ body }) => body.kind === 'setpoints');
    expect(retain).toBe(false);
    expect(command).toMatchObject({
      v: 1,
      valid_s: 600,
      circuits: { low: { supply_c: expect.any(Number) as number } },
    });
    const { supply_c } = (command.circuits as { low: { supply_c: number } }).low;
    // The curve asks for about 63 °C at −3.1 °C; the ramp begins at the 55.0 °C that the station works to.
    expect(supply_c).toBeGreaterThanOrEqual(55);
    expect(supply_c).toBeLessThan(64);

    await client.publishAsync(topicOf('spine-1', 'report'), report(command, 'accepted'), { qos: 1 });
    await client.publishAsync(
      topicOf('spine-1', 'report'),
      report(command, 'applied', { readback: { circuits: command.circuits } }),
      { qos: 1 },
    );

    const wish = await center.call<{ id: string; state: string }>(
      'POST',
      '/api/v1/stations/spine-1/commands',
      {
        kind: 'setpoints',
        circuit: 'low',
        supply_c: 55.2,
        hold_s: 3600,
        reason: 'a test',
      },
    );
    expect(wish.state).toBe('pending');
    const isWished = (body: Record<string, unknown>): boolean =>
      body.kind === 'setpoints' && (body.circuits as { low: { supply_c: number } }).low.supply_c === 55.2;
    const wished = await box.next(({ body }) => isWished(body), 30_000);
    await client.publishAsync(topicOf('spine-1', 'report'), report(wished.body, 'accepted'), { qos: 1 });
    await client.publishAsync(
      topicOf('spine-1', 'report'),
      report(wished.body, 'applied', { readback: { circuits: wished.body.circuits } }),
      { qos: 1 },
    );
    const state = async (): Promise<string[]> => {
      const view = await center.call<CommandView>('GET', `/api/v1/stations/spine-1/commands/${wish.id}`);
      return view.steps.map((step) => step.state);
    };
    await expect
      .poll(state, { timeout: 10_000 })
      .toEqual(expect.arrayContaining(['pending', 'sent', 'accepted', 'applied']));
    const outside = await center.ask('POST', '/api/v1/stations/spine-1/commands', {
      kind: 'setpoints',
      circuit: 'low',
      supply_c: 99,
    });
    expect(outside).toMatchObject({
      status: 422,
      body: { code: 'out_of_range', remedy: expect.any(String) as string },
    });

    await expect
      .poll(() =>
        feed.some((message) => message.type === 'changes' && message.commands['spine-1'] !== undefined),
      )
      .toBe(true);
    expect(feed[0]).toMatchObject({ type: 'snapshot', n: 0 });
    expect(feed.map(({ n }) => n)).toEqual(feed.map((_, index) => index));
    clearInterval(measuring);
    live.close();
    await client.endAsync();
  });

  it('keeps history of all samples, batches and setpoints with their reasons', async () => {
    const login = await register(center, controlled('spine-2', { control: 'observe' }));
    const { client } = await online(login);
    const from = Date.now() - 3_600_000;
    const samples = Array.from({ length: 300 }, (_, n) => ({
      seq: ++seq,
      at: from + n * 1000,
      primary: { supply_c: 90 + (n % 7) },
      outdoor_c: n === 150 ? null : -5,
      historical: true,
    }));
    await client.publishAsync(topicOf('spine-2', 'telemetry'), JSON.stringify({ v: 1, boot, samples }), {
      qos: 1,
    });
    await client.publishAsync(topicOf('spine-2', 'telemetry'), sample(), { qos: 1 });
    const count = (): Promise<{ samples: number }> =>
      center.call('GET', '/api/v1/stations/spine-2/history/count');
    await expect.poll(count, { timeout: 20_000 }).toMatchObject({ samples: 301 });
    const { series } = await center.call<{ series: { point: string; total: number; points: unknown[] }[] }>(
      'GET',
      `/api/v1/stations/spine-2/history?points=primary.supply_c,outdoor_c&from=${from}&to=${from + 300_000}&max_points=50`,
    );
    expect(series[0]!.points.length).toBeLessThanOrEqual(50);
    expect(series[0]!.total).toBe(300);
    const values = series[0]!.points.map((tuple) => (tuple as [number, number, string])[1]);
    expect([Math.min(...values), Math.max(...values)]).toEqual([90, 96]);
    await expect
      .poll(
        async () => {
          const answer = await center.call<{ setpoints: { reason: string }[] }>(
            'GET',
            `/api/v1/stations/spine-2/setpoints?from=${from}&to=${Date.now() + 1000}`,
          );
          return answer.setpoints.length;
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0);
    await client.endAsync();
  });
});
