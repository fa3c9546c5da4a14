/** Load to come of stations, sources and all of them, from models that are known. */
import { describe, expect, it } from 'vitest';
import type { StationConfig } from '../config.ts';
import { NEW_NETWORK, type NetworkState } from '../network/network.ts';
import { DHW, LOW, stationConfig } from '../testing.ts';
import { HOUR_MS } from './hour.ts';
import { newHour, NEW_LEARNING } from './learning.ts';
import { designLoad, newLoad, type LoadModel } from './load.ts';
import { networkLoad, sourceLoad, stationLoad, weatherAhead, wholeLoad } from './load-forecast.ts';
import { MIDNIGHT } from './testing.ts';

const NOW = MIDNIGHT + 10 * HOUR_MS + 20 * 60_000;
const station = (id: string, given: Partial<StationConfig> = {}): StationConfig =>
  stationConfig({ id, circuits: [LOW], ...given });
const A = station('a');
const B = station('b');
const SOURCE = station('p', { kind: 'source', circuits: [] });
/** Of which nothing is known. */
const BARE = station('bare', { circuits: [DHW], heated_area_m2: 0 });

/** Takes the same in all weather. */
const level = (kw: number, given: Partial<LoadModel> = {}): LoadModel => ({
  ...newLoad(BARE),
  hours: 48,
  line_kw: [kw, 0, 0],
  scatter_kw2: 25,
  last: { at: NOW - HOUR_MS / 2, power_kw: kw + 1 },
  ...given,
});

function network(
  models: Readonly<Record<string, LoadModel>>,
  given: Partial<NetworkState> = {},
): NetworkState {
  const stations = new Map(
    Object.entries(models).map(([id, load]) => [
      id,
      { hour: newHour(0), rooms: new Map(), load, circuits: new Map() },
    ]),
  );
  const forecast = {
    source: 'test',
    issued_at: NOW,
    hours: [
      [NOW - HOUR_MS, -5],
      [NOW + 30 * HOUR_MS, -5],
    ] as const,
  };
  const clock = { offset_min: 0 };
  return { ...NEW_NETWORK, clock, forecast, learning: { ...NEW_LEARNING, stations }, ...given };
}

describe('the weather ahead', () => {
  it('is that of whole hours from the running one on, at their middles', () => {
    const hours = weatherAhead(network({}), NOW, 3);
    expect(hours.map(({ at }) => at)).toEqual([11, 12, 13].map((hour) => MIDNIGHT + hour * HOUR_MS));
    expect(hours.map(({ local }) => local.minute)).toEqual([630, 690, 750]);
    expect(hours.every(({ outdoor_c }) => outdoor_c === -5)).toBe(true);
  });

  it('reaches as far as the forecast, and is nothing without one', () => {
    expect(weatherAhead(network({}), NOW, 72)).toHaveLength(30);
    expect(weatherAhead(network({}, { forecast: undefined }), NOW, 3)).toEqual([]);
    expect(weatherAhead(network({}, { clock: undefined }), NOW, 3)).toEqual([]);
  });

  it('begins with what is measured where the forecast begins later', () => {
    const forecast = {
      source: 'test',
      issued_at: NOW,
      hours: [
        [NOW + 30 * 60_000, -5],
        [NOW + 9 * HOUR_MS, -5],
      ] as const,
    };
    const filter = { value_c: -3, raw_c: -3, at: NOW };
    const outdoor = { at: NOW, median_c: -2, sensors: 3, filter };
    const seen = { forecast, outdoor } satisfies Partial<NetworkState>;
    const [first, second] = weatherAhead(network({}, seen), NOW, 3);
    expect(first?.outdoor_c).toBe(-2);
    expect(second?.outdoor_c).toBe(-5);
    expect(weatherAhead(network({}, { forecast }), NOW, 3)).toEqual([]);
  });
});

describe('the load of a station', () => {
  const ahead = weatherAhead(network({}), NOW, 3);
  const of = (config: StationConfig, models: Readonly<Record<string, LoadModel>> = {}, hours = ahead) =>
    stationLoad(network(models), { config, now: NOW }, hours);

  it('is learned, with its error', () => {
    const { hours, ...said } = of(A, { a: level(400) });
    expect(said).toEqual({ why: null, now_kw: 401, basis: 'learned', hours_seen: 48 });
    expect(hours.map(({ load_kw, error_kw }) => [load_kw, error_kw])).toEqual([
      [400, 5],
      [400, 5],
      [400, 5],
    ]);
  });

  it('is that of the design until a day was seen', () => {
    expect(of(A)).toMatchObject({ why: null, basis: 'design', hours_seen: 0, now_kw: null });
    expect(of(A, { a: level(400, { hours: 23 }) }).basis).toBe('design');
    expect(of(A, { a: level(400, { hours: 24 }) }).basis).toBe('learned');
    // Without a design it can but be learned; a source has those of the stations.
    expect(of(BARE, { bare: level(400, { hours: 23 }) }).basis).toBe('learned');
    expect(of(SOURCE, { p: level(400, { hours: 23 }) }).basis).toBe('design');
  });

  it('says what is missing', () => {
    expect(of(BARE)).toMatchObject({ why: 'nothing_known', basis: null, hours: [] });
    expect(of(A, { a: level(400) }, [])).toMatchObject({ why: 'no_forecast', basis: 'learned', hours: [] });
  });

  it('tells the last hour while it is news', () => {
    const last = (ago_h: number) => ({ at: NOW - ago_h * HOUR_MS, power_kw: 7 });
    expect(of(A, { a: level(400, { last: last(1.9) }) }).now_kw).toBe(7);
    expect(of(A, { a: level(400, { last: last(2) }) }).now_kw).toBeNull();
  });
});

describe('the load of all', () => {
  it('is the sum, the young by design and the unmeasured by design as others are to theirs', () => {
    const design_kw = designLoad(A, 0) ?? 0;
    const line_kw = newLoad(A).line_kw.map((kw) => 0.8 * kw);
    const learned = level(0, { line_kw });
    const whole = wholeLoad(network({ a: learned, b: level(90, { hours: 2 }) }), [
      A,
      B,
      station('c'),
      BARE,
      SOURCE,
    ]);
    expect(whole).toMatchObject({ stations: 3, learned: 1, measured: 2, without: ['bare'] });
    const [hour] = networkLoad(
      network({ a: learned, b: level(90, { hours: 2 }) }),
      { configs: [A, B, station('c'), BARE], now: NOW },
      [{ at: NOW, outdoor_c: 0, local: { day: 0, weekday: 3, minute: 0 } }],
    ).hours;
    expect(hour?.load_kw).toBeCloseTo(0.8 * design_kw + 90 + 0.8 * design_kw, 6);
  });

  it('believes designs within half of them where nothing was measured', () => {
    const with_kw = (share: number) => {
      const learned = level(0, { line_kw: newLoad(A).line_kw.map((kw) => share * kw) });
      return wholeLoad(network({ a: learned }), [A, B]).model?.line_kw[1] ?? 0;
    };
    const own_kw = newLoad(A).line_kw[1] ?? 0;
    expect(with_kw(0.2)).toBeCloseTo((0.2 + 0.5) * own_kw, 6);
    expect(with_kw(3)).toBeCloseTo((3 + 1.5) * own_kw, 6);
    // Nobody learned: the designs as they are.
    expect(wholeLoad(network({}), [A, B]).model?.line_kw[1]).toBeCloseTo(2 * own_kw, 6);
    expect(wholeLoad(network({}), [BARE])).toMatchObject({
      model: undefined,
      stations: 0,
      without: ['bare'],
    });
  });

  it('tells sources apart, and sums what stations took', () => {
    const state = network({ a: level(400), b: level(100), p: level(600) });
    const ahead = weatherAhead(state, NOW, 2);
    const load = networkLoad(state, { configs: [A, B, SOURCE], now: NOW }, ahead);
    expect(load).toMatchObject({ why: null, now_kw: 502, stations: 2, learned: 2, without: [] });
    expect(load.hours.map(({ load_kw }) => load_kw)).toEqual([500, 500]);
    expect(load.sources).toMatchObject([
      { id: 'p', now_kw: 601, hours: [{ load_kw: 600 }, { load_kw: 600 }] },
    ]);
    expect(networkLoad(network({}), { configs: [BARE], now: NOW }, ahead)).toMatchObject({
      why: 'nothing_known',
      now_kw: null,
      hours: [],
    });
    expect(networkLoad(state, { configs: [A], now: NOW }, [])).toMatchObject({
      why: 'no_forecast',
      hours: [],
    });
  });

  it('leaves the sources by their own meters where each has one, else by the stations', () => {
    const second = { ...SOURCE, id: 'q' };
    const models = { a: level(400), p: level(300) };
    const line = (state: NetworkState, configs: readonly StationConfig[]) =>
      sourceLoad(state, configs).model?.line_kw[0];
    expect(line(network(models), [A, SOURCE])).toBe(300);
    expect(sourceLoad(network(models), [A, SOURCE])).toMatchObject({ measured: 2, stations: 1 });
    expect(line(network(models), [A, SOURCE, second])).toBe(400);
    expect(line(network({ ...models, q: level(200) }), [A, SOURCE, second])).toBe(500);
    expect(line(network({ ...models, p: level(300, { hours: 0 }) }), [A, SOURCE])).toBe(400);
    expect(line(network(models), [A])).toBe(400);
  });
});
