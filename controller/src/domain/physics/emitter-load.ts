/**
 * Heat of a circuit and the supply temperature that carries it, both ways.
 *
 * From the curve of central quality regulation (weather-curve.ts): with the heat as a share q of the design heat,
 * tg = tn + ½(tg′+th′−2tn)·q^(1/(1+b)) + ½(tg′−th′)·q/G.
 */
import type { CircuitDesign } from '../config.ts';
import { EMITTER_EXPONENT, type HeatingKind } from './weather-curve.ts';

export interface Emitter {
  readonly kind: HeatingKind;
  readonly design: CircuitDesign;
}

const excess = ({ design }: Emitter): number => (design.supply_c + design.return_c) / 2 - design.room_c;
const half = ({ design }: Emitter): number => (design.supply_c - design.return_c) / 2;

/**
 * Supply temperature, °C, that carries a share of the design heat into a room at its target.
 *
 * @param load q, 0 … about 1.5
 * @param flow_ratio G, above 0
 */
export function supplyOfLoad(emitter: Emitter, load: number, flow_ratio = 1): number {
  const b = EMITTER_EXPONENT[emitter.kind];
  return (
    emitter.design.room_c + excess(emitter) * load ** (1 / (1 + b)) + (half(emitter) * load) / flow_ratio
  );
}

/** Newton's method needs at most so many steps, mostly three: the curve bends little and always the same way. */
const STEPS = 6;
/** A step that moves the load by less than this share of it is the last. */
const EXACT = 1e-9;

/** The share q of the design heat that a supply temperature carries; 0 at or below the room. */
export function loadOfSupply(emitter: Emitter, supply_c: number, flow_ratio = 1): number {
  const above_k = supply_c - emitter.design.room_c;
  if (above_k <= 0) return 0;
  const exponent = 1 / (1 + EMITTER_EXPONENT[emitter.kind]);
  const [mean_k, half_k] = [excess(emitter), half(emitter) / flow_ratio];
  let load = above_k / (mean_k + half_k);
  for (let step = 0; step < STEPS; step += 1) {
    const power = load ** exponent;
    const error_k = mean_k * power + half_k * load - above_k;
    const slope_k = (mean_k * exponent * power) / load + half_k;
    const before = load;
    load = Math.max(before - error_k / slope_k, before / 4);
    if (Math.abs(load - before) < EXACT * before) break;
  }
  return load;
}
