/** The learner on recorded stations: what it says of them, and what a plain regression in the same days says. */
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import { applyInput, createCenter, type CenterState } from '@heat-center/controller/domain/center.ts';
import type { StationConfig } from '@heat-center/controller/domain/config.ts';
import { loadAhead, type LoadModel } from '@heat-center/controller/domain/learning/load.ts';
import { localAt } from '@heat-center/controller/domain/network/clock.ts';
import { mappingOf } from '@heat-center/simulators/replay/mapping.ts';
import { readRecording, type RecordedSample } from '@heat-center/simulators/replay/rows.ts';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
/** Winter of 2024, in which the loggers wrote each quarter of an hour; central European time throughout. */
export const FROM = Date.UTC(2024, 0, 3, 23);
export const TO = Date.UTC(2024, 2, 27, 23);
const CLOCK = { offset_min: 60 };
const utf8 = new TextEncoder();

const config = (id: string): StationConfig => ({
  id,
  kind: 'station',
  control: 'observe',
  every_s: { default: 900, meter: 900 },
  circuits: [{ id: 'heating', kind: 'radiators', accepts: [] }],
  limits_rev: 0,
});

/** The samples of a file in the weeks that are looked at. */
export async function samplesOf(file: string): Promise<readonly RecordedSample[]> {
  const { samples } = await readRecording(file, mappingOf('xai4heat'));
  return samples.filter(({ at }) => at >= FROM && at < TO);
}

function localTime(at: number) {
  const local = new Date(at + CLOCK.offset_min * MINUTE_MS);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay() || 7,
    minute_of_day: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

/** An hour of the record with the forecast that was made for each of the next 24. */
export interface Forecast {
  readonly at: number;
  readonly model: LoadModel;
}

/** Lets a center hear a station as it spoke, and looks at what was learned at the end of each day. */
export function heard(samples: readonly RecordedSample[]): {
  readonly center: CenterState;
  readonly forecasts: readonly Forecast[];
} {
  const center = createCenter();
  applyInput(center, { kind: 'settings', at: FROM, station: config('real') });
  const forecasts: Forecast[] = [];
  let next = 0;
  for (let at = FROM; at < TO; at += MINUTE_MS) {
    for (; (samples[next]?.at ?? Infinity) <= at; next += 1) {
      const bytes = utf8.encode(JSON.stringify({ v: 1, ...samples[next] }));
      const decoded = decodeTelemetry(bytes);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded));
      applyInput(center, { kind: 'telemetry', at, station: 'real', telemetry: decoded.telemetry });
    }
    applyInput(center, { kind: 'tick', at, local: localTime(at) });
    const model = center.network.learning.stations.get('real')?.load;
    if (model && (at - FROM) % DAY_MS === 10 * MINUTE_MS) forecasts.push({ at: at - 10 * MINUTE_MS, model });
  }
  return { center, forecasts };
}

/** Means by the hour or the day of the plain rows, none of what the center does to them; rows of zeros left out. */
export function means(samples: readonly RecordedSample[], span_ms: number) {
  const sums = new Map<number, { count: number; outdoor: number; heat: number; heats: number }>();
  for (const { at, outdoor_c, primary } of samples) {
    if (typeof outdoor_c !== 'number' || Math.abs(outdoor_c) > 45) continue;
    const power_kw = powerOf(primary);
    const key = Math.floor((at - FROM) / span_ms);
    const sum = sums.get(key) ?? { count: 0, outdoor: 0, heat: 0, heats: 0 };
    sum.count += 1;
    sum.outdoor += outdoor_c;
    if (power_kw !== undefined && power_kw < 2000) {
      sum.heat += power_kw;
      sum.heats += 1;
    }
    sums.set(key, sum);
  }
  return new Map(
    [...sums].flatMap(([key, { count, outdoor, heat, heats }]) =>
      heats > 0 && count >= (0.8 * span_ms) / (15 * MINUTE_MS)
        ? [[key, { outdoor_c: outdoor / count, heat_kw: heat / heats }] as const]
        : [],
    ),
  );
}

function powerOf(primary: unknown): number | undefined {
  if (typeof primary !== 'object' || primary === null || !('power_kw' in primary)) return undefined;
  return typeof primary.power_kw === 'number' ? primary.power_kw : undefined;
}

export interface Straight {
  /** Heat that one kelvin costs, kW/K, with its standard error. */
  readonly slope_kw_k: number;
  readonly error_kw_k: number;
  /** Outdoor temperature at which the line says no heat, °C. */
  readonly base_c: number;
}

/** The learner forgets an hour by this: what is a week old counts less than half. */
const MEMORY = 0.995 ** 24;

/** Weighted least squares of daily heat on outdoor temperature, as long a memory as the learner's; newest last. */
export function straight(
  days: readonly { readonly outdoor_c: number; readonly heat_kw: number }[],
): Straight {
  const weights = days.map((_, index) => MEMORY ** (days.length - 1 - index));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sum = (of: (day: { outdoor_c: number; heat_kw: number }) => number): number =>
    days.reduce((all, day, index) => all + (weights[index] ?? 0) * of(day), 0);
  const mean_c = sum(({ outdoor_c }) => outdoor_c) / total;
  const mean_kw = sum(({ heat_kw }) => heat_kw) / total;
  const square = sum(({ outdoor_c }) => (outdoor_c - mean_c) ** 2);
  const slope = sum(({ outdoor_c, heat_kw }) => (outdoor_c - mean_c) * (heat_kw - mean_kw)) / square;
  const off = sum(({ outdoor_c, heat_kw }) => (heat_kw - mean_kw - slope * (outdoor_c - mean_c)) ** 2);
  // Weights of one size would make this the usual standard error.
  const effective = total ** 2 / weights.reduce((all, weight) => all + weight ** 2, 0);
  const error_kw_k = Math.sqrt(off / total / (square / total) / (effective - 2));
  return { slope_kw_k: -slope, error_kw_k, base_c: mean_c - mean_kw / slope };
}

/** Daily mean that a model says of a day in weather that stays, kW. */
export function dayIn(model: LoadModel, outdoor_c: number, at: number): number {
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const end = at + (hour + 1) * HOUR_MS;
    return { at: end, outdoor_c, local: localAt(CLOCK, end - HOUR_MS / 2) };
  });
  const still = { ...model, filtered_c: outdoor_c, recent_kw: 0, last: undefined };
  return loadAhead(still, hours).reduce((sum, { load_kw }) => sum + load_kw, 0) / 24;
}

/** Mean absolute error of 24 h ahead over the mean load, %: of the learner with the weather that came, and of the day before. */
export function dayAhead(forecasts: readonly Forecast[], hours: ReturnType<typeof means>) {
  const sum = { off: 0, naive: 0, heat: 0, count: 0 };
  for (const { at, model } of forecasts) {
    const first = Math.round((at - FROM) / HOUR_MS);
    const ahead = Array.from({ length: 24 }, (_, hour) => {
      const end = at + (hour + 1) * HOUR_MS;
      const known = hours.get(first + hour);
      return { at: end, outdoor_c: known?.outdoor_c ?? NaN, local: localAt(CLOCK, end - HOUR_MS / 2) };
    });
    if (model.hours < 14 * 24 || ahead.some(({ outdoor_c }) => Number.isNaN(outdoor_c))) continue;
    for (const [hour, { load_kw }] of loadAhead(model, ahead).entries()) {
      const is = hours.get(first + hour)?.heat_kw;
      const before = hours.get(first + hour - 24)?.heat_kw;
      if (is === undefined || before === undefined) continue;
      sum.off += Math.abs(load_kw - is);
      sum.naive += Math.abs(before - is);
      sum.heat += is;
      sum.count += 1;
    }
  }
  const { off, naive, heat, count } = sum;
  return { learned_pct: (100 * off) / heat, yesterday_pct: (100 * naive) / heat, count };
}
