/** The curve of six points that a station keeps for the time without the center. */
import type { CircuitDesign, CircuitKind, CircuitLimits } from '../config.ts';
import { EQUIPMENT_MAXIMUM_C } from './equipment.ts';
import { weatherCurve } from './weather-curve.ts';

/** Outdoor temperatures of the points, °C: those of common field controllers. */
export const SIX_OUTDOOR_C = [-30, -15, -5, 0, 5, 15] as const;

export type SixPoints = [number, number][];

/**
 * Points [outdoor °C, supply °C] of the weather curve at design flow, outdoor ascending, within the
 * circuit's limits and its equipment's maximum, supply never rising with the outdoor temperature. Domestic
 * hot water: its design temperature throughout.
 */
export function sixPoints(circuit: {
  readonly kind: CircuitKind;
  readonly design: CircuitDesign;
  readonly limits: Pick<CircuitLimits, 'supply_min_c' | 'supply_max_c'>;
}): SixPoints {
  const { kind, design, limits } = circuit;
  const max = Math.min(limits.supply_max_c, EQUIPMENT_MAXIMUM_C[kind]);
  return SIX_OUTDOOR_C.map((outdoor_c) => {
    const supply_c = kind === 'dhw' ? design.supply_c : weatherCurve({ design, kind }, outdoor_c).supply_c;
    // Rounded first: a limit of 84.97 must not be passed by 0.03.
    const rounded_c = Math.round(supply_c * 10) / 10;
    return [outdoor_c, Math.min(Math.max(rounded_c, limits.supply_min_c), max)];
  });
}
