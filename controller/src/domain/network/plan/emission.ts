/**
 * How the heat of a station follows what a plan asks. Colder water cuts more heat at first than in the end, since
 * radiators and screeds go on giving heat to it; when the water gets warmer again they are filled first. With u asked and e
 * what the emitters have come to, both as kelvins of outdoor temperature:
 *
 *     lag·de/dt = u − e,   heat = H·(u + (g − 1)·(u − e)),   stored = H·(g − 1)·lag·e
 *
 * g, the heat at once over that in the end: the supply falls while the return is still as it was,
 * g = ½·(1 + (tm′ − tn)/((1 + b)·½(tg′ − th′))) by the curve (1.9 for 75/50); of a floor the screed lies before the room,
 * see `FLOOR_AT_ONCE`.
 */
import type { CircuitConfig } from '../../config.ts';
import { EMITTER_EXPONENT, isDesign } from '../../physics/weather-curve.ts';
import { FLOOR_AT_ONCE, SCREED_H } from '../short.ts';

export interface Emission {
  /** (g − 1)·lag: hours of heat that are stored for each kelvin. */
  readonly stored_h: number;
  /** Above 0, h. */
  readonly lag_h: number;
}

/** Water of the circuit and radiators: 15 l/kW at 44 K over the room and one turn of the water, h. */
const WATER_H = 0.4;

/** Of one heating circuit. */
export function emissionOf({ kind, design }: Pick<CircuitConfig, 'kind' | 'design'>): Emission {
  if (kind === 'floor') return { stored_h: (1 / FLOOR_AT_ONCE - 1) * SCREED_H, lag_h: SCREED_H };
  if (!isDesign(design) || !kind || kind === 'dhw') return { stored_h: 0, lag_h: WATER_H };
  const excess_k = (design.supply_c + design.return_c) / 2 - design.room_c;
  const half_k = (design.supply_c - design.return_c) / 2;
  const at_once = (1 + excess_k / ((1 + EMITTER_EXPONENT[kind]) * half_k)) / 2;
  return { stored_h: Math.max(at_once - 1, 0) * WATER_H, lag_h: WATER_H };
}

/** A step under a constant u: where the emitters then stand, and the mean heat of the step as kelvins, K. */
export function stepEmission(
  before_k: number,
  given: { readonly colder_k: number; readonly hours: number; readonly emission: Emission },
): { readonly emitted_k: number; readonly heat_k: number } {
  const { colder_k, hours, emission } = given;
  const emitted_k = colder_k + (before_k - colder_k) * Math.exp(-hours / emission.lag_h);
  return { emitted_k, heat_k: colder_k + (emission.stored_h / hours) * (emitted_k - before_k) };
}
