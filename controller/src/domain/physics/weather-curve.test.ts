import { describe, expect, it } from 'vitest';
import { isDesign, relativeLoad, roomTarget, weatherCurve, type HeatingKind } from './weather-curve.ts';

const design = (supply_c: number, return_c: number) => ({ supply_c, return_c, outdoor_c: -10.1, room_c: 18 });

/** [kind, design supply, design return, outdoor, G, expected supply, expected return] */
const CASES: readonly (readonly [HeatingKind, number, number, number, number, number, number])[] = [
  ['radiators', 75, 50, -5, 1, 66.4, 45.9],
  ['radiators', 75, 50, 0, 1, 57.6, 41.6],
  ['radiators', 75, 50, 5, 1, 48.4, 36.8],
  ['radiators', 75, 50, 8, 1, 42.5, 33.7],
  ['radiators', 60, 45, 0, 1, 47.3, 37.7],
  ['floor', 45, 35, 0, 1, 35.9, 29.5],
  ['radiators', 75, 50, 0, 0.86, 58.9, 40.3],
];

describe('weather curve', () => {
  it.each(CASES)('%s %d/%d at %d °C, G %d → %d/%d', (...row) => {
    const [kind, supply, back, outdoor, flow, tg, th] = row;
    const point = weatherCurve({ design: design(supply, back), kind }, outdoor, flow);
    expect(Math.abs(point.supply_c - tg)).toBeLessThanOrEqual(0.05);
    expect(Math.abs(point.return_c - th)).toBeLessThanOrEqual(0.05);
  });

  it('gives the design temperatures at the design outdoor temperature', () => {
    const point = weatherCurve({ design: design(75, 50), kind: 'radiators' }, -10.1);
    expect(point.supply_c).toBeCloseTo(75, 9);
    expect(point.return_c).toBeCloseTo(50, 9);
  });

  it('keeps the mean temperature whatever the flow', () => {
    const circuit = { design: design(75, 50), kind: 'radiators' } as const;
    expect(weatherCurve(circuit, 0, 0.6).mean_c).toBeCloseTo(weatherCurve(circuit, 0, 1).mean_c, 9);
  });

  it('asks for the room temperature where no heat is needed', () => {
    expect(weatherCurve({ design: design(75, 50), kind: 'floor' }, 25).supply_c).toBe(18);
  });

  it.each([
    [{ ...design(75, 50), outdoor_c: 18 }, false],
    [design(50, 50), false],
    [design(18, 12), false],
    [design(35, 28), true],
    [undefined, false],
  ])('knows a design point that makes sense: %o %s', (point, makesSense) => {
    expect(isDesign(point)).toBe(makesSense);
  });

  it('clamps the load to 0 … 1.2', () => {
    expect(relativeLoad(design(75, 50), 30)).toBe(0);
    expect(relativeLoad(design(75, 50), -60)).toBe(1.2);
  });

  it('is linear in the outdoor temperature for ventilation', () => {
    const at = (outdoor: number) =>
      weatherCurve({ design: design(75, 50), kind: 'ventilation' }, outdoor).supply_c;
    expect(at(0) - at(5)).toBeCloseTo(at(-5) - at(0), 9);
  });

  /**
   * Reference results of LBNL's Modelica library (Controls.SetPoints, example of the heating curve, 2013-04-27):
   * 60/40 °C at −10 °C, room 20 °C, m = 1, gains 8 K. [outdoor, supply, return], °C.
   */
  it.each([
    [-10, 60, 40],
    [-9.6, 59.2727, 39.6364],
    [-6, 52.7273, 36.3636],
    [-2, 45.4545, 32.7273],
    [2, 38.1818, 29.0909],
    [6, 30.9091, 25.4545],
    [11.6, 20.7273, 20.3636],
    [12, 20, 20],
    [30, 20, 20],
  ])('meets the open curve of LBNL at %d °C: %d/%d', (outdoor, supply, back) => {
    const lbnl = { supply_c: 60, return_c: 40, outdoor_c: -10, room_c: 20 };
    const circuit = { kind: 'ventilation', design: lbnl, curve: { internal_gain_k: 8 } } as const;
    const point = weatherCurve(circuit, outdoor);
    expect(Math.abs(point.supply_c - supply)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(point.return_c - back)).toBeLessThanOrEqual(0.01);
  });

  it('meets it with the room set back from 20 to 15 °C, gains 15 K: return 28.33 °C at −10 °C', () => {
    const lbnl = { supply_c: 60, return_c: 40, outdoor_c: -10, room_c: 20 };
    const circuit = { kind: 'ventilation', design: lbnl, curve: { internal_gain_k: 15 } } as const;
    // A target lower by 5 K is the curve at an outdoor temperature higher by 5 K, lowered by 5 K.
    const point = weatherCurve(circuit, -10 + 5);
    expect(Math.abs(point.return_c - 5 - 28.3333)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(point.supply_c - 5 - 41.6667)).toBeLessThanOrEqual(0.01);
  });

  it('follows drawn points, with a mean that falls short by half the cooling', () => {
    const points = [
      [-30, 75],
      [-15, 60],
      [-5, 50],
      [0, 45],
      [5, 40],
      [15, 28],
    ] as const;
    const circuit = { kind: 'radiators', design: design(75, 50), curve: { points, shift_k: -2 } } as const;
    expect(weatherCurve(circuit, -10).supply_c).toBeCloseTo(53, 9);
    const slower = weatherCurve(circuit, -10, 0.5);
    expect(slower.mean_c).toBeCloseTo(weatherCurve(circuit, -10).mean_c, 9);
    expect(slower.supply_c - slower.return_c).toBeCloseTo(25 * (28 / 28.1) * 2, 6);
    expect(weatherCurve({ kind: 'radiators', curve: { points } }, 2.5)).toMatchObject({ supply_c: 42.5 });
  });

  it('is shifted in parallel', () => {
    const circuit = { design: design(75, 50), kind: 'radiators' } as const;
    const shifted = weatherCurve({ ...circuit, curve: { shift_k: -4 } }, 0);
    const { supply_c, return_c } = weatherCurve(circuit, 0);
    expect(shifted.supply_c).toBeCloseTo(supply_c - 4, 9);
    expect(shifted.return_c).toBeCloseTo(return_c - 4, 9);
  });

  it('aims at the design’s room temperature, 18 °C where there is none', () => {
    expect(roomTarget({ design: { ...design(75, 50), room_c: 20 } })).toBe(20);
    expect(roomTarget({})).toBe(18);
  });

  it('needs water that is warmer than the room on average', () => {
    expect(isDesign({ ...design(20, 16), room_c: 18 })).toBe(false);
  });
});
