import { describe, expect, it } from 'vitest';
import { supplyOfLoad } from '../physics/emitter-load.ts';
import { weatherCurve, curveBasis } from '../physics/weather-curve.ts';
import { createImage } from '../image.ts';
import { createStationState } from '../state.ts';
import { DHW, LOW, stationConfig, T0 } from '../testing.ts';
import type { StationConfig } from '../config.ts';
import { afterOf, shareSupply_c, slowLoad } from './short.ts';
import { factsOf, type Facts } from './source-facts.ts';

const HOUR = 3_600_000;
const POINT = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 };
const RADIATORS = { kind: 'radiators', design: POINT } as const;
const FLOOR = { kind: 'floor', design: { ...POINT, supply_c: 45, return_c: 35 } } as const;

describe('the supply temperature of a share', () => {
  it('is that of its load where emitters answer at once', () => {
    expect(shareSupply_c(RADIATORS, { load: 0.5, slow_load: 0.9 })).toBeCloseTo(
      supplyOfLoad(RADIATORS, 0.5),
      9,
    );
    expect(shareSupply_c(RADIATORS, { load: 0.5, slow_load: 0.5 }, 0.5)).toBeCloseTo(
      supplyOfLoad(RADIATORS, 0.5, 0.5),
      9,
    );
    expect(shareSupply_c(RADIATORS, { load: -1, slow_load: 0 })).toBe(18);
  });

  it('of a floor comes by 45 percent at once and with the screed for the rest', () => {
    expect(shareSupply_c(FLOOR, { load: 0.5, slow_load: 0.9 })).toBeCloseTo(supplyOfLoad(FLOOR, 0.72), 9);
    expect(slowLoad(0.9, 0.5, 4 * HOUR)).toBeCloseTo(0.5 + 0.4 * Math.exp(-1), 9);
    expect(slowLoad(0.9, 0.5, 0)).toBe(0.9);
  });
});

describe('what a station does should the center die', () => {
  const basis = curveBasis(LOW);
  const own_c = basis ? weatherCurve(basis, 0).supply_c : Number.NaN;
  const place: Parameters<typeof afterOf>[2] = { nth: 0, of: 4, until: undefined, now: T0 };

  function factsFor(config: Partial<StationConfig> = {}, outdoor_c: number | undefined = 0): Facts {
    const outdoor = { value_c: outdoor_c, raw_c: outdoor_c, at: T0 };
    const state = { ...createStationState(T0, { epoch: 7, seq: 0 }), awaits_sample: false, outdoor };
    const image = Object.assign(createImage(), { online: true });
    const before = { meter: { at: T0, kwh: 0, power_kw: 900, marks: [] } };
    const station = { config: stationConfig(config), image, state };
    return factsOf(station, before, { now: T0, outdoor_c, usual: undefined });
  }
  const after = (load: number, changes: Partial<typeof place> = {}, facts = factsFor()) =>
    afterOf(facts, { load }, { ...place, ...changes });

  it('is to shift its own curve to what the share stands for, in halves of a kelvin', () => {
    const exact_k = supplyOfLoad(RADIATORS, 0.5) - own_c;
    expect(exact_k).toBeLessThan(-7);
    expect(after(0.5)?.offset_k).toBe(Math.round(exact_k / 0.5) * 0.5);
    expect(after(0.05)?.offset_k).toBe(-20);
  });

  it('is nothing where the share lowers nothing, or nobody knows from where', () => {
    expect(after(0.64)).toBeUndefined();
    expect(after(0.9)).toBeUndefined();
    const { state, ...station } = factsFor().station;
    const unknown = { ...station, state: { ...state, outdoor: undefined } };
    expect(after(0.5, {}, { ...factsFor(), station: unknown })).toBeUndefined();
    expect(after(0.5, {}, { ...factsFor(), why: 'local' })).toBeUndefined();
    expect(after(0.5, {}, { ...factsFor(), design: undefined })).toBeUndefined();
    expect(after(0.5, {}, factsFor({ circuits: [DHW] }))).toBeUndefined();
  });

  it('counts each circuit by its heat and by what a kelvin is worth to it', () => {
    const floor = { ...LOW, id: 'floor', ...FLOOR, heated_area_m2: 10_000 };
    const mixed = after(0.5, {}, factsFor({ circuits: [{ ...LOW, heated_area_m2: 10_000 }, floor] }));
    const alone = after(0.5, {}, factsFor({ circuits: [floor] }));
    const radiators = after(0.5)?.offset_k ?? 0;
    expect(alone?.offset_k).toBeGreaterThan(radiators);
    expect(mixed?.offset_k).toBeGreaterThan(radiators);
    expect(mixed?.offset_k).toBeLessThan(alone?.offset_k ?? 0);
    // A floor is worth three times a radiator: 11/1.1 + 5 = 15 K of supply for a load of 1, beside 46.7 K.
    const weighted = (46.7 / 15) * (alone?.offset_k ?? 0) + radiators;
    expect(Math.abs((mixed?.offset_k ?? 0) - weighted / (46.7 / 15 + 1))).toBeLessThan(0.8);
  });

  it('holds until the limit ends, two hours to two days, six where nobody said when', () => {
    const hours = (left_h: number | undefined) =>
      (after(0.5, { until: left_h === undefined ? undefined : T0 + left_h * HOUR })?.for_s ?? 0) / 3600;
    expect([undefined, 1, 2.1, 10, 100].map(hours)).toEqual([6, 2, 3, 10, 48]);
  });

  it('ends for one station after the other over two hours', () => {
    const turn = (nth: number, of: number) => (after(0.5, { nth, of })?.for_s ?? 0) - 6 * 3600;
    expect([turn(0, 4), turn(1, 4), turn(3, 4), turn(1, 7), turn(0, 0)]).toEqual([0, 1800, 5400, 1020, 0]);
  });
});
