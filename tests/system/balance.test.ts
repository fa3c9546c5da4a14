/** Balance across stations in the running center: turned on over the API, seen in corrections and reasons, kept. */
import type { BalanceView } from '@heat-center/api/balance.ts';
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

const STATIONS = 4;
/** Secondary return, °C: the first one is short of water. */
const RETURN_C = [33, 42, 42, 42];

let dir = '';
let center: CenterProcess;
const logins: Login[] = [];
beforeAll(async () => {
  dir = await newDataDir();
  center = await startCenter({ dir });
  for (let n = 0; n < STATIONS; n += 1)
    logins.push(await register(center, { ...controlled(`balance-${n}`), heated_area_m2: 10_000 }));
});
afterAll(async () => {
  await center.stop();
  await removeDataDir(dir);
});

let seq = 0;
async function say(clients: readonly MqttClient[]): Promise<void> {
  seq += 1;
  await Promise.all(
    clients.map(async (client, index) => {
      const low = { supply_c: 57.6, return_c: RETURN_C[index], supply_set_c: 57.6, flow_set_m3_h: 15 };
      const sample = { v: 1, boot: 'ba1a0000000001', seq, at: Date.now(), circuits: { low }, outdoor_c: 0 };
      const topic = topicOf(logins[index]!.username, 'telemetry');
      await client.publishAsync(topic, JSON.stringify(sample), { qos: 1 });
    }),
  );
}

/** Stations as they come up: online, remote, and talking. */
async function up(): Promise<() => Promise<void>> {
  const clients = await Promise.all(logins.map((login) => connect(center, login)));
  for (const [index, client] of clients.entries()) {
    const status = { v: 1, state: 'online', boot: 'ba1a0000000001', at: Date.now(), mode: 'remote' };
    await client.publishAsync(topicOf(logins[index]!.username, 'status'), JSON.stringify(status), { qos: 1 });
  }
  const talk = setInterval(() => void say(clients), 500);
  return async () => {
    clearInterval(talk);
    await Promise.all(clients.map((client) => client.endAsync()));
  };
}

const balance = () => center.call<BalanceView>('GET', '/api/v1/network/balance');
const coldest = async () => (await balance()).stations[0];

async function reasons(): Promise<Readonly<Record<string, Readonly<Record<string, number | string>>>>> {
  const { setpoints } = await center.call<StationView>('GET', '/api/v1/stations/balance-0');
  const trace = setpoints['low']?.find(({ name }) => name === 'supply_c')?.trace ?? [];
  return Object.fromEntries(trace.map(({ reason }) => [reason.code, reason.params]));
}

describe('balance in the running center', () => {
  it('is turned on by a person, corrects who is cold, says so, and goes on after a restart', async () => {
    let down = await up();
    await expect.poll(reasons, { timeout: 30_000 }).toHaveProperty('weather_curve');
    expect(await reasons()).not.toHaveProperty('balance');

    const settings = { balance: { on: true, rate_k_per_h: 3, gain_k_per_h: 20 } };
    const kept = await center.call('PATCH', '/api/v1/network/settings', settings);
    expect(kept).toMatchObject({ balance: { on: true, bound_k: 5, deadband: 0.01 } });
    await expect
      .poll(async () => (await coldest())?.circuits[0]?.shift_k, { timeout: 90_000, interval: 500 })
      .toBeGreaterThan(0);
    const seen = await balance();
    expect(seen).toMatchObject({ on: true, frozen: false, good_share: 1 });
    expect(seen.stations[0]).toMatchObject({ id: 'balance-0', circuits: [{ id: 'low', why: null }] });
    expect(seen.stations[0]?.relative).toBeLessThan(seen.reference ?? 0);
    const sum = seen.stations.reduce((total, { circuits }) => total + (circuits[0]?.shift_k ?? NaN), 0);
    expect(sum).toBeCloseTo(0, 9);
    await expect.poll(reasons, { timeout: 30_000 }).toHaveProperty('balance');
    expect((await reasons())['balance']?.['relative']).toBeCloseTo(seen.stations[0]?.relative ?? NaN, 1);

    await down();
    await center.stop();
    center = await startCenter({ dir });
    down = await up();
    expect(await center.call('GET', '/api/v1/network/settings')).toEqual(kept);
    // What was in force is in force again, before anything was looked at anew.
    expect((await coldest())?.circuits[0]?.shift_k).toBeGreaterThan(0);
    await expect.poll(reasons, { timeout: 30_000 }).toHaveProperty('balance');
    const { entries } = await center.call<{ entries: { action: string }[] }>('GET', '/api/v1/audit');
    expect(entries.map(({ action }) => action)).toContain('change_network');
    await down();
  });
});
