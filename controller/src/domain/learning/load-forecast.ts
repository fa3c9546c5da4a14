/** Heat that stations and the network will take in the hours to come, from the weather forecast. */
import type { StationConfig } from '../config.ts';
import { localAt } from '../network/clock.ts';
import { forecastAt } from '../network/forecast.ts';
import type { NetworkState } from '../network/network.ts';
import { HOUR_MS } from './hour.ts';
import {
  designLoad,
  isKnown,
  LEARNED_HOURS,
  loadAhead,
  newLoad,
  type HourAhead,
  type LoadHour,
} from './load.ts';

export interface LoadForecast {
  readonly why: 'no_forecast' | 'nothing_known' | null;
  readonly hours: readonly LoadHour[];
  /** Mean of the last hour, kW. */
  readonly now_kw: number | null;
}

export interface StationLoad extends LoadForecast {
  readonly basis: 'design' | 'learned' | null;
  readonly hours_seen: number;
}

export interface NetworkLoad extends LoadForecast {
  readonly stations: number;
  readonly learned: number;
  readonly without: readonly string[];
  readonly sources: readonly {
    readonly id: string;
    readonly now_kw: number | null;
    readonly hours: readonly LoadHour[];
  }[];
}

/** The last hour is news for so long, ms. */
const NEWS_MS = 2 * HOUR_MS;

/** The weather of each hour from the running one on, as far as the forecast reaches. */
export function weatherAhead(network: NetworkState, now: number, count: number): HourAhead[] {
  const { clock, forecast, outdoor } = network;
  if (!clock || !forecast) return [];
  const begin = Math.floor(now / HOUR_MS) * HOUR_MS;
  const hours: HourAhead[] = [];
  for (let at = begin + HOUR_MS; hours.length < count; at += HOUR_MS) {
    const middle = at - HOUR_MS / 2;
    // A forecast may begin some minutes from now: until then the weather is what is measured.
    const outdoor_c =
      forecastAt(forecast, middle, now) ?? (hours.length === 0 ? outdoor?.median_c : undefined);
    if (outdoor_c === undefined) break;
    hours.push({ at, outdoor_c, local: localAt(clock, middle) });
  }
  return hours;
}

/** One station. `ahead` is shared by all of them. */
export function stationLoad(
  network: NetworkState,
  station: { readonly config: StationConfig; readonly now: number },
  ahead: readonly HourAhead[],
): StationLoad {
  const { config, now } = station;
  const model = network.learning.stations.get(config.id)?.load ?? newLoad(config);
  const now_kw = model.last && now - model.last.at < NEWS_MS ? model.last.power_kw : null;
  const { hours: hours_seen } = model;
  if (!isKnown(model)) return { why: 'nothing_known', hours: [], now_kw, basis: null, hours_seen };
  const isLearned = hours_seen >= LEARNED_HOURS || designLoad(config, 0) === undefined;
  const basis = isLearned ? 'learned' : 'design';
  if (ahead.length === 0) return { why: 'no_forecast', hours: [], now_kw, basis, hours_seen };
  const hours = loadAhead(model, ahead, network.outdoor?.filter.value_c);
  return { why: null, hours, now_kw, basis, hours_seen };
}

/** Sum of hours: stations err apart from each other only in part, so errors add as for half-correlated ones. */
function added(sum: readonly LoadHour[], hours: readonly LoadHour[]): LoadHour[] {
  return hours.map((hour, at) => {
    const before = sum[at];
    if (!before) return hour;
    const error_kw = Math.sqrt(before.error_kw ** 2 + hour.error_kw ** 2 + before.error_kw * hour.error_kw);
    return { ...hour, load_kw: before.load_kw + hour.load_kw, error_kw };
  });
}

/** All stations together; sources apart. */
export function networkLoad(
  network: NetworkState,
  given: { readonly configs: Iterable<StationConfig>; readonly now: number },
  ahead: readonly HourAhead[],
): NetworkLoad {
  let sum: LoadHour[] = [];
  let now_kw: number | null = null;
  const counts = { stations: 0, learned: 0 };
  const without: string[] = [];
  const sources: { id: string; now_kw: number | null; hours: readonly LoadHour[] }[] = [];
  for (const config of given.configs) {
    const load = stationLoad(network, { config, now: given.now }, ahead);
    if (config.kind === 'source') {
      sources.push({ id: config.id, now_kw: load.now_kw, hours: load.hours });
      continue;
    }
    if (load.now_kw !== null) now_kw = (now_kw ?? 0) + load.now_kw;
    if (load.basis === null) {
      without.push(config.id);
      continue;
    }
    counts.stations += 1;
    if (load.basis === 'learned') counts.learned += 1;
    sum = added(sum, load.hours);
  }
  const why = ahead.length === 0 ? 'no_forecast' : counts.stations === 0 ? 'nothing_known' : null;
  return { why, hours: sum, now_kw, ...counts, without, sources };
}
