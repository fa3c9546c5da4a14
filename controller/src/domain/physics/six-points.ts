/** Curves of six points: those that a station keeps for the time without the center, and those people draw. */
import type { CircuitDesign, CircuitKind, CircuitLimits, CurveSettings } from '../config.ts';
import { EQUIPMENT_MAXIMUM_C } from './equipment.ts';
import { curveBasis, weatherCurve } from './weather-curve.ts';

/** Outdoor temperatures of the points, °C: those of common field controllers. */
export const SIX_OUTDOOR_C = [-30, -15, -5, 0, 5, 15] as const;

export type SixPoints = [number, number][];

/** Supply temperature straight between points [outdoor °C, supply °C] of ascending outdoor temperature, level beyond. */
export function alongPoints(points: readonly (readonly [number, number])[], outdoor_c: number): number {
  let before = points[0];
  for (const point of points) {
    if (point[0] >= outdoor_c) {
      if (!before || before === point) return point[1];
      const share = (outdoor_c - before[0]) / (point[0] - before[0]);
      return before[1] + share * (point[1] - before[1]);
    }
    before = point;
  }
  return before?.[1] ?? Number.NaN;
}

/**
 * Points [outdoor °C, supply °C] of the weather curve at design flow, outdoor ascending, within the circuit's
 * limits and its equipment's maximum, supply never rising with the outdoor temperature. Points that a person drew
 * keep their outdoor temperatures. Domestic hot water: its design temperature throughout. Undefined where the
 * settings give no curve.
 */
export function sixPoints(circuit: {
  readonly kind: CircuitKind;
  readonly design?: CircuitDesign | undefined;
  readonly curve?: CurveSettings | undefined;
  readonly limits: Pick<CircuitLimits, 'supply_min_c' | 'supply_max_c'>;
}): SixPoints | undefined {
  const { kind, design, curve, limits } = circuit;
  const max = Math.min(limits.supply_max_c, EQUIPMENT_MAXIMUM_C[kind]);
  const basis = curveBasis(circuit);
  const outdoor = (basis && curve?.points?.map(([outdoor_c]) => outdoor_c)) ?? SIX_OUTDOOR_C;
  const points: SixPoints = [];
  for (const outdoor_c of outdoor) {
    const supply_c = basis ? weatherCurve(basis, outdoor_c).supply_c : design?.supply_c;
    if (supply_c === undefined || (!basis && kind !== 'dhw')) return undefined;
    // Rounded first: a limit of 84.97 must not be passed by 0.03.
    const rounded_c = Math.round(supply_c * 10) / 10;
    points.push([outdoor_c, Math.min(Math.max(rounded_c, limits.supply_min_c), max)]);
  }
  return points;
}
