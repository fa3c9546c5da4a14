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

type Design = NonNullable<CircuitSettings['design']>;

/** b of Q ∝ (tm − tn)^(1+b): EN 442 radiators, EN 1264 floor, forced air. */
const EXPONENT = { radiators: 0.3, floor: 0.1, ventilation: 0 } as const;

/**
 * Supply temperature of the design's curve at full flow, °C: tg = tn + ½(tg′+th′−2tn)·Q^(1/(1+b)) + ½(tg′−th′)·Q with
 * Q = (tn − tw − d)/(tn − tw′ − d), 0 … 1.2; d internal gains, K. As docs/control.md has it.
 */
export function designSupply(
  kind: keyof typeof EXPONENT,
  design: Design,
  at: { outdoor_c: number; gain_k: number },
) {
  const { supply_c, return_c, outdoor_c, room_c } = design;
  const span_k = Math.max(room_c - outdoor_c - at.gain_k, 1);
  const load = Math.min(Math.max((room_c - at.outdoor_c - at.gain_k) / span_k, 0), 1.2);
  const excess_k = (supply_c + return_c) / 2 - room_c;
  return room_c + excess_k * load ** (1 / (1 + EXPONENT[kind])) + ((supply_c - return_c) / 2) * load;
}

type Curved = Pick<CircuitSettings, 'kind' | 'design' | 'curve' | 'limits'>;

/** What a circuit's curve asks for outdoors at `outdoor_c`, within its limits, °C; null where it has no curve. */
export function curveSupply({ kind, design, curve, limits }: Curved, outdoor_c: number): number | null {
  if (!kind || kind === 'dhw') return null;
  const gain_k = curve?.internal_gain_k ?? 0;
  const plain_c = curve?.points
    ? supplyAt(curve.points, outdoor_c)
    : design
      ? designSupply(kind, design, { outdoor_c, gain_k })
      : null;
  if (plain_c === null) return null;
  const asked_c = plain_c + (curve?.shift_k ?? 0);
  return limits ? Math.min(limits.supply_max_c, Math.max(limits.supply_min_c, asked_c)) : asked_c;
}

/** The points in force, else the design's, else usual ones, within the limits; undefined where a circuit follows none. */
export function startPoints(circuit: Curved): readonly CurvePoint[] | undefined {
  const { kind, design, curve, limits } = circuit;
  if (!kind || kind === 'dhw') return undefined;
  if (curve?.points) return curve.points;
  const [min, max] = limits ? [limits.supply_min_c, limits.supply_max_c] : [-Infinity, Infinity];
  return OUTDOOR_C.map((outdoor_c, place) => {
    const usual_c = design
      ? Math.round(designSupply(kind, design, { outdoor_c, gain_k: 0 }) * 2) / 2
      : (USUAL_C[kind][place] ?? 0);
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

/** A circuit's curve settings with other points and bends; undefined where nothing is left to say. */
export function curveSettingsOf(
  points: readonly CurvePoint[] | null,
  bends: { readonly shift_k: number; readonly internal_gain_k: number },
): CircuitSettings['curve'] {
  const { shift_k, internal_gain_k } = bends;
  const next = {
    ...(points ? { points } : {}),
    ...(shift_k === 0 ? {} : { shift_k }),
    ...(internal_gain_k === 0 ? {} : { internal_gain_k }),
  };
  return Object.keys(next).length > 0 ? next : undefined;
}
