/** Loss line and time constant of a building from its days and nights, or why they cannot be said. */
import type { Day } from './day.ts';
import type { Night } from './night.ts';
import { errorOf, fitRows, type Fit, type Row } from './regression.ts';

/** Of the range 0.97–0.99 in use for daily means; half the weight of today after 34 days. */
const FORGETTING = 0.98;
/** Days with rooms, and mornings after a night without heat, that a line needs. */
const LEAST_DAYS = 8;
const LEAST_MORNINGS = 15;
const LEAST_NIGHTS = 5;
/** Weather has to differ by this (standard deviation of room less outdoor, K). */
const LEAST_SPREAD_K = 1;
/** Rooms have to drift by this (standard deviation from day to day, K) to tell anything of storage. */
const LEAST_DRIFT_K = 0.15;
const STILL_K = 0.01;
/** A slope with a larger relative standard error is not said; for the time constant the second. */
const MOST_ERROR = 0.15;
const MOST_TAU_ERROR = 0.35;
/** Time constants that buildings have, h. */
const CREDIBLE_H = { min: 5, max: 1000 } as const;
/** Summer days that b0 needs. */
const LEAST_SUMMER = 5;

export type Why = 'no_heat' | 'no_rooms' | 'too_few_days' | 'no_spread' | 'no_excitation' | 'not_significant';

export interface Unknown {
  readonly identifiable: false;
  readonly why: Why;
  readonly days_used: number;
}

/** Q = a·(T − tw) + c with rooms T; c is base load less gains. */
export interface Line {
  readonly identifiable: true;
  readonly a_kw_k: number;
  readonly a_error_kw_k: number;
  readonly c_kw: number;
  readonly fit: Fit;
  readonly days_used: number;
  readonly days_dropped: number;
  /** `night_return`: T is the return water at the end of nights without heat, so c says nothing of gains. */
  readonly rooms_from: 'sensors' | 'night_return';
  /** Whether each of the circuit's days counts; those without a room do not. */
  readonly used: ReadonlySet<number>;
  readonly dropped: ReadonlySet<number>;
}

export interface TimeConstant {
  readonly identifiable: true;
  readonly tau_h: number;
  readonly error_h: number;
  readonly from: 'nights' | 'days';
  readonly days_used: number;
}

export interface CircuitRecord {
  readonly days: readonly Day[];
  readonly nights: readonly Night[];
  readonly summer: { readonly days: number; readonly heat_kw: number };
}

const unknown = (why: Why, days_used: number): Unknown => ({ identifiable: false, why, days_used });

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

interface Marked extends Row {
  readonly day: number;
}

/** Days with rooms: T − tw, 1, and by how much rooms rose from the day before to the day after, K/h. */
function sensorRows(days: readonly Day[]): Marked[] {
  const rooms = new Map(days.map(({ day, room_c }) => [day, room_c]));
  const newest = days.at(-1)?.day ?? 0;
  return days.flatMap(({ day, room_c, outdoor_c, heat_kw }): Marked[] => {
    const [before_c, after_c] = [rooms.get(day - 1), rooms.get(day + 1)];
    if (room_c === undefined || before_c === undefined || after_c === undefined) return [];
    const weight = FORGETTING ** (newest - day);
    return [{ day, x: [room_c - outdoor_c, 1, (after_c - before_c) / 48], y: heat_kw, weight }];
  });
}

/** Days between two mornings whose return water, without heat, told the rooms. */
function returnRows(days: readonly Day[], nights: readonly Night[]): Marked[] {
  const mornings = new Map(
    nights.filter(({ from }) => from === 'return').map(({ day, end_c }) => [day, end_c]),
  );
  const newest = days.at(-1)?.day ?? 0;
  return days.flatMap(({ day, outdoor_c, heat_kw }): Marked[] => {
    const [began_c, end_c] = [mornings.get(day), mornings.get(day + 1)];
    if (began_c === undefined || end_c === undefined) return [];
    const x = [(began_c + end_c) / 2 - outdoor_c, 1, (end_c - began_c) / 24];
    return [{ day, x, y: heat_kw, weight: FORGETTING ** (newest - day) }];
  });
}

/** The loss line from daily means. */
export function lossLine({ days, nights }: CircuitRecord): Line | Unknown {
  if (days.length === 0) return unknown('too_few_days', 0);
  const bySensors = sensorRows(days);
  const byReturn = bySensors.length > 0 ? [] : returnRows(days, nights);
  const hasRooms = days.some(({ room_c }) => room_c !== undefined);
  if (!hasRooms && !nights.some(({ from }) => from === 'return')) return unknown('no_rooms', 0);
  const rows = hasRooms ? bySensors : byReturn;
  if (rows.length < (hasRooms ? LEAST_DAYS : LEAST_MORNINGS)) return unknown('too_few_days', rows.length);
  if (deviation(rows.map(({ x }) => x[0] ?? 0)) < LEAST_SPREAD_K) return unknown('no_spread', rows.length);
  // Rooms that stand still say nothing of storage, and its term would only stand in the way.
  const drift_k = deviation(rows.map(({ x }) => 24 * (x[2] ?? 0)));
  const fit = drift_k < STILL_K ? fitRows(rows, 2) : fitRows(rows, 3);
  const [a_kw_k = 0, c_kw = 0] = fit?.coefficients ?? [];
  const count = fit?.used.filter(Boolean).length ?? 0;
  if (!fit || !(a_kw_k > 0) || errorOf(fit, 0) > MOST_ERROR * a_kw_k)
    return unknown('not_significant', count);
  const marked = (is: boolean) => new Set(rows.filter((_, at) => fit.used[at] === is).map(({ day }) => day));
  return {
    identifiable: true,
    a_kw_k,
    a_error_kw_k: errorOf(fit, 0),
    c_kw,
    fit,
    days_used: count,
    days_dropped: rows.length - count,
    rooms_from: hasRooms ? 'sensors' : 'night_return',
    used: marked(true),
    dropped: marked(false),
  };
}

/** b0 from summer; undefined until enough of it was seen. */
export const baseLoad = ({ summer }: CircuitRecord): number | undefined =>
  summer.days >= LEAST_SUMMER ? summer.heat_kw : undefined;

/** From drifts of rooms over days: τ = C/a, both from the same fit. */
function fromDays(line: Line | Unknown, days: readonly Day[]): TimeConstant | Unknown {
  if (!line.identifiable) return unknown(line.why, line.days_used);
  const drifts = line.rooms_from === 'sensors' ? sensorRows(days).map(({ x }) => (x[2] ?? 0) * 24) : [];
  if (drifts.length === 0 || deviation(drifts) < LEAST_DRIFT_K)
    return unknown('no_excitation', line.days_used);
  const c_kwh_k = line.fit.coefficients[2] ?? 0;
  const tau_h = c_kwh_k / line.a_kw_k;
  const relative = Math.hypot(errorOf(line.fit, 2) / c_kwh_k, line.a_error_kw_k / line.a_kw_k);
  return { identifiable: true, tau_h, error_h: tau_h * relative, from: 'days', days_used: line.days_used };
}

/**
 * From nights: −dT/dt = (T − tw − Q/a)/τ once the air has followed the walls. What people and devices give slows the
 * fall by about as much as walls that are warmer than the air quicken it (each some 2 K of 20): both are left out.
 * Without a loss line by room sensors only nights without any heat count.
 */
function fromNights(line: Line | Unknown, nights: readonly Night[]): TimeConstant | Unknown {
  const bySensors = nights.filter(({ from }) => from === 'sensors');
  const chosen = bySensors.length > 0 ? bySensors : nights;
  const knowsLine = line.identifiable && line.rooms_from === 'sensors';
  const rows = chosen.flatMap(({ room_c, outdoor_c, heat_kw, slope_k_h, off }): Row[] => {
    if (!knowsLine && !off) return [];
    const raised_k = knowsLine ? heat_kw / line.a_kw_k : 0;
    return [{ x: [room_c - outdoor_c - raised_k], y: -slope_k_h, weight: 1 }];
  });
  if (rows.length === 0) return unknown(nights.length > 0 ? 'no_rooms' : 'no_excitation', 0);
  if (rows.length < LEAST_NIGHTS) return unknown('too_few_days', rows.length);
  const fit = fitRows(rows, 1);
  const [per_h = 0] = fit?.coefficients ?? [];
  const count = fit?.used.filter(Boolean).length ?? 0;
  if (!fit || !(per_h > 0)) return unknown('not_significant', count);
  const tau_h = 1 / per_h;
  return {
    identifiable: true,
    tau_h,
    error_h: errorOf(fit, 0) * tau_h ** 2,
    from: 'nights',
    days_used: count,
  };
}

const isSure = (found: TimeConstant | Unknown): found is TimeConstant =>
  found.identifiable &&
  found.tau_h >= CREDIBLE_H.min &&
  found.tau_h <= CREDIBLE_H.max &&
  found.error_h <= MOST_TAU_ERROR * found.tau_h;

/** The surer of the two ways, or why neither says anything. */
export function timeConstant(record: CircuitRecord, line: Line | Unknown): TimeConstant | Unknown {
  const { days, nights } = record;
  const ways = [fromNights(line, nights), fromDays(line, days)];
  const sure = ways.filter(isSure).toSorted((a, b) => a.error_h / a.tau_h - b.error_h / b.tau_h);
  const [best] = sure;
  if (best) return best;
  const [byNights, byDays] = ways;
  if (byNights?.identifiable || byDays?.identifiable)
    return unknown('not_significant', Math.max(byNights?.days_used ?? 0, byDays?.days_used ?? 0));
  return byDays && !byDays.identifiable ? byDays : unknown('no_excitation', 0);
}
