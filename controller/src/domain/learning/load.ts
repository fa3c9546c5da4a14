/**
 * Heat that a station will take, from the weather to come: a straight line on the filtered outdoor temperature and on
 * how far the present one is from it, learned hour by hour by recursive least squares, and a profile of the day. It
 * follows how the station is led now; it says nothing of what the building needs.
 */
import type { StationConfig } from '../config.ts';
import type { LocalMoment } from '../network/clock.ts';
import { DEFAULT_HEAT_INDEX_W_M2 } from '../physics/flow.ts';
import { isDesign, relativeLoad } from '../physics/weather-curve.ts';
import { HOUR_MS, isHeating } from './hour.ts';

/** Forgetting of an hour: half after six days, so that a changed curve is followed. */
const FORGETTING = 0.995;
/** Pull of a new day on the profile of the day, from its second day on; faster while it is young. */
const PROFILE_SHARE = 0.12;
/** Low-pass of the outdoor temperature that control works with, h. */
const LOW_PASS_H = 6;
/** What the last hours were off fades within this time, h. */
const FADES_H = 6;
const RECENT_SHARE = 0.6;
/** Share of an hour in the scatter that is told as the error. */
const SCATTER_SHARE = 0.02;
/** An hour so many standard deviations beside the last ones counts as that far: new levels are followed within hours. */
const CLIPPED_SIGMA = 3;
/** A meter that stood still for a day (heat off, or dead) has no scatter to judge by, kW. */
const LEAST_SIGMA_KW = 1;
/** Hours that are clipped widen the scatter fast, so that a new level is believed within a day. */
const CLIPPED_SHARE = 0.1;
/** From so many hours on the scatter is known well enough to clip by it, and the load counts as learned. */
export const LEARNED_HOURS = 24;
/** Prior certainty in units of an hour's scatter: of a design, and of nothing. */
export const FROM_DESIGN = 2;
export const FROM_NOTHING = 1000;
/** Design heat is commonly off by this share. */
const DESIGN_ERROR = 0.2;
export const HOURS = 24;
/** The line is told for (18 − filtered)/25, so that its coefficients are of one size. */
const ZERO_C = 18;
export const SPAN_K = 25;
/** After so many hours without a meter nothing is left of what was seen. */
const MOST_MISSED_H = 72;

export interface LoadModel {
  /** Hours that it was learned from. */
  readonly hours: number;
  /** For 1, (18 − filtered)/25 and (present − filtered)/10, kW. */
  readonly line_kw: readonly number[];
  /** Covariance of those in units of an hour's scatter, row by row. */
  readonly certainty: readonly number[];
  /** Residual by local hour, working days first, then weekends, kW. */
  readonly profile_kw: readonly number[];
  /** Filtered outdoor temperature at the end of the last hour, °C. */
  readonly filtered_c: number | undefined;
  /** What the last hours were off, kW. */
  readonly recent_kw: number;
  /** Mean square of a prediction's error, kW². */
  readonly scatter_kw2: number;
  readonly last: { readonly at: number; readonly power_kw: number } | undefined;
}

/** Heat of all heating circuits by their designs, kW; undefined where they say nothing. */
export function designLoad(config: StationConfig, outdoor_c: number): number | undefined {
  const heating = config.circuits.filter(isHeating);
  let sum_kw: number | undefined;
  for (const { design, heated_area_m2, heat_index_w_m2 = DEFAULT_HEAT_INDEX_W_M2 } of heating) {
    const area_m2 = heated_area_m2 ?? (config.heated_area_m2 ?? 0) / heating.length;
    if (!isDesign(design) || area_m2 <= 0) continue;
    sum_kw = (sum_kw ?? 0) + (area_m2 * heat_index_w_m2 * relativeLoad(design, outdoor_c)) / 1000;
  }
  return sum_kw;
}

/** A covariance without correlations. */
export const certain = (of: number): readonly number[] => [of, 0, 0, 0, of, 0, 0, 0, of];

/** A model that knows the design, or nothing. */
export function newLoad(config: StationConfig): LoadModel {
  const [warm_kw, cold_kw] = [designLoad(config, 8), designLoad(config, -7)];
  const known = warm_kw !== undefined && cold_kw !== undefined;
  // Through both points: x is 0.4 at 8 °C and 1 at −7 °C.
  const slope_kw = known ? (cold_kw - warm_kw) / 0.6 : 0;
  return {
    hours: 0,
    line_kw: [known ? cold_kw - slope_kw : 0, slope_kw, 0],
    certainty: certain(known ? FROM_DESIGN : FROM_NOTHING),
    profile_kw: Array.from({ length: 2 * HOURS }, () => 0),
    filtered_c: undefined,
    recent_kw: 0,
    scatter_kw2: known ? (DESIGN_ERROR * cold_kw) ** 2 : 0,
    last: undefined,
  };
}

/** Whether anything can be said with it. */
export const isKnown = ({ hours, line_kw }: LoadModel): boolean =>
  hours >= LEARNED_HOURS || line_kw.some((value) => value !== 0);

export const filtered = (before_c: number | undefined, outdoor_c: number): number =>
  before_c === undefined ? outdoor_c : before_c + (outdoor_c - before_c) * (1 - Math.exp(-1 / LOW_PASS_H));

const slotOf = ({ weekday, minute }: LocalMoment): number =>
  (weekday > 5 ? HOURS : 0) + Math.floor(minute / 60);

const inputs = (filtered_c: number, outdoor_c: number): readonly number[] => [
  1,
  (ZERO_C - filtered_c) / SPAN_K,
  (outdoor_c - filtered_c) / 10,
];

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** What the model says of an hour without what the last hours were off. */
function said(model: LoadModel, x: readonly number[], slot: number): number {
  return dot(model.line_kw, x) + (model.profile_kw[slot] ?? 0);
}

/** One step of recursive least squares with forgetting. */
function stepLine(model: LoadModel, x: readonly number[], off_kw: number) {
  const row = (at: number): readonly number[] => model.certainty.slice(3 * at, 3 * at + 3);
  const spread = [0, 1, 2].map((at) => dot(row(at), x));
  const gain = spread.map((value) => value / (FORGETTING + dot(spread, x)));
  // An input that stands still is not forgotten without end.
  const forgetting = [0, 4, 8].every((at) => (model.certainty[at] ?? 0) < FROM_NOTHING) ? FORGETTING : 1;
  return {
    line_kw: model.line_kw.map((value, at) => value + (gain[at] ?? 0) * off_kw),
    certainty: model.certainty.map(
      (value, at) => (value - (gain[Math.floor(at / 3)] ?? 0) * (spread[at % 3] ?? 0)) / forgetting,
    ),
  };
}

/** Learns from one hour: means of power and outdoor temperature, its end, and its middle at the site. */
export function learnHour(
  before: LoadModel,
  seen: { readonly at: number; readonly power_kw: number; readonly outdoor_c: number },
  local: LocalMoment,
): LoadModel {
  const { at, power_kw, outdoor_c } = seen;
  const filtered_c = filtered(before.filtered_c, outdoor_c);
  const x = inputs(filtered_c, outdoor_c);
  const slot = slotOf(local);
  const off_kw = power_kw - said(before, x, slot);
  const sigma_kw = Math.max(Math.sqrt(before.scatter_kw2), LEAST_SIGMA_KW);
  const most_kw = before.hours >= LEARNED_HOURS ? CLIPPED_SIGMA * sigma_kw : Infinity;
  const beside_kw = off_kw - before.recent_kw;
  const clipped_kw = before.recent_kw + Math.min(Math.max(beside_kw, -most_kw), most_kw);
  const young = 1 / (2 + before.hours / HOURS);
  const share = before.hours < LEARNED_HOURS ? 0 : Math.max(PROFILE_SHARE, young);
  const missed_kw = clipped_kw - before.recent_kw * Math.exp(-1 / FADES_H);
  const share_seen = Math.abs(beside_kw) > most_kw ? CLIPPED_SHARE : SCATTER_SHARE;
  const weight = Math.max(share_seen, 1 / (before.hours + 1));
  return {
    hours: before.hours + 1,
    ...stepLine(before, x, clipped_kw),
    profile_kw: before.profile_kw.map((value, index) =>
      index % HOURS === slot % HOURS ? value + share * (index === slot ? 1 : 0.3) * clipped_kw : value,
    ),
    filtered_c,
    recent_kw: before.recent_kw + RECENT_SHARE * (clipped_kw - before.recent_kw),
    scatter_kw2: before.scatter_kw2 + weight * (missed_kw ** 2 - before.scatter_kw2),
    last: { at, power_kw },
  };
}

/** One hour of weather to come. */
export interface HourAhead {
  /** Its end, ms UTC. */
  readonly at: number;
  readonly outdoor_c: number;
  /** Its middle at the site. */
  readonly local: LocalMoment;
}

export interface LoadHour {
  readonly at: number;
  readonly outdoor_c: number;
  readonly load_kw: number;
  /** Standard error without that of the weather, kW. */
  readonly error_kw: number;
}

/** The hours ahead, in order. `start_c`: the filtered outdoor temperature where the model has seen none. */
export function loadAhead(model: LoadModel, hours: readonly HourAhead[], start_c?: number): LoadHour[] {
  const [first] = hours;
  let { recent_kw, filtered_c = start_c } = model;
  // Hours of which nothing is known yet, or was never measured, pass as the first one.
  if (first && model.last) {
    const missed = Math.round((first.at - model.last.at) / HOUR_MS) - 1;
    for (let hour = 0; hour < Math.min(missed, MOST_MISSED_H); hour += 1) {
      filtered_c = filtered(filtered_c, first.outdoor_c);
      recent_kw *= Math.exp(-1 / FADES_H);
    }
  }
  const sigma_kw = Math.sqrt(model.scatter_kw2);
  return hours.map(({ at, outdoor_c, local }) => {
    filtered_c = filtered(filtered_c, outdoor_c);
    recent_kw *= Math.exp(-1 / FADES_H);
    const load_kw = said(model, inputs(filtered_c, outdoor_c), slotOf(local)) + recent_kw;
    return { at, outdoor_c, load_kw: Math.max(0, load_kw), error_kw: sigma_kw };
  });
}
