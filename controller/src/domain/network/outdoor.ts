/** One outdoor temperature for the network, and which sensors disagree with it. */
import { stepOutdoor, type OutdoorFilter } from '../physics/outdoor-filter.ts';

/** With fewer fit sensors (the judged one among them) a wrong one could not be outvoted. */
export const LEAST_SENSORS = 3;
/**
 * A sensor this far (K) from the median is doubted, until it is nearer than the second value. Our choice: sun on
 * a wall adds up to about 6 K for some hours, and stations of one city differ by 2–3 K.
 */
export const DOUBTED_FROM_K = 8;
export const TRUSTED_WITHIN_K = 5;

export interface NetworkOutdoor {
  readonly at: number;
  /** Median of the fit sensors, °C. */
  readonly median_c: number;
  /** The same after the low-pass: where a station begins whose own filter knows nothing. */
  readonly filter: OutdoorFilter;
  readonly sensors: number;
}

/** The middle value, or the mean of the two in the middle; undefined for none. Sorts what it is given. */
export function median(values: number[]): number | undefined {
  values.sort((a, b) => a - b);
  return middle(values);
}

function middle(sorted: ArrayLike<number>): number | undefined {
  const upper = sorted[sorted.length >> 1];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return (upper + (sorted[(sorted.length >> 1) - 1] ?? upper)) / 2;
}

/** The network's outdoor temperature now; undefined with too few fit sensors. */
export function networkOutdoor(
  before: NetworkOutdoor | undefined,
  measured: readonly number[],
  now: number,
): NetworkOutdoor | undefined {
  if (measured.length < LEAST_SENSORS) return undefined;
  // Thousands of numbers are sorted several times faster as such.
  const sorted = Float64Array.from(measured);
  sorted.sort();
  const median_c = middle(sorted);
  if (median_c === undefined) return undefined;
  const filter = stepOutdoor(before?.filter, { at: now, outdoor_c: median_c });
  return { at: now, median_c, filter, sensors: measured.length };
}

/** Whether a fit sensor is doubted beside the others. */
export function isDoubted(own_c: number, median_c: number, was: boolean): boolean {
  return Math.abs(own_c - median_c) > (was ? TRUSTED_WITHIN_K : DOUBTED_FROM_K);
}
