/** Water as a heat carrier between 0 and 150 °C. */

/** Specific heat, kJ/(kg·K). Within 0.6 % from 0 to 120 °C at 16 bar (IAPWS-IF97 tables). */
export const WATER_KJ_KG_K = 4.2;

/**
 * Density in kg/m³ for °C: ρ = 1000.6 − 0.0130·t^1.75 (fit to IAPWS-IF97 tables at 16 bar, 10–130 °C, ±1 kg/m³).
 */
export function density_kg_m3(water_c: number): number {
  return 1000.6 - 0.013 * Math.max(water_c, 0) ** 1.75;
}

export const toKgS = (flow_m3_h: number, water_c: number): number =>
  (flow_m3_h * density_kg_m3(water_c)) / 3600;

export const toM3H = (flow_kg_s: number, water_c: number): number =>
  (flow_kg_s * 3600) / density_kg_m3(water_c);
