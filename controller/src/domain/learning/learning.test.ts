import { describe, expect, it } from 'vitest';
import { applyInput, createCenter, restoredCenter, type CenterState } from '../center.ts';
import type { StationConfig } from '../config.ts';
import { stationConfig, telemetry, type Points } from '../testing.ts';
import { HOUR_MS } from './hour.ts';
import { restoredLearning } from './learning.ts';
import { learnedOf, loadOf, loadOfNetwork } from './read.ts';
import { hoursOf, MIDNIGHT } from './testing.ts';

const DAY_MS = 24 * HOUR_MS;

/** A center whose ticks come once a minute, with one station and what it says each minute. */
function driven(
  said: (at: number) => Points | undefined,
  days: number,
  config: Partial<StationConfig> = {},
): CenterState {
  const center = createCenter();
  applyInput(center, { kind: 'settings', at: MIDNIGHT, station: stationConfig({ id: 'a', ...config }) });
  for (let at = MIDNIGHT + 30_000; at < MIDNIGHT + days * DAY_MS; at += 60_000) {
    const points = said(at);
    if (points) applyInput(center, { kind: 'telemetry', at, station: 'a', telemetry: telemetry(at, points) });
    const local = { ...LOCAL, day: 11 + Math.floor((at - MIDNIGHT) / DAY_MS) };
    const minute_of_day = Math.floor(((at - MIDNIGHT) % DAY_MS) / 60_000);
    applyInput(center, { kind: 'tick', at, local: { ...local, minute_of_day } });
  }
  return center;
}
const LOCAL = { year: 2027, month: 1, day: 11, weekday: 1, minute_of_day: 0 };

const HOURS = [...hoursOf({ a_kw_k: 8, gains_kw: 20, tau_h: 100, curve_room_c: 20, days: 5 })];

/** What the building of the tests says at a time. */
function house(at: number): Points {
  const hour = HOURS[Math.floor((at - MIDNIGHT) / HOUR_MS)];
  if (!hour) throw new Error('beyond the weather of the tests');
  return {
    outdoor_c: hour.outdoor_c,
    'primary.power_kw': hour.heat_kw ?? null,
    'circuits.low.supply_c': (hour.water_c ?? 0) + 6,
    'circuits.low.return_c': (hour.water_c ?? 0) - 6,
    'rooms.1-101.air_c': hour.room_c ?? null,
    'rooms.1-102.air_c': (hour.room_c ?? 0) + 0.4,
    // Dead: it never moves.
    'rooms.9-901.air_c': 12,
  };
}

describe('learning in the running center', () => {
  it('comes from what stations say, dead rooms aside', () => {
    const center = driven(house, 3.1);
    const [low] = learnedOf(center, 'a') ?? [];
    expect(low).toMatchObject({ circuit: 'low', heat_from: 'meter', rooms_measured: true });
    expect(low?.days).toHaveLength(3);
    const day = low?.days.at(-1);
    const own = HOURS.slice(2 * 24, 3 * 24);
    expect(day?.room_c).toBeCloseTo(own.reduce((sum, { room_c }) => sum + (room_c ?? 0), 0) / 24 + 0.2, 1);
    expect(day?.heat_kw).toBeCloseTo(own.reduce((sum, { heat_kw }) => sum + (heat_kw ?? 0), 0) / 24, 0);
    expect(low?.loss).toMatchObject({ identifiable: false, why: 'too_few_days' });
  });

  it('says nothing of hours in which nothing was fit, and nothing of strangers', () => {
    const isSaid = (at: number) => at < MIDNIGHT + DAY_MS || at > MIDNIGHT + 2 * DAY_MS;
    const silent = driven((at) => (isSaid(at) ? house(at) : undefined), 2.1);
    const [low] = learnedOf(silent, 'a') ?? [];
    expect(low?.days.map(({ at }) => at)).toEqual([MIDNIGHT + DAY_MS]);
    expect(learnedOf(silent, 'stranger')).toBeUndefined();
    expect(loadOf(silent, 'stranger', { now: MIDNIGHT, hours: 1 })).toBeUndefined();
  });

  it('gives the load to come as soon as there is a forecast, by the design at first', () => {
    const center = driven(house, 1 / 24);
    const now = MIDNIGHT + HOUR_MS;
    expect(loadOf(center, 'a', { now, hours: 24 })).toMatchObject({ why: 'no_forecast', basis: 'design' });
    const hours = [-1, 80].map((ahead): [number, number] => [now + ahead * HOUR_MS, -5]);
    const forecast = { source: 'test', issued_at: now, hours };
    applyInput(center, { kind: 'forecast', at: now, forecast });
    const load = loadOf(center, 'a', { now, hours: 72 });
    expect(load?.hours).toHaveLength(72);
    expect(load?.hours[0]?.at).toBe(now + HOUR_MS);
    const network = loadOfNetwork(center, { now, hours: 72 });
    expect(network).toMatchObject({ why: null, stations: 1, learned: 0, without: [] });
    expect(network.hours[71]?.load_kw).toBeCloseTo(load?.hours[71]?.load_kw ?? 0, 6);
  });

  it('says nothing of the load of a station without a design before an hour of its heat, and learns from then on', () => {
    const bare = { circuits: [] };
    const ask = (hours: number) => loadOf(driven(house, hours / 24, bare), 'a', { now: MIDNIGHT, hours: 1 });
    expect(ask(0.5)).toMatchObject({ why: 'nothing_known', basis: null, hours_seen: 0 });
    expect(ask(3)).toMatchObject({ basis: 'learned', hours_seen: 2 });
  });

  it('is learned after a day, and a snapshot of an earlier version begins anew', () => {
    const center = driven(house, 1.1);
    expect(loadOf(center, 'a', { now: center.now, hours: 1 })).toMatchObject({
      basis: 'learned',
      hours_seen: 26,
    });
    const { learning: _learning, ...older } = center.network;
    const restored = restoredCenter({ ...center, network: older });
    expect(loadOf(restored, 'a', { now: center.now, hours: 1 })).toMatchObject({ basis: 'design' });
    const other = { ...center.network, learning: { ...center.network.learning, form: 1 } };
    expect(learnedOf(restoredCenter({ ...center, network: other }), 'a')?.[0]?.days).toEqual([]);
    expect(restoredCenter(center).network.learning).toEqual(center.network.learning);
    expect(() => applyInput(restored, { kind: 'tick', at: center.now + 5000, local: LOCAL })).not.toThrow();
  });

  it('goes on with the running hour of a snapshot, also of one whose empty sums are one', () => {
    const center = driven(house, 1.1);
    const { learning } = center.network;
    const hourOf = ({ network }: CenterState) => network.learning.stations.get('a')?.hour;
    const empty = [0, 0] as const;
    const hour = {
      hour: hourOf(center)?.hour ?? 0,
      outdoor_c: empty,
      power_kw: empty,
      circuits: new Map([['low', { heat_kw: empty, water_c: empty, room_c: empty }]]),
    };
    const [station] = learning.stations.values();
    if (!station) throw new Error('The station was seen.');
    const older = restoredLearning({ ...learning, stations: new Map([['a', { ...station, hour }]]) });
    const restored: CenterState = { ...center, network: { ...center.network, learning: older } };
    const at = center.now + 60_000;
    const said = house(at);
    applyInput(restored, { kind: 'telemetry', at, station: 'a', telemetry: telemetry(at, said) });
    applyInput(restored, { kind: 'tick', at, local: LOCAL });
    const seen = hourOf(restored);
    expect(seen?.outdoor_c).toEqual([said.outdoor_c, 1]);
    expect(seen?.power_kw).toEqual([said['primary.power_kw'], 1]);
    expect(seen?.asked_k).toEqual([0, 1]);
    expect(seen?.circuits.get('low')?.heat_kw).toEqual(seen?.power_kw);
    expect(seen?.circuits.get('low')?.water_c[1]).toBe(1);
    expect(empty).toEqual([0, 0]);
  });

  it('forgets a station that was removed', () => {
    const center = driven(house, 1 / 24);
    applyInput(center, { kind: 'removed', at: center.now, station: 'a' });
    applyInput(center, { kind: 'tick', at: center.now + 61_000, local: LOCAL });
    expect(center.network.learning.stations.size).toBe(0);
  });
});
