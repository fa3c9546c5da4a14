/** Design flow of a heating circuit. */
import type { CircuitDesign } from '../config.ts';

/**
 * Heat carried by a cubic metre of water for each kelvin, kWh/(m³·K): the heat coefficient of EN 1434 at
 * 75/50 °C and 16 bar with the flow sensor in the return, from water properties after IAPWS-IF97. It stays
 * within 0.2 % of this between 60/45 and 130/70.
 */
export const HEAT_COEFFICIENT_KWH_M3_K = 1.148;

/**
 * Heat demand at the design outdoor temperature where nothing better is known, W/m²: the upper value for
 * insulated housing in CJJ 34 (40–45). Too high only costs pump power; too low leaves rooms cold.
 */
export const DEFAULT_HEAT_INDEX_W_M2 = 45;

/** Highest velocity in the pipes of a branch, m/s (CJJ 34). */
export const PIPE_VELOCITY_M_S = 3.5;

/** v·π/4·d², m³/h. @param inner_mm inner diameter d, mm, above 0 */
export function pipeFlow(inner_mm: number): number {
  return PIPE_VELOCITY_M_S * (Math.PI / 4) * (inner_mm / 1000) ** 2 * 3600;
}

/**
 * V′ = A·q/(k·(tg′ − th′)), m³/h.
 *
 * @param heated_area_m2 A, above 0
 * @param heat_index_w_m2 q, about 20 (new) … 70 (old, not insulated)
 */
export function designFlow(
  heated_area_m2: number,
  design: Pick<CircuitDesign, 'supply_c' | 'return_c'>,
  heat_index_w_m2 = DEFAULT_HEAT_INDEX_W_M2,
): number {
  const power_kw = (heated_area_m2 * heat_index_w_m2) / 1000;
  return power_kw / (HEAT_COEFFICIENT_KWH_M3_K * (design.supply_c - design.return_c));
}
