/** Control's settings in the running center: changed over the API, decided and explained. */
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

let dir = '';
let center: CenterProcess;
const logins: Login[] = [];
beforeAll(async () => {
  dir = await newDataDir();
  center = await startCenter({ dir });
  for (let n = 0; n < 4; n += 1) logins.push(await register(center, controlled(`control-${n}`)));
});
afterAll(async () => {
  await center.stop();
  await removeDataDir(dir);
});

const URL = '/api/v1/stations/control-0';
const CIRCUIT = {
  id: 'low',
  kind: 'radiators',
  accepts: ['supply_c', 'flow_m3_h'],
  design: { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 },
  limits: { supply_min_c: 30, supply_max_c: 85, ramp_k_per_min: 10 },
};

let seq = 0;
/** What each station says; the first one's outdoor sensor can be broken. */
async function say(clients: readonly MqttClient[], own_c: number | null): Promise<void> {
  await Promise.all(
    clients.map(async (client, index) => {
      const sample = {
        v: 1,
        boot: 'c0ffee0000000001',
        seq: (seq += 1),
        at: Date.now(),
        primary: { supply_c: 98, return_c: 51, power_kw: 1000 },
        circuits: { low: { supply_c: 55, return_c: 43, supply_set_c: 57, flow_set_m3_h: 50 } },
        outdoor_c: index === 0 ? own_c : 0,
        rooms: { '1-101': { air_c: 17.2 }, '1-202': { air_c: 17.5 } },
      };
      await client.publishAsync(topicOf(logins[index]!.username, 'telemetry'), JSON.stringify(sample), {
        qos: 1,
      });
    }),
  );
}

const decided = async (name: string) => {
  const { setpoints } = await center.call<StationView>('GET', URL);
  return setpoints['low']?.find((setpoint) => setpoint.name === name);
};
const codes = async (name: string) => (await decided(name))?.trace.map(({ reason }) => reason.code) ?? [];

interface Stored {
  readonly setpoints: { circuit: string; name: string; value: number; reason: string; trace: string }[];
}

describe('control in the running center', () => {
  it('regulates, sets back, corrects, substitutes, and says why', async () => {
    const clients = await Promise.all(logins.map((login) => connect(center, login)));
    let outdoor_c: number | null = 0;
    const talk = setInterval(() => void say(clients, outdoor_c), 500);
    await expect.poll(() => codes('supply_c'), { timeout: 30_000 }).toContain('weather_curve');

    // One long holiday: it is night now, whatever the clock of this machine says.
    const schedule = {
      comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '06:00', to: '22:00' }],
      night: { kind: 'setback', room_k: 3 },
      holidays: [{ from: '2020-01-01', to: '2099-12-31' }],
    };
    const settings = { regulation: { mode: 'mixed' }, room_feedback: { target_c: 18 }, schedule };
    await center.call('PATCH', URL, { circuits: [{ ...CIRCUIT, ...settings }] });
    await expect
      .poll(() => codes('supply_c'), { timeout: 30_000 })
      .toEqual(expect.arrayContaining(['weather_curve', 'setback', 'rooms', 'hard_limits', 'ramp']));
    const setback = (await decided('supply_c'))?.trace.find(({ reason }) => reason.code === 'setback');
    // 3 K fade to 1.8 at 0 °C.
    expect(setback?.reason.params['room_k']).toBe(1.8);
    expect(await codes('flow_m3_h')).toContain('regulated_flow');

    outdoor_c = null;
    await expect.poll(() => codes('supply_c'), { timeout: 30_000 }).toContain('outdoor_substitute');
    const hours = [Date.now() - 3_600_000, Date.now() + 3_600_000].map((at) => [at, -2]);
    const forecast = { source: 'a test', issued_at: Date.now(), hours };
    const network = await center.call('POST', '/api/v1/forecast', forecast);
    expect(network).toMatchObject({ outdoor: { median_c: 0, sensors: 3 }, doubted: [], forecast });

    // Why was it so? One query for a moment of the past.
    const then = Date.now();
    const why = async (): Promise<string[]> => {
      const { setpoints } = await center.call<Stored>('GET', `${URL}/setpoints?at=${then}`);
      const supply = setpoints.filter(({ name }) => name === 'supply_c');
      expect(supply.length).toBeLessThanOrEqual(1);
      const trace = JSON.parse(supply[0]?.trace ?? '[]') as { reason: { code: string } }[];
      return trace.map(({ reason }) => reason.code);
    };
    await expect
      .poll(why, { timeout: 30_000 })
      .toEqual(expect.arrayContaining(['weather_curve', 'outdoor_substitute', 'setback', 'rooms']));
    clearInterval(talk);
    await Promise.all(clients.map((client) => client.endAsync()));
  });
});
