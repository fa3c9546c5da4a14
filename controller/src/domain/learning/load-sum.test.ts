/** Loads of many as one. */
import { describe, expect, it } from 'vitest';
import { DHW, LOW, stationConfig } from '../testing.ts';
import { newLoad, type LoadModel } from './load.ts';
import { newSourceLoad, responseOf, scaled, slopeOf, together } from './load-sum.ts';

const model = (given: Partial<LoadModel>): LoadModel => ({
  ...newLoad(stationConfig({ circuits: [DHW] })),
  ...given,
});
const profile = (of: (hour: number) => number): number[] => Array.from({ length: 48 }, (_, hour) => of(hour));

describe('loads of many', () => {
  const one = model({
    hours: 40,
    line_kw: [100, 500, 10],
    profile_kw: profile((hour) => hour),
    filtered_c: -4,
    recent_kw: 12,
    scatter_kw2: 9,
    last: { at: 1000, power_kw: 300 },
  });
  const two = model({
    hours: 90,
    line_kw: [50, -250, 5],
    profile_kw: profile((hour) => 100 - hour),
    filtered_c: 2,
    recent_kw: -2,
    scatter_kw2: 16,
    last: { at: 2000, power_kw: 80 },
  });
  const blind = model({ line_kw: [7, 75, 0] });

  it('add up, line and profile and what was off of late', () => {
    const sum = together([one, two, blind]);
    expect(sum.line_kw).toEqual([157, 325, 15]);
    expect(sum.profile_kw).toEqual(profile(() => 100));
    expect(sum.recent_kw).toBe(10);
    expect(sum.hours).toBe(90);
    expect(sum.last).toEqual({ at: 2000, power_kw: 80 });
    expect(together([two, one]).last).toEqual({ at: 2000, power_kw: 80 });
  });

  it('have one filtered outdoor temperature, by what a kelvin costs each', () => {
    // 20 and 10 kW/K.
    expect(together([one, two, blind]).filtered_c).toBeCloseTo((20 * -4 + 10 * 2) / 30, 12);
    const idle = model({ filtered_c: 6 });
    expect(together([idle, model({ filtered_c: 8 })]).filtered_c).toBeCloseTo(7, 12);
    expect(together([blind]).filtered_c).toBeUndefined();
    expect(together([]).filtered_c).toBeUndefined();
  });

  it('err half apart from each other and half alike', () => {
    expect(together([one, two]).scatter_kw2).toBe((9 + 16 + (3 + 4) ** 2) / 2);
    expect(together([one]).scatter_kw2).toBe(9);
  });

  it('are nothing where there is none', () => {
    expect(together([])).toMatchObject({ hours: 0, line_kw: [0, 0, 0], last: undefined, scatter_kw2: 0 });
    // Nothing is certain of a sum: it is not learned on.
    expect(together([one]).certainty).toEqual([1000, 0, 0, 0, 1000, 0, 0, 0, 1000]);
  });

  it('are scaled as heat is', () => {
    expect(scaled(one, 0.5)).toEqual({
      ...one,
      line_kw: [50, 250, 5],
      profile_kw: profile((hour) => hour / 2),
      recent_kw: 6,
      scatter_kw2: 2.25,
    });
  });

  it('answer to the weather by the slope of their line, within bounds of their design', () => {
    expect(slopeOf(one)).toBe(20);
    expect(slopeOf(model({ line_kw: [] }))).toBe(0);
    expect(responseOf(one, 25)).toBeCloseTo(0.8, 12);
    expect(responseOf(one, 100)).toBe(0.6);
    expect(responseOf(one, 10)).toBe(1.4);
    expect(responseOf(one, 0)).toBe(1);
  });

  it('are what a source begins with, each its part', () => {
    const stations = [stationConfig({ circuits: [LOW] }), stationConfig({ id: 'b', circuits: [LOW] })];
    const whole = newSourceLoad(stations, 1);
    const [first] = stations.map(newLoad);
    expect(whole.line_kw).toEqual(first?.line_kw.map((kw) => 2 * kw));
    expect(newSourceLoad(stations, 4).line_kw).toEqual(first?.line_kw.map((kw) => kw / 2));
    // A design is believed more than nothing is.
    expect(whole.certainty).toEqual(first?.certainty);
    expect(newSourceLoad([], 1).certainty[0]).toBe(1000);
  });
});
