import { describe, expect, it } from 'vitest';
import { commissioningCurve, curveSupply_c, type SixPoints } from './local-curve.ts';

const CURVE: SixPoints = [
  [-30, 75],
  [-15, 60],
  [-5, 50],
  [0, 45],
  [5, 40],
  [15, 28],
];

describe('six-point curve', () => {
  it.each([
    [-40, 75],
    [-30, 75],
    [-22.5, 67.5],
    [0, 45],
    [10, 34],
    [30, 28],
  ])('at %s °C outdoors gives %s °C', (outdoor_c, supply_c) => {
    expect(curveSupply_c(CURVE, outdoor_c)).toBeCloseTo(supply_c, 9);
  });
});

describe('commissioning curve', () => {
  it('ascends in outdoor temperature, meets the design, falls towards the room', () => {
    const curve = commissioningCurve({ kind: 'radiators', supply_c: 75, room_c: 18, outdoor_c: -10.1 });
    expect(curve).toHaveLength(6);
    expect(curveSupply_c(curve, -10.1)).toBeCloseTo(75, 1);
    expect(curve.map(([outdoor_c]) => outdoor_c)).toEqual(
      curve.map(([outdoor_c]) => outdoor_c).toSorted((a, b) => a - b),
    );
    expect(curveSupply_c(curve, 18)).toBeLessThan(30);
  });

  it('is level for hot water', () => {
    const curve = commissioningCurve({ kind: 'dhw', supply_c: 55, room_c: 18, outdoor_c: -10.1 });
    expect(new Set(curve.map(([, supply_c]) => supply_c))).toEqual(new Set([55]));
  });
});
