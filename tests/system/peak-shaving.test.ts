/** Peak shaving in the running center: a cap set over the API, a plan from its thread, setpoints that carry it. */
import type { PlanView } from '@heat-center/api/shaving.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { topicOf } from '@heat-center/contract/topics.ts';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  controlled,
  newDataDir,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';

const STATIONS = 3;
const SETTINGS = '/api/v1/network/settings';
let dir = '';
let center: CenterProcess;
const logins: Login[] = [];
let clients: MqttClient[] = [];
let speaking: NodeJS.Timeout | undefined;

beforeAll(async () => {
  dir = await newDataDir();
  center = await startCenter({ dir });
  for (let n = 0; n < STATIONS; n += 1) {
    logins.push(await register(center, { ...controlled(`shaved-${n}`), heated_area_m2: 50_000 }));
  }
});
afterAll(async () => {
  clearInterval(speaking);
  await Promise.all(clients.map((client) => client.endAsync()));
  await center.stop();
  await removeDataDir(dir);
});

async function speak(): Promise<void> {
  clients = await Promise.all(logins.map((login) => connect(center, login)));
  let seq = 0;
  const say = (): void => {
    seq += 1;
    for (const [index, client] of clients.entries()) {
      const sample = {
        v: 1,
        boot: 'c0ffee0000000002',
        seq,
        at: Date.now(),
        primary: { supply_c: 98, return_c: 45, power_kw: 1500 },
        circuits: { low: { supply_c: 57, return_c: 41, supply_set_c: 57.6, flow_set_m3_h: 78 } },
        outdoor_c: 0,
      };
      client.publish(topicOf(logins[index]?.username ?? '', 'telemetry'), JSON.stringify(sample), { qos: 1 });
    }
  };
  for (const [index, client] of clients.entries()) {
    const status = { v: 1, state: 'online', boot: 'c0ffee0000000002', at: Date.now(), mode: 'remote' };
    const topic = topicOf(logins[index]?.username ?? '', 'status');
    await client.publishAsync(topic, JSON.stringify(status), { qos: 1 });
  }
  say();
  speaking = setInterval(say, 1000);
}

const plan = () => center.call<PlanView>('GET', '/api/v1/network/plan');
const supply = async () =>
  (await center.call<StationView>('GET', '/api/v1/stations/shaved-0')).setpoints.low?.find(
    ({ name }) => name === 'supply_c',
  );

describe('peak shaving', () => {
  it('plans under a cap, and setpoints carry the plan with its reason until it is switched off', async () => {
    await speak();
    expect((await plan()).status).toBe('off');
    await expect.poll(async () => (await supply())?.value, { timeout: 30_000 }).toBeGreaterThan(50);
    const cap_kw = Array.from({ length: 24 }, () => 3000);
    await center.call('PATCH', SETTINGS, { shaving: { on: true, cap_kw } });
    await expect.poll(async () => (await plan()).classes.length, { timeout: 40_000 }).toBeGreaterThan(0);
    const made = await plan();
    expect(made).toMatchObject({ status: 'exceeded', outdoor_from: 'held', left_out: [], trouble: null });
    expect(made.hours).toHaveLength(24);
    expect(made.classes.flatMap(({ stations }) => stations).toSorted()).toEqual(
      logins.map(({ username }) => username).toSorted(),
    );
    for (const { room_k, band_k } of made.classes) {
      expect(Math.max(...room_k.map(Math.abs))).toBeLessThanOrEqual(band_k + 0.02);
      expect(room_k.at(-1)).toBeGreaterThanOrEqual(-0.02);
    }
    const free = Array.from({ length: 24 }, () => 60);
    // The center's zone is UTC+8 all year.
    const hour = (new Date().getUTCHours() + 8) % 24;
    // Dear in this hour and the next, cheap else: less heat now.
    const price_per_mwh = free.map((price, at) => ((at - hour + 24) % 24 < 2 ? 4 * price : price));
    await center.call('PATCH', SETTINGS, { shaving: { on: true, price_per_mwh } });
    const reason = async () => (await supply())?.trace.find((entry) => entry.reason.code === 'plan')?.reason;
    await expect
      .poll(async () => Number((await reason())?.params.shift_k), { timeout: 60_000 })
      .toBeLessThan(-1);
    await center.call('PATCH', SETTINGS, { shaving: null });
    await expect.poll(reason, { timeout: 40_000 }).toBeUndefined();
    expect((await plan()).status).toBe('off');
  }, 180_000);

  it('refuses settings without cap or price', async () => {
    const { status } = await center.ask('PATCH', SETTINGS, { shaving: { on: true } });
    expect(status).toBe(400);
  });
});
