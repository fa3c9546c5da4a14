import { circuitSettings } from '@heat-center/api/stations.ts';
import type { CircuitSettings } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import { curveFault, startPoints, supplyAt, withCurve } from './curve.ts';
import type { CurvePoint } from './curve.ts';

const low: CircuitSettings = {
  id: 'low',
  kind: 'radiators',
  accepts: ['supply_c'],
  limits: { supply_min_c: 25, supply_max_c: 80 },
};
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

  it('replace those of one circuit and keep what else bends its curve', () => {
    const circuits: CircuitSettings[] = [
      { ...low, curve: { shift_k: 2 } },
      { ...low, id: 'high' },
    ];
    const drawn = withCurve(circuits, 'low', points);
    expect(drawn[0]?.curve).toEqual({ shift_k: 2, points });
    expect(drawn[1]).toBe(circuits[1]);
    expect(withCurve(drawn, 'low', null)).toEqual(circuits);
    expect(withCurve([{ ...low, curve: { points } }], 'low', null)).toEqual([low]);
  });
});
