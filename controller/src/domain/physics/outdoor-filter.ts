/** Low-pass of the outdoor temperature: walls and water feel the weather late, and gusts not at all. */

import type { Moving } from '../moving.ts';

/**
 * Time constant, s. Not that of the building: with 24 h and more a fall from 5 to −10 °C lets rooms go cold
 * before the supply follows.
 */
export const OUTDOOR_TIME_CONSTANT_S = 6 * 3600;

/** After a longer silence (ms) than this the past says nothing and the filter starts anew. */
const RESTART_AFTER_MS = 24 * 3_600_000;

interface Measured {
  readonly at: number;
  readonly outdoor_c: number;
}

export interface OutdoorFilter {
  /** Time of the last measurement taken in, ms UTC. */
  readonly at: number;
  /** That measurement, °C. */
  readonly raw_c: number;
  /** The filtered temperature, °C. */
  readonly value_c: number;
}

/**
 * First-order lag τ·dy/dt = x − y, exact for an x that ran straight from the last measurement to this one,
 * so neither the rate of sampling nor a gap of some hours bends it. A measurement that is not newer changes
 * nothing.
 */
export const stepOutdoor = (
  filter: OutdoorFilter | undefined,
  measured: Measured,
  time_constant_s?: number,
): OutdoorFilter =>
  filter && measured.at <= filter.at
    ? filter
    : moveOutdoor(filter && { ...filter }, measured, time_constant_s);

/** The same in place. */
export function moveOutdoor(
  filter: Moving<OutdoorFilter> | undefined,
  { at, outdoor_c }: Measured,
  time_constant_s = OUTDOOR_TIME_CONSTANT_S,
): OutdoorFilter {
  if (!filter || at - filter.at > RESTART_AFTER_MS) return { at, raw_c: outdoor_c, value_c: outdoor_c };
  if (at <= filter.at) return filter;
  const passed_s = (at - filter.at) / 1000;
  const decay = Math.exp(-passed_s / time_constant_s);
  // How far y trails a steadily moving x once settled.
  const lag_k = ((outdoor_c - filter.raw_c) / passed_s) * time_constant_s;
  filter.value_c = outdoor_c - lag_k + (filter.value_c - filter.raw_c + lag_k) * decay;
  filter.raw_c = outdoor_c;
  filter.at = at;
  return filter;
}
