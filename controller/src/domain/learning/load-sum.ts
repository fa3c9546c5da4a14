/** Loads of many stations as one: what a network takes, and what a source gives. */
import type { StationConfig } from '../config.ts';
import { certain, FROM_DESIGN, FROM_NOTHING, HOURS, newLoad, SPAN_K, type LoadModel } from './load.ts';

/** A station counts with at least this in the filter of many, kW/K. */
const LEAST_WEIGHT_KW_K = 0.01;

/** What a source knows before it was measured: the designs of the stations that it feeds, or its part of them. */
export function newSourceLoad(stations: readonly StationConfig[], sources: number): LoadModel {
  const whole = scaled(together(stations.map(newLoad)), 1 / sources);
  return whole.line_kw.every((value) => value === 0) ? whole : { ...whole, certainty: certain(FROM_DESIGN) };
}

/** Heat that one kelvin of filtered outdoor temperature costs by the model, kW/K. */
export const slopeOf = ({ line_kw }: LoadModel): number => (line_kw[1] ?? 0) / SPAN_K;

/** Lines are not believed to be off their design by more than this. */
const RESPONSE = { min: 0.6, max: 1.4 } as const;

/** Heat that is really given for each kW by design, where the design loses `loss_kw_k` for each kelvin. */
export const responseOf = (model: LoadModel, loss_kw_k: number): number =>
  loss_kw_k > 0 ? Math.min(Math.max(slopeOf(model) / loss_kw_k, RESPONSE.min), RESPONSE.max) : 1;

/** So many times the heat of a model. */
export const scaled = (model: LoadModel, by: number): LoadModel => ({
  ...model,
  line_kw: model.line_kw.map((value) => by * value),
  profile_kw: model.profile_kw.map((value) => by * value),
  recent_kw: by * model.recent_kw,
  scatter_kw2: by * by * model.scatter_kw2,
});

/**
 * Stations as one: lines, profiles and what they are off of late add up; the filter is theirs, weighted by what weather
 * costs each. They err apart from each other only in part, so errors add as half-correlated ones.
 */
export function together(models: readonly LoadModel[]): LoadModel {
  const line_kw = [0, 0, 0];
  const profile_kw = Array.from({ length: 2 * HOURS }, () => 0);
  let newest: LoadModel['last'];
  const sum = { recent: 0, square: 0, sigma: 0, weight: 0, filtered: 0 };
  for (const model of models) {
    for (let at = 0; at < line_kw.length; at += 1)
      line_kw[at] = (line_kw[at] ?? 0) + (model.line_kw[at] ?? 0);
    for (let at = 0; at < profile_kw.length; at += 1)
      profile_kw[at] = (profile_kw[at] ?? 0) + (model.profile_kw[at] ?? 0);
    sum.recent += model.recent_kw;
    sum.square += model.scatter_kw2;
    sum.sigma += Math.sqrt(model.scatter_kw2);
    if (model.last && model.last.at >= (newest?.at ?? 0)) newest = model.last;
    if (model.filtered_c === undefined) continue;
    const weight = Math.max(Math.abs(slopeOf(model)), LEAST_WEIGHT_KW_K);
    sum.weight += weight;
    sum.filtered += weight * model.filtered_c;
  }
  return {
    hours: Math.max(0, ...models.map(({ hours }) => hours)),
    line_kw,
    certainty: certain(FROM_NOTHING),
    profile_kw,
    filtered_c: sum.weight > 0 ? sum.filtered / sum.weight : undefined,
    recent_kw: sum.recent,
    scatter_kw2: (sum.square + sum.sigma ** 2) / 2,
    last: newest,
  };
}
