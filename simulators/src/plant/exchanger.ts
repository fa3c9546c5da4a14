/** Plate heat exchanger in counterflow. */
import { WATER_KJ_KG_K } from './water.ts';

export interface ExchangerDesign {
  /** Heat transfer coefficient times area at nominal flows, kW/K. */
  readonly ua_kw_k: number;
  readonly primary_kg_s: number;
  readonly secondary_kg_s: number;
}

export interface ExchangerFlows {
  readonly primary_kg_s: number;
  readonly primary_in_c: number;
  readonly secondary_kg_s: number;
  readonly secondary_in_c: number;
  /** Share of the heat transfer coefficient that scale takes, 0–1. */
  readonly fouling?: number;
}

/**
 * Effectiveness of counterflow, 0–1: ε = (1 − e^(−N(1−r)))/(1 − r·e^(−N(1−r))), N = UA/C_min, r = C_min/C_max,
 * and N/(1+N) for r = 1 (Kays and London, Compact Heat Exchangers; VDI Heat Atlas C1).
 */
export function effectiveness(ntu: number, ratio: number): number {
  if (Math.abs(1 - ratio) < 1e-6) return ntu / (1 + ntu);
  const decay = Math.exp(-ntu * (1 - ratio));
  return (1 - decay) / (1 - ratio * decay);
}

/**
 * Heat from primary to secondary in kW (negative when the secondary is the warmer side).
 *
 * Film coefficients rise with the flow to the power 0.75 (plate correlations, VDI Heat Atlas N6), both films
 * equally strong at nominal flows: UA = UA₀·2/((m₁/m₁₀)^−0.75 + (m₂/m₂₀)^−0.75).
 */
export function exchangerHeat_kw(design: ExchangerDesign, flows: ExchangerFlows): number {
  const { primary_kg_s, secondary_kg_s } = flows;
  if (primary_kg_s <= 1e-6 || secondary_kg_s <= 1e-6) return 0;
  const films =
    (primary_kg_s / design.primary_kg_s) ** -0.75 + (secondary_kg_s / design.secondary_kg_s) ** -0.75;
  const ua_kw_k = ((design.ua_kw_k * 2) / films) * (1 - Math.min(0.99, flows.fouling ?? 0));
  const least = Math.min(primary_kg_s, secondary_kg_s);
  const least_kw_k = least * WATER_KJ_KG_K;
  const ratio = least / Math.max(primary_kg_s, secondary_kg_s);
  return (
    effectiveness(ua_kw_k / least_kw_k, ratio) * least_kw_k * (flows.primary_in_c - flows.secondary_in_c)
  );
}
