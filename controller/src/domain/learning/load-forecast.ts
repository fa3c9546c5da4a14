/** Heat that stations and the network will take in the hours to come, from the weather forecast. */
import type { StationConfig } from '../config.ts';
import { localAt } from '../network/clock.ts';
import { expectedOutdoor } from '../network/forecast.ts';
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
  type LoadModel,
} from './load.ts';
import { scaled, together } from './load-sum.ts';

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
  const expected = expectedOutdoor(forecast, { at: now, outdoor_c: outdoor?.median_c });
  const begin = Math.floor(now / HOUR_MS) * HOUR_MS;
  const hours: HourAhead[] = [];
  for (let at = begin + HOUR_MS; hours.length < count; at += HOUR_MS) {
    const middle = at - HOUR_MS / 2;
    // A forecast may begin some minutes from now: until then the weather is what is measured.
    const outdoor_c = expected(middle) ?? (hours.length === 0 ? outdoor?.median_c : undefined);
    if (outdoor_c === undefined) break;
    hours.push({ at, outdoor_c, local: localAt(clock, middle) });
  }
  return hours;
}

/** Mean of the last hour while it is news, kW. */
const lastPower = (model: LoadModel | undefined, now: number): number | null =>
  model?.last && now - model.last.at < NEWS_MS ? model.last.power_kw : null;

/** One station. `ahead` is shared by all of them. */
export function stationLoad(
  network: NetworkState,
  station: { readonly config: StationConfig; readonly now: number },
  ahead: readonly HourAhead[],
): StationLoad {
  const { config, now } = station;
  const model = network.learning.stations.get(config.id)?.load ?? newLoad(config);
  const now_kw = lastPower(model, now);
  const { hours: hours_seen } = model;
  if (!isKnown(model)) return { why: 'nothing_known', hours: [], now_kw, basis: null, hours_seen };
  // A source begins with the designs of all stations.
  const isDesigned = config.kind === 'source' || designLoad(config, USUAL_C) !== undefined;
  const basis = isDesigned && hours_seen < LEARNED_HOURS ? 'design' : 'learned';
  if (ahead.length === 0) return { why: 'no_forecast', hours: [], now_kw, basis, hours_seen };
  const hours = loadAhead(model, ahead, network.outdoor?.filter.value_c);
  return { why: null, hours, now_kw, basis, hours_seen };
}

/** All stations as one. */
export interface WholeLoad {
  /** Undefined where nothing is known of any. */
  readonly model: LoadModel | undefined;
  readonly stations: number;
  readonly learned: number;
  /** Stations whose heat was measured at all. */
  readonly measured: number;
  /** Stations of which nothing is known. */
  readonly without: readonly string[];
}

/** A design is not believed to be off by more than this where nothing was measured. */
const SCALE = { min: 0.5, max: 1.5 } as const;
const USUAL_C = 0;

/** What learned stations take beside their designs: so much are the designs of others believed. */
function scaleOf(learned: readonly { readonly config: StationConfig; readonly model: LoadModel }[]): number {
  let [taken_kw, design_kw] = [0, 0];
  for (const { config, model } of learned) {
    const own_kw = designLoad(config, USUAL_C);
    if (own_kw === undefined) continue;
    const [hour] = loadAhead({ ...model, filtered_c: USUAL_C, recent_kw: 0 }, [USUAL_HOUR]);
    taken_kw += hour?.load_kw ?? 0;
    design_kw += own_kw;
  }
  return design_kw > 0 ? Math.min(Math.max(taken_kw / design_kw, SCALE.min), SCALE.max) : 1;
}

const USUAL_HOUR: HourAhead = { at: 0, outdoor_c: USUAL_C, local: { day: 0, weekday: 3, minute: 0 } };

/**
 * All stations as one model, sources aside: what was learned of each; the design while that is young, and where
 * nothing is measured the design scaled by what the others take beside theirs.
 */
export function wholeLoad(network: NetworkState, configs: Iterable<StationConfig>): WholeLoad {
  const seen: { config: StationConfig; model: LoadModel }[] = [];
  const unseen: LoadModel[] = [];
  const without: string[] = [];
  for (const config of configs) {
    if (config.kind === 'source') continue;
    const model = network.learning.stations.get(config.id)?.load ?? newLoad(config);
    if (!isKnown(model)) without.push(config.id);
    else if (model.hours > 0) seen.push({ config, model });
    else unseen.push(model);
  }
  const learned = seen.filter(({ model }) => model.hours >= LEARNED_HOURS);
  const scale = unseen.length > 0 ? scaleOf(learned) : 1;
  const models = [...seen.map(({ model }) => model), ...unseen.map((model) => scaled(model, scale))];
  return {
    model: models.length > 0 ? together(models) : undefined,
    stations: models.length,
    learned: learned.length,
    measured: seen.length,
    without,
  };
}

/**
 * Heat that leaves the sources: their own models where each of them is measured, since pipes lose heat and hold it; else
 * all stations.
 */
export function sourceLoad(network: NetworkState, configs: Iterable<StationConfig>): WholeLoad {
  const all = [...configs];
  const whole = wholeLoad(network, all);
  const models = all.flatMap(({ id, kind }) =>
    kind === 'source' ? [network.learning.stations.get(id)?.load] : [],
  );
  const known = models.flatMap((model) => (model && model.hours > 0 && isKnown(model) ? [model] : []));
  if (models.length === 0 || known.length < models.length) return whole;
  return { ...whole, model: together(known), measured: whole.measured + known.length };
}

/** All stations together; sources apart. */
export function networkLoad(
  network: NetworkState,
  given: { readonly configs: readonly StationConfig[]; readonly now: number },
  ahead: readonly HourAhead[],
): NetworkLoad {
  const { configs, now } = given;
  let now_kw: number | null = null;
  const sources: { id: string; now_kw: number | null; hours: readonly LoadHour[] }[] = [];
  for (const config of configs) {
    if (config.kind === 'source') {
      const load = stationLoad(network, { config, now }, ahead);
      sources.push({ id: config.id, now_kw: load.now_kw, hours: load.hours });
      continue;
    }
    const last_kw = lastPower(network.learning.stations.get(config.id)?.load, now);
    if (last_kw !== null) now_kw = (now_kw ?? 0) + last_kw;
  }
  const { model, stations, learned, without } = wholeLoad(network, configs);
  const hours = model ? loadAhead(model, ahead, network.outdoor?.filter.value_c) : [];
  const why = ahead.length === 0 ? 'no_forecast' : stations === 0 ? 'nothing_known' : null;
  return { why, hours, now_kw, stations, learned, without, sources };
}
