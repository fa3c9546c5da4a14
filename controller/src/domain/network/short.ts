/** What a share means for a station: how its screeds are led there, and what it does should the center die. */
import type { After } from '../state.ts';
import { EMITTER_EXPONENT, curveBasis, weatherCurve, type HeatingKind } from '../physics/weather-curve.ts';
import { supplyOfLoad, type Emitter } from '../physics/emitter-load.ts';
import type { Facts } from './source-facts.ts';

/**
 * A screed holds heat for hours: when its water gets cooler, what the water gives falls at first by about twice what
 * it falls by in the end. So a floor is led to its share by this part at once, and by the rest with the screed.
 * Screed of 60 mm, 0.12 MJ/(m²K); of the 0.44 m²K/W between water and room (22 K at 50 W/m², EN 1264) a third lies
 * before it, and the water cools by 10 K: dP/dtg in the end over dP/dtg at once 0.45, time constant 4 h.
 */
export const FLOOR_AT_ONCE = 0.45;
export const SCREED_H = 4;
const SCREED_MS = SCREED_H * 3_600_000;

/** What a station is held to. */
export interface ShortTarget {
  /** Relative load. */
  readonly share: number;
  /** Heat that its circuits may carry, as a share of the design heat. */
  readonly load: number;
  /** The same after the time that a screed takes. */
  readonly slow_load: number;
}

/** The load that a screed has come to, a step on. */
export const slowLoad = (was: number, load: number, passed_ms: number): number =>
  was + (load - was) * (1 - Math.exp(-passed_ms / SCREED_MS));

/** Highest supply temperature of a circuit that carries its share, °C. */
export function shareSupply_c(
  emitter: Emitter,
  target: Pick<ShortTarget, 'load' | 'slow_load'>,
  flow_ratio = 1,
): number {
  const { load, slow_load } = target;
  const led = emitter.kind === 'floor' ? slow_load + FLOOR_AT_ONCE * (load - slow_load) : load;
  return supplyOfLoad(emitter, Math.max(led, 0), flow_ratio);
}

/** Widest shift of a curve that stations are told, K. */
const MOST_SHIFT_K = 20;
/** Shifts are told in halves, so that a station is not told anew for a tenth. */
const SHIFT_STEP_K = 0.5;
/** After the center's death stations stay reduced until the limit ends, or for so long where nobody said when, h. */
const AFTER_H = { usual: 6, least: 2, most: 48 } as const;
/** They come back one after the other over this time, s. */
const RETURN_S = 2 * 3600;

/** What the station's own curve is shifted by should the lease end unrenewed; nothing where it is not limited. */
export function afterOf(
  { station, design, why }: Facts,
  target: { readonly load: number },
  place: {
    readonly nth: number;
    readonly of: number;
    readonly until: number | undefined;
    readonly now: number;
  },
): After | undefined {
  const outdoor_c = station.state.outdoor?.value_c;
  if (!design || outdoor_c === undefined || why !== undefined) return undefined;
  let sum_k = 0;
  let weight = 0;
  for (const heated of design.circuits) {
    const basis = curveBasis(heated.circuit);
    if (!basis) continue;
    const own_c = weatherCurve(basis, outdoor_c).supply_c;
    const slope = 1 / kelvinPerLoad(heated);
    sum_k += heated.design_kw * slope * Math.min(0, supplyOfLoad(heated, target.load) - own_c);
    weight += heated.design_kw * slope;
  }
  const offset_k = weight > 0 ? Math.round(sum_k / weight / SHIFT_STEP_K) * SHIFT_STEP_K : 0;
  if (offset_k === 0) return undefined;
  const left_h = place.until === undefined ? AFTER_H.usual : (place.until - place.now) / 3_600_000;
  const hours = Math.min(Math.max(Math.ceil(left_h), AFTER_H.least), AFTER_H.most);
  const turn_s = Math.round((RETURN_S * place.nth) / Math.max(place.of, 1) / 60) * 60;
  return { offset_k: Math.max(offset_k, -MOST_SHIFT_K), for_s: hours * 3600 + turn_s };
}

/** By how much the supply rises for each unit of load at full load, K: what one kelvin is worth differs by kind. */
const kelvinPerLoad = ({ kind, design }: Emitter & { kind: HeatingKind }): number =>
  ((design.supply_c + design.return_c) / 2 - design.room_c) / (1 + EMITTER_EXPONENT[kind]) +
  (design.supply_c - design.return_c) / 2;
