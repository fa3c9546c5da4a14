/**
 * The curve that would bring the rooms to their target, from what was learned. Two ways, the first where the loss line
 * is known: the line says what heat the target takes, Q = a·(tn − tw) + c, and the emitters as they are, Q = K·(tm − T)^(1+b)
 * with K from evenings, say which water gives it. Otherwise a parallel shift: rooms off by e are a curve for a target
 * that is higher by e. A person applies it or does not.
 */
import type { CircuitConfig, CurveSettings } from '../config.ts';
import { alongPoints, SIX_OUTDOOR_C } from '../physics/six-points.ts';
import {
  curveBasis,
  curvePoint,
  EMITTER_EXPONENT,
  roomTarget,
  weatherCurve,
  type CurveBasis,
} from '../physics/weather-curve.ts';
import { EQUIPMENT_MAXIMUM_C } from '../physics/equipment.ts';
import type { Day, Evening } from './day.ts';
import type { Line, Unknown } from './estimate.ts';
import { errorAt } from './regression.ts';

/** Evenings that a proposal needs; of more than the second the newest count. */
const LEAST_EVENINGS = 5;
const NEWEST_EVENINGS = 14;
/** Rooms so near (K) to their target, with a curve that would change less than the second, are left alone. */
const NEAR_K = 0.3;
const LEAST_CHANGE_K = 1;
/** A shift beyond this is not proposed at once, K. */
const MOST_SHIFT_K = 8;
/** Evenings with less heat than this share of the warmest of them say nothing of emitters. */
const LEAST_HEAT = 0.1;
/** How far (K) beyond the weather that was seen a curve is judged. */
const BEYOND_K = 5;

export type NoProposal = 'no_rooms' | 'too_few_days' | 'no_curve' | 'settled';

export interface Proposal {
  readonly made_at: number;
  readonly kind: 'six_points' | 'shift';
  readonly curve: CurveSettings;
  /** [outdoor °C, supply °C] of the curve in force and of the proposed one. */
  readonly now: readonly (readonly [number, number])[];
  readonly proposed: readonly (readonly [number, number])[];
  readonly error_k: number;
  readonly room_c: number;
  readonly target_c: number;
  readonly days_used: number;
}

interface Case {
  readonly circuit: CircuitConfig;
  readonly basis: CurveBasis;
  readonly evenings: readonly Evening[];
  readonly target_c: number;
  readonly room_c: number;
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function standardError(values: readonly number[]): number {
  const mean = average(values);
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(square / Math.max(values.length - 1, 1) / values.length);
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

const curveOf = (basis: CurveBasis): [number, number][] => {
  const outdoor = basis.curve?.points?.map(([outdoor_c]) => outdoor_c) ?? SIX_OUTDOOR_C;
  return outdoor.map((outdoor_c) => [outdoor_c, tenth(weatherCurve(basis, outdoor_c).supply_c)]);
};

/** ln K of the emitters from evenings: its mean and standard error. */
function emitters({ basis, evenings }: Case): { readonly log: number; readonly error: number } | undefined {
  const most_kw = Math.max(...evenings.map(({ heat_kw }) => heat_kw));
  const exponent = 1 + EMITTER_EXPONENT[basis.kind];
  const logs = evenings
    .filter(({ heat_kw, water_c, room_c }) => heat_kw > LEAST_HEAT * most_kw && water_c > room_c + 1)
    .map(({ heat_kw, water_c, room_c }) => Math.log(heat_kw) - exponent * Math.log(water_c - room_c));
  return logs.length < LEAST_EVENINGS ? undefined : { log: average(logs), error: standardError(logs) };
}

/** Supply temperatures at six outdoor temperatures with their standard errors. */
function fromLine(given: Case, line: Line) {
  const { basis, circuit, target_c, evenings } = given;
  const emitter = emitters(given);
  if (!emitter) return undefined;
  const exponent = 1 + EMITTER_EXPONENT[basis.kind];
  const max_c = Math.min(circuit.limits?.supply_max_c ?? Infinity, EQUIPMENT_MAXIMUM_C[basis.kind]);
  const min_c = circuit.limits?.supply_min_c ?? target_c;
  const seen = evenings.map(({ outdoor_c }) => outdoor_c);
  const judged = { from: Math.min(...seen) - BEYOND_K, to: Math.max(...seen) + BEYOND_K };
  let error_k = 0;
  const points = SIX_OUTDOOR_C.map((outdoor_c): [number, number] => {
    const x = [target_c - outdoor_c, 1, 0];
    const heat_kw = Math.max(line.a_kw_k * (target_c - outdoor_c) + line.c_kw, 0);
    const excess_k = (heat_kw / Math.exp(emitter.log)) ** (1 / exponent);
    const relative = heat_kw > 0 ? Math.hypot(errorAt(line.fit, x) / heat_kw, emitter.error) : 0;
    const isJudged = outdoor_c >= judged.from && outdoor_c <= judged.to;
    if (isJudged) error_k = Math.max(error_k, (excess_k * relative) / exponent);
    // Points are read as supply at design flow: half the design's cooling lies above the mean.
    const { half_k } = curvePoint({ ...basis, curve: undefined }, outdoor_c);
    const supply_c = tenth(target_c + excess_k + half_k);
    return [outdoor_c, Math.min(Math.max(supply_c, min_c), max_c)];
  });
  // A cold day never asks for less than a milder one; after limits and rounding it might by a tenth.
  for (let at = points.length - 2; at >= 0; at -= 1) {
    const [point, next] = [points[at], points[at + 1]];
    if (point && next) point[1] = Math.max(point[1], next[1]);
  }
  return { curve: { points }, proposed: points, error_k };
}

/** Rooms off by e: the curve for a target higher by e, which at tw is the curve at tw − e, raised by e. */
function fromRooms({ basis, evenings, target_c, room_c }: Case) {
  const lacks_k = target_c - room_c;
  const shifts = evenings.map(({ outdoor_c, water_c }) => {
    const present = curvePoint(basis, outdoor_c);
    // What rooms, balance or people added to the curve on that evening was needed for what rooms then had.
    const added_k = water_c - present.mean_c;
    return added_k + curvePoint(basis, outdoor_c - lacks_k).mean_c + lacks_k - present.mean_c;
  });
  const shift_k = Math.min(Math.max(average(shifts), -MOST_SHIFT_K), MOST_SHIFT_K);
  const curve = { ...basis.curve, shift_k: tenth((basis.curve?.shift_k ?? 0) + shift_k) };
  return { curve, proposed: curveOf({ ...basis, curve }), error_k: standardError(shifts) };
}

/** The greatest change within the weather that was seen, K. */
function change({ now, proposed }: Pick<Proposal, 'now' | 'proposed'>, evenings: readonly Evening[]): number {
  return Math.max(
    ...evenings.map(({ outdoor_c }) =>
      Math.abs(alongPoints(proposed, outdoor_c) - alongPoints(now, outdoor_c)),
    ),
  );
}

/** A proposal, or why there is none. Rooms have to be measured: nothing else says whether a curve is right. */
export function proposeCurve(
  circuit: CircuitConfig,
  days: readonly Day[],
  line: Line | Unknown,
): Proposal | NoProposal {
  const basis = curveBasis(circuit);
  if (!basis?.design) return 'no_curve';
  const measured = days.filter(({ evening }) => evening !== undefined);
  const newest = measured.at(-1);
  if (!newest)
    return days.length > 0 && days.every(({ room_c }) => room_c === undefined) ? 'no_rooms' : 'too_few_days';
  if (measured.length < LEAST_EVENINGS) return 'too_few_days';
  const evenings = measured.flatMap(({ evening }) => evening ?? []).slice(-NEWEST_EVENINGS);
  const target_c = circuit.room_feedback?.target_c ?? roomTarget(basis);
  const room_c = average(evenings.map((evening) => evening.room_c));
  const given = { circuit, basis, evenings, target_c, room_c };
  const byLine = line.identifiable ? fromLine(given, line) : undefined;
  const found = byLine ?? fromRooms(given);
  const now = curveOf(basis);
  const isNear = Math.abs(target_c - room_c) < NEAR_K;
  const changes_k = change({ now, proposed: found.proposed }, evenings);
  if (isNear && changes_k < Math.max(LEAST_CHANGE_K, found.error_k)) return 'settled';
  return {
    ...found,
    kind: byLine ? 'six_points' : 'shift',
    made_at: newest.at,
    now,
    room_c,
    target_c,
    days_used: evenings.length,
  };
}
