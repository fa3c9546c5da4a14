/**
 * Weather-compensated supply and return temperature of a heating circuit.
 *
 * The relative load falls linearly from 1 at the design outdoor temperature to 0 at the room target; the
 * emitters give Q ∝ (tm − tn)^(1+b), so the mean water temperature follows Q^(1/(1+b)), and the water cools
 * by (tg′ − th′)·Q/G. Source: the standard equation of central quality regulation (He Ping et al., Heating
 * Engineering); the same curve with G = 1 stands in the open Modelica library of LBNL
 * (Controls.SetPoints.SupplyReturnTemperatureReset).
 */
import type { CircuitDesign, CircuitKind } from '../config.ts';

/** Heating circuits: those that follow a curve. */
export type HeatingKind = Exclude<CircuitKind, 'dhw'>;

/**
 * b of Q ∝ (tm − tn)^(1+b). Radiators: EN 442, n = 1.3. Floor: EN 1264, n = 1.1. Ventilation: forced air
 * takes heat in proportion to the excess temperature, n = 1 (our choice; natural convection is what raises n).
 */
export const EMITTER_EXPONENT: Readonly<Record<HeatingKind, number>> = {
  radiators: 0.3,
  floor: 0.1,
  ventilation: 0,
};

/** Highest relative load the curve is read at: colder than design asks for up to a fifth more. */
const MAX_LOAD = 1.2;

/** Whether a design point makes sense: room above outdoor, supply above return, their mean above the room. */
export function isDesign(design: CircuitDesign | undefined): design is CircuitDesign {
  if (!design) return false;
  const { supply_c, return_c, outdoor_c, room_c } = design;
  return room_c > outdoor_c && supply_c > return_c && (supply_c + return_c) / 2 > room_c;
}

export interface CurvePoint {
  /** Supply (tg), return (th) and mean (tm) temperature, °C. */
  readonly supply_c: number;
  readonly return_c: number;
  readonly mean_c: number;
}

/** Relative load Q = (tn − tw)/(tn − tw′), clamped to 0 … 1.2, for a design point that makes sense. */
export function relativeLoad(design: CircuitDesign, outdoor_c: number): number {
  const load = (design.room_c - outdoor_c) / (design.room_c - design.outdoor_c);
  return Math.min(Math.max(load, 0), MAX_LOAD);
}

/**
 * tg, th = tn + ½(tg′ + th′ − 2tn)·Q^(1/(1+b)) ± ½(tg′ − th′)·Q/G and their mean, °C.
 *
 * @param flow_ratio G, flow relative to design, above 0 and at most about 1.5; 1 for quality regulation.
 */
export function weatherCurve(
  circuit: { readonly design: CircuitDesign; readonly kind: HeatingKind },
  outdoor_c: number,
  flow_ratio = 1,
): CurvePoint {
  const { design, kind } = circuit;
  const load = relativeLoad(design, outdoor_c);
  const excess_k = (design.supply_c + design.return_c) / 2 - design.room_c;
  const mean_c = design.room_c + excess_k * load ** (1 / (1 + EMITTER_EXPONENT[kind]));
  const half_k = ((design.supply_c - design.return_c) / 2) * (load / flow_ratio);
  return { supply_c: mean_c + half_k, return_c: mean_c - half_k, mean_c };
}
