import { describe, expect, it } from 'vitest';
import type { CircuitConfig, StationConfig } from '../../config.ts';
import { createImage } from '../../image.ts';
import { createStationState, type StationState } from '../../state.ts';
import { DHW, LOW, stationConfig, T0 } from '../../testing.ts';
import { NEW_NETWORK } from '../network.ts';
import { buildingsOf, isMovable } from './buildings.ts';
import { classesOf, type PlanStation } from './classes.ts';
import { notPlanned } from './facts.ts';

const LIMITS = { supply_min_c: 30, supply_max_c: 80 };
const NIGHTS = { comfort: [], night: { kind: 'off' as const } };
const FLOOR: CircuitConfig = {
  ...LOW,
  id: 'floor',
  kind: 'floor',
  design: { supply_c: 45, return_c: 35, outdoor_c: -10.1, room_c: 18 },
  limits: { supply_min_c: 25, supply_max_c: 50 },
};
const moved = (circuit: CircuitConfig, more: Partial<StationConfig> = {}) =>
  buildingsOf(stationConfig({ circuits: [circuit], ...more })).moved;
const { design: _design, ...undesigned } = LOW;
const { kind: _kind, ...unknown } = LOW;

describe('a building as the plan knows it', () => {
  it('needs heat below its room less what is gained, and loses by its area', () => {
    const gaining = moved({
      ...LOW,
      curve: { internal_gain_k: 3 },
      heat_index_w_m2: 60,
      heated_area_m2: 10_000,
    });
    expect(gaining).toMatchObject({ balance_c: 15, loss_kw_k: expect.closeTo(600 / 25.1, 9) });
  });

  it('has a curve from its most to its least', () => {
    // 80 °C would be at −13.2 °C and 30 °C at 14.2 °C.
    expect(moved(LOW)?.coldest_c).toBeCloseTo(-13.2, 0);
    expect(moved(LOW)?.warmest_c).toBeCloseTo(14.2, 0);
    expect(moved({ ...LOW, limits: { ...LIMITS, supply_max_c: 60 } })?.coldest_c).toBeCloseTo(-1.35, 0);
    // No limits: what radiators stand is 85 °C, and the curve never passes a load of 1.2.
    const free = moved({ ...LOW, limits: undefined });
    expect(free?.coldest_c).toBeCloseTo(18 - 1.2 * 28.1, 0);
    expect(free?.warmest_c).toBeCloseTo(18, 0);
    expect(moved({ ...LOW, limits: { ...LIMITS, supply_min_c: 10 } })?.warmest_c).toBeLessThanOrEqual(18);
  });

  it('is unknown without kind, design or area, and no hot water', () => {
    for (const circuit of [undesigned, unknown, DHW]) expect(moved(circuit)).toBeUndefined();
    expect(moved(LOW, { heated_area_m2: 0 })).toBeUndefined();
    expect(buildingsOf(stationConfig({ circuits: [DHW, LOW] })).all?.loss_kw_k).toBeCloseTo(1575 / 28.1, 9);
  });

  it('of several circuits is theirs by what they lose, and ends where the first of them does', () => {
    const both = moved(LOW, { circuits: [LOW, FLOOR] });
    const [low, floor] = [
      moved({ ...LOW, heated_area_m2: 17_500 }),
      moved({ ...FLOOR, heated_area_m2: 17_500 }),
    ];
    expect(both?.loss_kw_k).toBeCloseTo(1575 / 28.1, 9);
    expect(both?.coldest_c).toBe(Math.max(low?.coldest_c ?? 0, floor?.coldest_c ?? 0));
    expect(both?.warmest_c).toBe(Math.min(low?.warmest_c ?? 0, floor?.warmest_c ?? 0));
    const stored = [low, floor].map((one) => one?.stored_h ?? 0);
    const lags = [low, floor].map((one) => one?.lag_h ?? 0);
    const sum = (stored[0] ?? 0) + (stored[1] ?? 0);
    expect(both?.stored_h).toBeCloseTo(sum / 2, 9);
    expect(both?.lag_h).toBeCloseTo(
      ((stored[0] ?? 0) * (lags[0] ?? 0) + (stored[1] ?? 0) * (lags[1] ?? 0)) / sum,
      9,
    );
  });

  it('is moved where it has mass and no nights of its own', () => {
    expect([LOW, FLOOR].map(isMovable)).toEqual([true, true]);
    expect(
      [{ ...LOW, schedule: NIGHTS }, { ...LOW, kind: 'ventilation' as const }, DHW].map(isMovable),
    ).toEqual([false, false, false]);
    const half = buildingsOf(stationConfig({ circuits: [LOW, { ...FLOOR, schedule: NIGHTS }] }));
    expect(half.moved?.loss_kw_k).toBeCloseTo((half.all?.loss_kw_k ?? 0) / 2, 9);
  });
});

describe('who takes no part in a plan', () => {
  const why = (config: Partial<StationConfig>, state: Partial<StationState> = {}, online = true) =>
    notPlanned(
      {
        config: stationConfig(config),
        image: Object.assign(createImage(), { online }),
        state: { ...createStationState(T0, { epoch: 1, seq: 0 }), awaits_sample: false, ...state },
      },
      { shaving: { on: true, excluded: ['other'] }, network: NEW_NETWORK, now: T0 },
    );
  const wishOf = (circuit: string) => ({
    wishes: new Map([[circuit, { id: 'w', by: 'li', until: T0, setpoints: {} }]]),
  });

  it('is told why', () => {
    expect(why({})).toBeUndefined();
    expect(why({ id: 'other', control: 'observe' })).toBe('excluded');
    expect([why({ priority: 'hospital' }), why({ priority: 'elderly' })]).toEqual(['priority', 'priority']);
    expect(why({ priority: 'school' })).toBeUndefined();
    expect(why({ control: 'observe' })).toBe('observed');
    expect(why({}, {}, false)).toBe('unreachable');
    expect(why({}, { released: true })).toBe('released');
    expect(why({}, wishOf('low'))).toBe('wish');
    expect(why({ circuits: [LOW, DHW] }, wishOf('tap'))).toBeUndefined();
    expect(why({ circuits: [{ ...LOW, schedule: NIGHTS }, DHW] })).toBe('schedule');
    expect(why({ circuits: [DHW] })).toBe('no_design');
    expect(why({ circuits: [undesigned] })).toBe('no_design');
  });
});

describe('classes', () => {
  const station = (id: string, changes: Partial<PlanStation> = {}): PlanStation => ({
    id,
    stored_h: 0.4,
    lag_h: 0.4,
    loss_kw_k: 10,
    time_constant_h: 100,
    learned: false,
    band_k: 1,
    room_k: 0,
    coldest_c: -13,
    warmest_c: 14,
    ...changes,
  });
  const ids = (changes: readonly Partial<PlanStation>[], most?: number) =>
    classesOf(
      changes.map((change, nth) => station(String(nth), change)),
      most,
    ).map((group) => group.map(({ id }) => id).join(''));

  it.each<[string, readonly Partial<PlanStation>[]]>([
    ['time constants', [{ time_constant_h: 100 }, { time_constant_h: 110 }, { time_constant_h: 111 }]],
    ['emitters', [{ stored_h: 0.4 }, { stored_h: 0.78 }, { stored_h: 0.8 }]],
    ['coldest weather', [{ coldest_c: -13 }, { coldest_c: -10.1 }, { coldest_c: -9.9 }]],
    ['warmest weather', [{ warmest_c: 14 }, { warmest_c: 16.9 }, { warmest_c: 17.1 }]],
    ['rooms', [{ room_k: 0 }, { room_k: 0.09 }, { room_k: 0.11 }]],
  ])('hold alike %s together, and part those that differ by more than one step', (_what, three) => {
    expect(ids(three.slice(0, 2))).toEqual(['01']);
    expect(ids(three)).toEqual(['0', '12']);
  });

  it('cut the most unlike first, and stop at the most that there may be', () => {
    const rooms = [0, 0.3, 1, 1.3].map((room_k) => ({ room_k }));
    expect(ids(rooms, 1)).toEqual(['0123']);
    expect(ids(rooms, 2)).toEqual(['01', '23']);
    expect(ids(rooms)).toEqual(['0', '1', '2', '3']);
    expect(ids([{ band_k: 1 }, { band_k: 0.5 }, { band_k: 1 }])).toEqual(['02', '1']);
    expect(ids([])).toEqual([]);
  });
});
