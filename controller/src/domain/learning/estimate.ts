/** Loss line and time constant of a building from its days and nights, or why they cannot be said. */
import type { Day } from './day.ts';
import type { Night } from './night.ts';
import { errorOf, fitAll, fitRows, type Fit, type Row } from './regression.ts';

/** Of the range 0.97–0.99 in use for daily means; half the weight of today after 34 days. */
const FORGETTING = 0.98;
/**
 * Share of the loss that feels the weather of the day before: half of it goes through walls, and heavy walls are about half
 * a day late (ISO 13786 gives 8 to 14 h). Without it lines of heavy buildings come out too flat by a tenth and more.
 */
const LATE_SHARE = 0.25;
/** Days over which storage is taken, and how many such spans (they overlap) a line needs; single days before that. */
const SPAN_DAYS = 4;
const LEAST_SPANS = 8;
const LEAST_DAYS = 8;
/** Nights that a time constant needs. */
const LEAST_NIGHTS = 5;
/** Weather has to differ by this (standard deviation of room less outdoor, K). */
const LEAST_SPREAD_K = 1;
/** Rooms have to drift by this (standard deviation from day to day, K) to tell anything of storage. */
const LEAST_DRIFT_K = 0.15;
const STILL_K = 0.01;
/** Steady are rooms whose drift, in a building of this time constant, stores less than this share of the spread. */
const USUAL_TAU_H = 100;
const STEADY_SHARE = 0.4;
/** A slope with a larger relative standard error is not said; for the time constant the second. */
const MOST_ERROR = 0.2;
const MOST_TAU_ERROR = 0.35;
/**
 * What the models leave out (sun, windows, walls that lag behind the air), as standard errors relative to the figure:
 * of the slope, and of time constants from spans of days and from nights. Measured against a building of two nodes.
 */
const MODEL_ERROR = 0.1;
const TAU_MODEL_ERROR = { days: 0.25, nights: 0.2 } as const;
/** Time constants that buildings have, h. */
const CREDIBLE_H = { min: 5, max: 1000 } as const;
/** Summer days that b0 needs. */
const LEAST_SUMMER = 5;

export type Why =
  | 'no_heat'
  | 'no_rooms'
  | 'shared_rooms'
  | 'too_few_days'
  | 'no_spread'
  | 'no_excitation'
  | 'not_significant';

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
  /** Of means over spans of days; its covariance holds what the model leaves out. */
  readonly fit: Fit;
  readonly days_used: number;
  readonly days_dropped: number;
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

export const hasRooms = (days: readonly Day[]): boolean => days.some(({ room_c }) => room_c !== undefined);

const unknown = (why: Why, days_used: number): Unknown => ({ identifiable: false, why, days_used });

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

interface Marked extends Row {
  readonly day: number;
}

/**
 * Means over `span` days in a row: T − tw, a part of the weather a day late, 1, and by how much rooms rose, K/h. Storage is taken over several days: over
 * one, what people do in single flats hides how the building's mass moved, and a line without it is too flat.
 */
function rowsOf(days: readonly Day[], span: number): Marked[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const newest = days.at(-1)?.day ?? 0;
  return days.flatMap(({ day }): Marked[] => {
    const around = Array.from({ length: span + 2 }, (_, at) => known.get(day - 1 + at));
    const rooms = around.flatMap((one) => one?.room_c ?? []);
    if (rooms.length < around.length) return [];
    const within = around.slice(1, -1).flatMap((one) => one ?? []);
    const mean = (of: (one: Day) => number) => within.reduce((sum, one) => sum + of(one), 0) / span;
    const ends = (at: number) => ((rooms.at(at) ?? 0) + (rooms.at(at > 0 ? at - 1 : at + 1) ?? 0)) / 2;
    const rise_k_h = (ends(span + 1) - ends(0)) / (24 * span);
    const weight = FORGETTING ** (newest - day);
    const late_k = LATE_SHARE * ((around[span]?.outdoor_c ?? 0) - (around[0]?.outdoor_c ?? 0));
    const x = [mean(({ room_c = 0, outdoor_c }) => room_c - outdoor_c) + late_k / span, 1, rise_k_h];
    return [{ day, x, y: mean(({ heat_kw }) => heat_kw), weight }];
  });
}

const meanOf = (rows: readonly Row[], at: number): number =>
  rows.reduce((sum, { x }) => sum + (x[at] ?? 0), 0) / rows.length;

/** With what the model leaves out: the line may be turned about the middle of what was seen. */
function turned(fit: Fit, middle_k: number): Fit {
  const off_kw_k = MODEL_ERROR * (fit.coefficients[0] ?? 0);
  const turn = [off_kw_k, -off_kw_k * middle_k, 0];
  const covariance = fit.covariance.map((row, i) =>
    row.map((value, j) => value + (turn[i] ?? 0) * (turn[j] ?? 0)),
  );
  return { ...fit, covariance };
}

const spread = (rows: readonly Row[], at: number): number => deviation(rows.map(({ x }) => x[at] ?? 0));

/** By single days, to find those that are wrong: rooms that stand still say nothing of storage. */
const fitDays = (rows: readonly Row[]): Fit | undefined =>
  fitRows(rows, 24 * spread(rows, 2) < STILL_K ? 2 : 3);

/**
 * By spans, with storage where it comes out as a building can have it. Without it the line of rooms that moved would be
 * far too flat: then there is none.
 */
function fitSpans(rows: readonly Row[]): Fit | undefined {
  const isSteady = USUAL_TAU_H * spread(rows, 2) < STEADY_SHARE * spread(rows, 0);
  const stored = 24 * spread(rows, 2) < STILL_K ? undefined : fitAll(rows, 3);
  if ((stored?.coefficients[2] ?? 0) > 0) return stored;
  return isSteady ? fitAll(rows, 2) : undefined;
}

/** The loss line: days that are wrong are found one by one, the line from means over several of the others. */
export function lossLine({ days }: CircuitRecord): Line | Unknown {
  if (days.length === 0) return unknown('too_few_days', 0);
  if (!hasRooms(days)) return unknown('no_rooms', 0);
  const single = rowsOf(days, 1);
  if (single.length < LEAST_DAYS) return unknown('too_few_days', single.length);
  if (spread(single, 0) < LEAST_SPREAD_K) return unknown('no_spread', single.length);
  const first = fitDays(single);
  const marked = (is: boolean) =>
    new Set(single.filter((_, at) => first?.used[at] === is).map(({ day }) => day));
  const [used, dropped] = [marked(true), marked(false)];
  const rows = rowsOf(
    days.filter(({ day }) => !dropped.has(day)),
    SPAN_DAYS,
  );
  if (first && rows.length < LEAST_SPANS) return unknown('too_few_days', used.size);
  const found = first && fitSpans(rows);
  const fit = found && turned(found, meanOf(rows, 0));
  const [a_kw_k = 0, c_kw = 0] = fit?.coefficients ?? [];
  if (!fit || !(a_kw_k > 0) || errorOf(fit, 0) > MOST_ERROR * a_kw_k)
    return unknown('not_significant', used.size);
  return {
    identifiable: true,
    a_kw_k,
    a_error_kw_k: errorOf(fit, 0),
    c_kw,
    fit,
    days_used: used.size,
    days_dropped: dropped.size,
    used,
    dropped,
  };
}

/** b0 from summer; undefined until enough of it was seen. */
export const baseLoad = ({ summer }: CircuitRecord): number | undefined =>
  summer.days >= LEAST_SUMMER ? summer.heat_kw : undefined;

/** From drifts of rooms over days: τ = C/a, both from the same fit. */
function fromDays(line: Line | Unknown, days: readonly Day[]): TimeConstant | Unknown {
  if (!line.identifiable) return unknown(line.why, line.days_used);
  if (line.fit.coefficients.length < 3 || 24 * spread(rowsOf(days, 1), 2) < LEAST_DRIFT_K)
    return unknown('no_excitation', line.days_used);
  const c_kwh_k = line.fit.coefficients[2] ?? 0;
  const tau_h = c_kwh_k / line.a_kw_k;
  const relative = Math.hypot(
    errorOf(line.fit, 2) / c_kwh_k,
    line.a_error_kw_k / line.a_kw_k,
    TAU_MODEL_ERROR.days,
  );
  return { identifiable: true, tau_h, error_h: tau_h * relative, from: 'days', days_used: line.days_used };
}

/**
 * From nights: −dT/dt = (T − tw − Q/a)/τ once the air has followed the walls. What people and devices give slows the
 * fall by about as much as walls that are warmer than the air quicken it (each some 2 K of 20): both are left out.
 * Without a loss line only nights without any heat count.
 */
function fromNights(line: Line | Unknown, nights: readonly Night[]): TimeConstant | Unknown {
  const rows = nights.flatMap(({ room_c, outdoor_c, heat_kw, slope_k_h, off }): Row[] => {
    if (!line.identifiable && !off) return [];
    const raised_k = line.identifiable ? heat_kw / line.a_kw_k : 0;
    return [{ x: [room_c - outdoor_c - raised_k], y: -slope_k_h, weight: 1 }];
  });
  if (rows.length === 0) return unknown('no_excitation', 0);
  if (rows.length < LEAST_NIGHTS) return unknown('too_few_days', rows.length);
  const fit = fitRows(rows, 1);
  const [per_h = 0] = fit?.coefficients ?? [];
  const count = fit?.used.filter(Boolean).length ?? 0;
  if (!fit || !(per_h > 0)) return unknown('not_significant', count);
  const tau_h = 1 / per_h;
  return {
    identifiable: true,
    tau_h,
    error_h: tau_h * Math.hypot(errorOf(fit, 0) * tau_h, TAU_MODEL_ERROR.nights),
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
