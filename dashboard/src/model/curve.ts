/** The six points of a weather curve as a person edits them; pure. */
import type { CircuitSettings } from '@heat-center/api/stations.ts';

export type CurvePoint = readonly [outdoor_c: number, supply_c: number];

/** Outdoor temperatures of common field controllers, with their usual supply temperatures. */
const OUTDOOR_C = [-30, -15, -5, 0, 5, 15] as const;
const USUAL_C = {
  radiators: [75, 60, 50, 45, 40, 28],
  ventilation: [75, 60, 50, 45, 40, 28],
  floor: [45, 40, 35, 32, 30, 25],
} as const;

/** The points in force, else usual ones within the limits; undefined where a circuit follows no curve. */
export function startPoints({ kind, curve, limits }: CircuitSettings): readonly CurvePoint[] | undefined {
  if (!kind || kind === 'dhw') return undefined;
  if (curve?.points) return curve.points;
  const [min, max] = limits ? [limits.supply_min_c, limits.supply_max_c] : [-Infinity, Infinity];
  return OUTDOOR_C.map((outdoor_c, place) => {
    const usual_c = USUAL_C[kind][place] ?? 0;
    return [outdoor_c, Math.min(max, Math.max(min, usual_c))] as const;
  });
}

export type CurveFault = 'outdoor' | 'supply' | 'limits' | 'number';

/** What keeps the points from being taken, with the place of the first that is wrong. */
export function curveFault(
  points: readonly CurvePoint[],
  limits: CircuitSettings['limits'],
): { readonly fault: CurveFault; readonly place: number } | null {
  for (const [place, [outdoor_c, supply_c]] of points.entries()) {
    const before = points[place - 1];
    if (!Number.isFinite(outdoor_c) || !Number.isFinite(supply_c)) return { fault: 'number', place };
    if (before && outdoor_c <= before[0]) return { fault: 'outdoor', place };
    if (before && supply_c > before[1]) return { fault: 'supply', place };
    if (limits && (supply_c < limits.supply_min_c || supply_c > limits.supply_max_c))
      return { fault: 'limits', place };
  }
  return null;
}

/** Supply temperature at an outdoor temperature: straight between points, level beyond them, °C. */
export function supplyAt(points: readonly CurvePoint[], outdoor_c: number): number | null {
  let before = points[0];
  if (!before) return null;
  for (const point of points) {
    if (point[0] >= outdoor_c) {
      const width = point[0] - before[0];
      const share = width === 0 ? 1 : Math.max(0, (outdoor_c - before[0]) / width);
      return before[1] + share * (point[1] - before[1]);
    }
    before = point;
  }
  return before[1];
}

/** A station's circuits with other points for one of them; null: back to the design's curve. */
export function withCurve(
  circuits: readonly CircuitSettings[],
  id: string,
  points: readonly CurvePoint[] | null,
): CircuitSettings[] {
  return circuits.map((circuit) => {
    if (circuit.id !== id) return circuit;
    const { curve, ...rest } = circuit;
    const { points: _, ...bends } = curve ?? {};
    const next = points ? { ...bends, points } : bends;
    return Object.keys(next).length > 0 ? { ...rest, curve: next } : rest;
  });
}
