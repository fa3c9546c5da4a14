/** A short source in the running center: set over the API, told to stations, explained, noted, over again. */
import type { NetworkSettings } from '@heat-center/api/network.ts';
import type { SourceView } from '@heat-center/api/source.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import type { SetpointsCommand } from '@heat-center/contract/messages.ts';
import { topicOf } from '@heat-center/contract/topics.ts';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

const PRIORITIES = ['hospital', 'ordinary', 'ordinary', 'ordinary'] as const;

let dir = '';
let center: CenterProcess;
const logins: Login[] = [];
beforeAll(async () => {
  dir = await newDataDir();
  center = await startCenter({ dir });
  for (const [n, priority] of PRIORITIES.entries())
    logins.push(await register(center, controlled(`short-${n}`, { priority })));
});
afterAll(async () => {
  await center.stop();
  await removeDataDir(dir);
});

let seq = 0;
const say = (clients: readonly MqttClient[]): Promise<unknown> =>
  Promise.all(
    clients.map((client, index) => {
      const sample = {
        v: 1,
        boot: 'c0ffee0000000001',
        seq: (seq += 1),
        at: Date.now(),
        primary: { supply_c: 98, return_c: 51, power_kw: 1000 },
        circuits: { low: { supply_c: 57, return_c: 43, supply_set_c: 57, flow_set_m3_h: 50 } },
        outdoor_c: 0,
      };
      const topic = topicOf(logins[index]?.username ?? '', 'telemetry');
      return client.publishAsync(topic, JSON.stringify(sample), { qos: 1 });
    }),
  );

const source = () => center.call<SourceView>('GET', '/api/v1/network/source');
const supplyOf = async (id: string) => {
  const { setpoints } = await center.call<StationView>('GET', `/api/v1/stations/${id}`);
  return setpoints['low']?.find(({ name }) => name === 'supply_c');
};
const isRuled = async (id: string): Promise<boolean> =>
  (await supplyOf(id))?.trace.some(({ reason }) => reason.code === 'short_source') ?? false;
const set = (body: object) => center.call<NetworkSettings>('PATCH', '/api/v1/network/settings', body);

it('is shared from a setting on, told with what to do in silence, noted, and over in steps', async () => {
  const clients = await Promise.all(logins.map((login) => connect(center, login)));
  const told: SetpointsCommand[] = [];
  clients[1]?.on('message', (_, bytes) => told.push(JSON.parse(bytes.toString()) as SetpointsCommand));
  await clients[1]?.subscribeAsync(topicOf(logins[1]?.username ?? '', 'command'), { qos: 1 });
  const talk = setInterval(() => void say(clients), 500);
  const wanted = async (id: string) => (await supplyOf(id))?.wanted;
  for (const { username } of logins)
    await expect.poll(() => wanted(username), { timeout: 60_000 }).toBeCloseTo(57.6, 1);
  expect(await source()).toMatchObject({ phase: 'normal', limit: null, share: null });

  expect((await center.ask('PATCH', '/api/v1/network/settings', { source: { limit: {} } })).status).toBe(400);
  const limit = { power_max_kw: 2800, reason: 'a boiler is out' };
  expect((await set({ source: { limit } })).source).toEqual({ limit });
  await expect.poll(() => isRuled('short-1'), { timeout: 60_000 }).toBe(true);
  const view = await source();
  expect(view).toMatchObject({ phase: 'short', limit, limit_kw: 2800, total_kw: 4000, reachable: true });
  const [hospital, ordinary] = view.stations;
  expect(ordinary).toMatchObject({
    id: 'short-1',
    priority: 'ordinary',
    state: 'limited',
    load_from: 'meter',
  });
  expect(hospital?.priority).toBe('hospital');
  expect(hospital?.share).toBeGreaterThan(ordinary?.share ?? Infinity);

  await expect.poll(async () => (await supplyOf('short-1'))?.value, { timeout: 60_000 }).toBeLessThan(57);
  await expect.poll(() => told.at(-1)?.after?.offset_k ?? 0, { timeout: 60_000 }).toBeLessThan(-3);

  await set({ source: null });
  await expect.poll(async () => (await source()).phase, { timeout: 60_000 }).toBe('recovering');
  expect((await source()).next_step_at).toBeGreaterThan(Date.now());
  const audit = async () => {
    const { entries } = await center.call<{ entries: { action: string }[] }>('GET', '/api/v1/audit');
    return entries.map(({ action }) => action);
  };
  const shared = async () => (await audit()).filter((action) => action === 'share_source').length;
  await expect.poll(shared, { timeout: 60_000 }).toBe(2);
  expect(await audit()).toContain('change_network');
  clearInterval(talk);
  await Promise.all(clients.map((client) => client.endAsync()));
});
