import { describe, expect, it } from 'vitest';
import { localAt } from '../network/clock.ts';
import { LOW, stationConfig } from '../testing.ts';
import { HOUR_MS } from './hour.ts';
import {
  designLoad,
  isKnown,
  learnHour,
  loadAhead,
  newLoad,
  type HourAhead,
  type LoadModel,
} from './load.ts';
import { newSourceLoad, responseOf, together } from './load-sum.ts';
import { CLOCK, MIDNIGHT, noise } from './testing.ts';

const localOf = (at: number) => localAt(CLOCK, at - HOUR_MS / 2);
const HOURS = 24 * 30;

/** A station's heat: a line on the filtered weather, showers at 7 and 20 o'clock, noise. */
function* station(seed: number, noise_kw: number) {
  const random = noise(seed);
  let [spell_k, filtered_c] = [0, 0];
  for (let index = 0; index < HOURS + 72; index += 1) {
    if (index % 24 === 0) spell_k = 0.7 * spell_k + 3 * random();
    const outdoor_c = spell_k + 4 * Math.cos(((index - 15) * Math.PI) / 12);
    filtered_c += (outdoor_c - filtered_c) * (1 - Math.exp(-1 / 6));
    const shower_kw = index % 24 === 7 || index % 24 === 20 ? 150 : 0;
    const at = MIDNIGHT + (index + 1) * HOUR_MS;
    yield { at, outdoor_c, power_kw: 900 - 45 * filtered_c + shower_kw + noise_kw * random() };
  }
}

function learned(seed: number, noise_kw: number, from: LoadModel) {
  let model = from;
  const all = [...station(seed, noise_kw)];
  for (const hour of all.slice(0, HOURS)) model = learnHour(model, hour, localOf(hour.at));
  return { model, all, next: all.slice(HOURS) };
}

const ahead = (hours: readonly { at: number; outdoor_c: number }[]): HourAhead[] =>
  hours.map(({ at, outdoor_c }) => ({ at, outdoor_c, local: localOf(at) }));

const CONFIG = stationConfig();
const NOTHING = newLoad(stationConfig({ circuits: [] }));

describe('a load model', () => {
  it('begins with the design, and with nothing where there is none', () => {
    const fresh = newLoad(CONFIG);
    // 35,000 m² at 45 W/m², of 28.1 K.
    expect(designLoad(CONFIG, -10.1)).toBeCloseTo(1575, 0);
    const [hour] = loadAhead(fresh, ahead([{ at: MIDNIGHT, outdoor_c: 0 }]), 0);
    expect(hour?.load_kw).toBeCloseTo((1575 * 18) / 28.1, -1);
    expect(isKnown(fresh)).toBe(true);
    expect(isKnown(NOTHING)).toBe(false);
    expect(designLoad(stationConfig({ circuits: [{ ...LOW, kind: 'dhw' }] }), 0)).toBeUndefined();
  });

  it.each([
    ['a design', newLoad(CONFIG)],
    ['nothing', NOTHING],
  ])('learns from %s what 72 hours will take, and its hours of the day', (_, from) => {
    const { model, next } = learned(3, 20, from);
    const said = loadAhead(model, ahead(next));
    const off = said.map(({ load_kw }, index) => Math.abs(load_kw - (next[index]?.power_kw ?? 0)));
    const mean = off.reduce((sum, value) => sum + value, 0) / off.length;
    expect(mean).toBeLessThan(32);
    const [at6, at7] = [said[6]?.load_kw ?? 0, said[7]?.load_kw ?? 0];
    expect(at7 - at6).toBeGreaterThan(100);
    expect(said[0]?.error_kw).toBeGreaterThan(12);
    expect(said[0]?.error_kw).toBeLessThan(50);
  });

  it('follows a station that is led otherwise from some day on', () => {
    let { model } = learned(4, 20, NOTHING);
    const changed = [...station(5, 20)].slice(0, 15 * 24).map((hour) => ({
      ...hour,
      at: hour.at + HOURS * HOUR_MS,
      power_kw: hour.power_kw + 300,
    }));
    for (const hour of changed.slice(0, 14 * 24)) model = learnHour(model, hour, localOf(hour.at));
    const next = changed.slice(14 * 24);
    const said = loadAhead(model, ahead(next));
    for (const [index, { load_kw }] of said.entries())
      expect(Math.abs(load_kw - (next[index]?.power_kw ?? 0))).toBeLessThan(120);
  });

  it('wakes up after days in which the meter showed nothing', () => {
    let model = NOTHING;
    const off = ahead(
      Array.from({ length: 72 }, (_, hour) => ({ at: MIDNIGHT + hour * HOUR_MS, outdoor_c: 0 })),
    );
    for (const { at, outdoor_c } of off)
      model = learnHour(model, { at, outdoor_c, power_kw: 0 }, localOf(at));
    for (let hour = 72; hour < 120; hour += 1) {
      const at = MIDNIGHT + hour * HOUR_MS;
      model = learnHour(model, { at, outdoor_c: 0, power_kw: 400 }, localOf(at));
    }
    const [next] = loadAhead(model, ahead([{ at: MIDNIGHT + 120 * HOUR_MS, outdoor_c: 0 }]));
    expect(next?.load_kw).toBeGreaterThan(360);
    expect(next?.load_kw).toBeLessThan(440);
  });

  it('is not thrown by hours in which the meter goes mad', () => {
    const { model } = learned(6, 20, NOTHING);
    const mad = learnHour(model, { at: MIDNIGHT, power_kw: 8_000_001, outdoor_c: 0 }, localOf(MIDNIGHT));
    const of = (one: LoadModel) => loadAhead(one, ahead([{ at: MIDNIGHT, outdoor_c: 0 }]))[0]?.load_kw ?? 0;
    expect(Math.abs(of(mad) - of(model))).toBeLessThan(80);
  });

  it('of many stations is the sum of theirs, and so is what it says', () => {
    const models = [8, 9, 10].map((seed) => learned(seed, 20, NOTHING).model);
    // The same weather for all: what differs is where their filters are.
    const same = models.map((model) => ({ ...model, filtered_c: -2 }));
    const hours = ahead(
      Array.from({ length: 48 }, (_, hour) => ({ at: MIDNIGHT + hour * HOUR_MS, outdoor_c: -4 })),
    );
    const whole = loadAhead(together(same), hours);
    const parts = same.map((model) => loadAhead(model, hours));
    for (const [hour, { load_kw }] of whole.entries())
      expect(load_kw).toBeCloseTo(
        parts.reduce((sum, part) => sum + (part[hour]?.load_kw ?? 0), 0),
        6,
      );
    const errors = parts.map(([first]) => first?.error_kw ?? 0);
    const apart_kw = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0));
    expect(whole[0]?.error_kw).toBeGreaterThan(apart_kw);
    expect(whole[0]?.error_kw).toBeLessThan(errors.reduce((sum, error) => sum + error, 0));
    expect(together([]).line_kw).toEqual([0, 0, 0]);
  });

  it('lets hours pass of which nothing was measured', () => {
    const seen = { at: MIDNIGHT, power_kw: 1300, outdoor_c: 10 };
    const model = learnHour(newLoad(CONFIG), seen, localOf(MIDNIGHT));
    const at = MIDNIGHT + 24 * HOUR_MS;
    const days = Array.from({ length: 24 }, (_, hour) => ({
      at: MIDNIGHT + (hour + 1) * HOUR_MS,
      outdoor_c: -8,
    }));
    const straight = loadAhead(model, ahead(days)).at(-1)?.load_kw ?? NaN;
    expect(loadAhead(model, ahead([{ at, outdoor_c: -8 }]))[0]?.load_kw).toBeCloseTo(straight, 6);
    expect(straight).toBeGreaterThan(1200);
  });

  it('of a source begins with the designs of the stations that it feeds', () => {
    const stations = [CONFIG, { ...CONFIG, id: 'other' }];
    const hour = ahead([{ at: MIDNIGHT, outdoor_c: 0 }]);
    const [one] = loadAhead(newLoad(CONFIG), hour, 0);
    expect(loadAhead(newSourceLoad(stations, 1), hour, 0)[0]?.load_kw).toBeCloseTo(
      2 * (one?.load_kw ?? 0),
      6,
    );
    expect(loadAhead(newSourceLoad(stations, 2), hour, 0)[0]?.load_kw).toBeCloseTo(one?.load_kw ?? 0, 6);
    expect(isKnown(newSourceLoad([], 1))).toBe(false);
    expect(responseOf(newSourceLoad(stations, 1), (2 * 1575) / 28.1)).toBeCloseTo(1, 6);
    expect(responseOf(newSourceLoad(stations, 1), 10)).toBe(1.4);
    expect(responseOf(NOTHING, 0)).toBe(1);
  });

  it('never says less than nothing', () => {
    const { model } = learned(7, 20, NOTHING);
    const heat = Array.from({ length: 48 }, (_, hour) => ({ at: MIDNIGHT + hour * HOUR_MS, outdoor_c: 45 }));
    expect(loadAhead(model, ahead(heat)).at(-1)?.load_kw).toBe(0);
  });

  it('stays bounded when the weather stands still for a year', () => {
    let model = newLoad(CONFIG);
    for (let hour = 0; hour < 365 * 24; hour += 1) {
      const at = MIDNIGHT + hour * HOUR_MS;
      model = learnHour(model, { at, power_kw: 1000, outdoor_c: 0 }, localOf(at));
    }
    expect(Math.max(...model.certainty.map(Math.abs))).toBeLessThan(2000);
    expect(loadAhead(model, ahead([{ at: MIDNIGHT, outdoor_c: 0 }]))[0]?.load_kw).toBeCloseTo(1000, -1);
  });
});
