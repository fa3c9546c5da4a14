import { circuitSettings } from '@heat-center/api/stations.ts';
import type { CircuitSettings } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import { curveFault, curveSettingsOf, curveSupply, startPoints, supplyAt } from './curve.ts';
import type { CurvePoint } from './curve.ts';

const low: CircuitSettings = {
  id: 'low',
  kind: 'radiators',
  accepts: ['supply_c'],
  limits: { supply_min_c: 25, supply_max_c: 80 },
};
const DESIGN = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 };
const points = startPoints(low) ?? [];
const moved = (place: number, point: CurvePoint): CurvePoint[] =>
  points.map((each, index) => (index === place ? point : each));

describe('six points', () => {
  it('start from those in force, else from usual ones; hot water has none', () => {
    expect(points).toHaveLength(6);
    expect(circuitSettings.safeParse({ ...low, curve: { points } }).success).toBe(true);
    const drawn = moved(0, [-30, 70]);
    expect(startPoints({ ...low, curve: { points: drawn } })).toEqual(drawn);
    expect(startPoints({ ...low, kind: 'dhw' })).toBeUndefined();
    const narrow = startPoints({ ...low, limits: { supply_min_c: 30, supply_max_c: 70 } }) ?? [];
    expect([narrow[0]?.[1], narrow[5]?.[1]]).toEqual([70, 30]);
  });

  it.each([
    ['outdoor', 2, moved(2, [-15, 50])],
    ['supply', 3, moved(3, [0, 51])],
    ['limits', 0, moved(0, [-30, 81])],
    ['number', 5, moved(5, [15, Number.NaN])],
  ] as const)('are not taken with a fault: %s', (fault, place, wrong) => {
    expect(curveFault(wrong, low.limits)).toEqual({ fault, place });
  });

  it('are taken as they are usual', () => {
    expect(curveFault(points, low.limits)).toBeNull();
  });

  it('give what lies straight between them, and are level beyond', () => {
    expect(supplyAt(points, -40)).toBe(75);
    expect(supplyAt(points, -10)).toBe(55);
    expect(supplyAt(points, 0)).toBe(45);
    expect(supplyAt(points, 30)).toBe(28);
    expect(supplyAt([], 0)).toBeNull();
  });

  it('make settings that say nothing but what bends the curve', () => {
    expect(curveSettingsOf(null, { shift_k: 0, internal_gain_k: 0 })).toBeUndefined();
    expect(curveSettingsOf(points, { shift_k: 2, internal_gain_k: 0 })).toEqual({ points, shift_k: 2 });
  });

  it('begin where the design stands, if there is one', () => {
    const start = startPoints({ ...low, design: DESIGN }) ?? [];
    expect(start[2]).toEqual([-5, 66.5]);
    expect(start[0]?.[1]).toBe(80);
    expect(curveFault(start, low.limits)).toBeNull();
  });
});

describe('what a curve asks for', () => {
  const designed: CircuitSettings = { ...low, design: DESIGN };

  it.each([
    [-5, 66.4],
    [0, 57.6],
    [5, 48.4],
    [8, 42.5],
  ])('is the published value of 75/50 at %s °C', (outdoor_c, supply_c) => {
    expect(curveSupply(designed, outdoor_c)).toBeCloseTo(supply_c, 1);
  });

  it('is shifted, flattened by gains and held by the limits', () => {
    expect(curveSupply({ ...designed, curve: { shift_k: 2 } }, 0)).toBeCloseTo(59.6, 1);
    expect(curveSupply({ ...designed, curve: { internal_gain_k: 5 } }, 0)).toBeLessThan(57);
    expect(curveSupply(designed, -30)).toBe(80);
    expect(curveSupply({ ...designed, curve: { points } }, -10)).toBe(55);
    expect(curveSupply({ ...designed, kind: 'dhw' }, 0)).toBeNull();
  });
});
