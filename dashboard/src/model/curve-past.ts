/** What a curve would have asked for in the weather of the last days; pure. */
import type { CircuitSettings } from '@heat-center/api/stations.ts';
import type { Sample } from '../charts/series.ts';
import { curveSupply } from './curve.ts';

/** The center's own low-pass where a station sets none, h. */
export const OUTDOOR_TIME_CONSTANT_H = 6;
/** A longer silence than this and the low-pass begins anew, ms. */
const RESTART_AFTER_MS = 24 * 3_600_000;

/** First-order lag over measurements that ran straight from one to the next; unusable ones are passed over. */
export function lowPass(
  samples: readonly Sample[],
  time_constant_h: number,
): [at: number, value_c: number][] {
  const filtered: [number, number][] = [];
  const tau_ms = time_constant_h * 3_600_000;
  let before: { readonly at: number; readonly raw_c: number; readonly value_c: number } | undefined;
  for (const [at, raw_c, quality] of samples) {
    if (raw_c === null || quality !== 'good' || (before && at <= before.at)) continue;
    let value_c = raw_c;
    if (before && at - before.at <= RESTART_AFTER_MS) {
      const passed_ms = at - before.at;
      // How far a settled lag trails a value that moves steadily.
      const lag_k = ((raw_c - before.raw_c) / passed_ms) * tau_ms;
      const decay = Math.exp(-passed_ms / tau_ms);
      value_c = raw_c - lag_k + (before.value_c - before.raw_c + lag_k) * decay;
    }
    before = { at, raw_c, value_c };
    filtered.push([at, value_c]);
  }
  return filtered;
}

/** Supply temperatures that a circuit's curve would have asked for from `from` on, before corrections. */
export function askedByCurve(
  circuit: Pick<CircuitSettings, 'kind' | 'design' | 'curve' | 'limits'>,
  outdoor: readonly Sample[],
  span: { readonly from: number; readonly time_constant_h: number },
): Sample[] {
  return lowPass(outdoor, span.time_constant_h)
    .filter(([at]) => at >= span.from)
    .map(([at, outdoor_c]): Sample => [at, curveSupply(circuit, outdoor_c), 'good']);
}

export interface Difference {
  readonly mean_k: number;
  readonly least_k: number;
  readonly most_k: number;
}

/** How far the new course lies above what was asked, at the new course's times; null where nothing was asked. */
export function differenceOf(next: readonly Sample[], asked: readonly Sample[]): Difference | null {
  let place = 0;
  let [sum, count, least_k, most_k] = [0, 0, Infinity, -Infinity];
  for (const [at, value] of next) {
    while ((asked[place + 1]?.[0] ?? Infinity) <= at) place += 1;
    const stood = asked[place];
    if (value === null || !stood || stood[0] > at || stood[1] === null || stood[2] === 'bad') continue;
    const by_k = value - stood[1];
    sum += by_k;
    count += 1;
    least_k = Math.min(least_k, by_k);
    most_k = Math.max(most_k, by_k);
  }
  return count === 0 ? null : { mean_k: sum / count, least_k, most_k };
}
