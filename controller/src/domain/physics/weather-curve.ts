/**
 * Weather-compensated supply and return temperature of a heating circuit.
 *
 * The relative load falls linearly from 1 at the design outdoor temperature to 0 at the room target; the
 * emitters give Q ∝ (tm − tn)^(1+b), so the mean water temperature follows Q^(1/(1+b)), and the water cools
 * by (tg′ − th′)·Q/G. Source: the standard equation of central quality regulation (He Ping et al., Heating
 * Engineering); with G = 1 and the shift by internal gains it is the curve of the open Modelica library of LBNL
 * (Controls.SetPoints.SupplyReturnTemperatureReset), whose reference results are met.
 */
import type { CircuitDesign, CircuitKind, CurveSettings } from '../config.ts';
import { alongPoints } from './six-points.ts';

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
/** Room target where no design names one, °C: the Chinese service standard. */
const ROOM_C = 18;

/** Whether a design point makes sense: room above outdoor, supply above return, their mean above the room. */
export function isDesign(design: CircuitDesign | undefined): design is CircuitDesign {
  if (!design) return false;
  const { supply_c, return_c, outdoor_c, room_c } = design;
  return room_c > outdoor_c && supply_c > return_c && (supply_c + return_c) / 2 > room_c;
}

/** What a heating circuit's curve follows from: a design that makes sense, or six points, or both. */
export interface CurveBasis {
  readonly kind: HeatingKind;
  readonly design?: CircuitDesign | undefined;
  readonly curve?: CurveSettings | undefined;
}

/** Settings of a circuit as a curve; undefined for hot water and where neither design nor points are usable. */
export function curveBasis(circuit: {
  readonly kind?: CircuitKind | undefined;
  readonly design?: CircuitDesign | undefined;
  readonly curve?: CurveSettings | undefined;
}): CurveBasis | undefined {
  const { kind, curve } = circuit;
  if (!kind || kind === 'dhw') return undefined;
  const design = isDesign(circuit.design) ? circuit.design : undefined;
  return design || curve?.points ? { kind, design, curve } : undefined;
}

export const roomTarget = ({ design }: Pick<CurveBasis, 'design'>): number => design?.room_c ?? ROOM_C;

/** The state of a circuit at one outdoor temperature and full flow. */
export interface CurvePoint {
  /** Relative load Q, 0 … 1.2; undefined where no design says what 1 is. */
  readonly load: number | undefined;
  /** Mean water temperature tm, °C; with points alone the supply temperature. */
  readonly mean_c: number;
  /** Half of what the water cools at design flow, ½(tg′ − th′)·Q, K; 0 with points alone. */
  readonly half_k: number;
}

/**
 * Relative load Q = (tn − tw − d)/(tn − tw′ − d), clamped to 0 … 1.2, for a design point that makes sense.
 *
 * @param internal_gain_k d, 0 to about 15 and below tn − tw′
 */
export function relativeLoad(design: CircuitDesign, outdoor_c: number, internal_gain_k = 0): number {
  const span_k = Math.max(design.room_c - design.outdoor_c - internal_gain_k, 1);
  const load = (design.room_c - outdoor_c - internal_gain_k) / span_k;
  return Math.min(Math.max(load, 0), MAX_LOAD);
}

/** tm = tn + ½(tg′ + th′ − 2tn)·Q^(1/(1+b)) and half the cooling; from six points tm = tg − half the cooling. */
export function curvePoint({ kind, design, curve }: CurveBasis, outdoor_c: number): CurvePoint {
  const load = design && relativeLoad(design, outdoor_c, curve?.internal_gain_k);
  const half_k = design && load !== undefined ? ((design.supply_c - design.return_c) / 2) * load : 0;
  const shift_k = curve?.shift_k ?? 0;
  if (curve?.points) {
    return { load, mean_c: alongPoints(curve.points, outdoor_c) - half_k + shift_k, half_k };
  }
  if (!design || load === undefined) return { load, mean_c: ROOM_C, half_k };
  const excess_k = (design.supply_c + design.return_c) / 2 - design.room_c;
  const mean_c = design.room_c + excess_k * load ** (1 / (1 + EMITTER_EXPONENT[kind])) + shift_k;
  return { load, mean_c, half_k };
}

/**
 * tg, th = tm ± ½(tg′ − th′)·Q/G, °C.
 *
 * @param flow_ratio G, flow relative to design, above 0 and at most about 1.5; 1 for quality regulation.
 */
export function weatherCurve(
  circuit: CurveBasis,
  outdoor_c: number,
  flow_ratio = 1,
): { readonly supply_c: number; readonly return_c: number; readonly mean_c: number } {
  const { mean_c, half_k } = curvePoint(circuit, outdoor_c);
  const spread_k = half_k / flow_ratio;
  return { supply_c: mean_c + spread_k, return_c: mean_c - spread_k, mean_c };
}
