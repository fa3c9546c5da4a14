/** The heat source: boilers with a water content, a limit and a pace, and the pump of the primary network. */
import { faultSize, type Fault } from './faults.ts';
import type { Weather } from './environment.ts';
import { density_kg_m3, WATER_KJ_KG_K } from './water.ts';

export interface SourceDesign {
  readonly heat_max_kw: number;
  /** Burners go from nothing to full power in this time, s. */
  readonly ramp_s: number;
  /** Pressure difference that the pump holds, and its head at no flow and full speed, kPa. */
  readonly dp_set_kpa: number;
  readonly shut_off_kpa: number;
  /** Flow of the network at design, kg/s. */
  readonly design_kg_s: number;
  /** Pressure held in the return, kPa. */
  readonly hold_kpa: number;
}

export interface SourceState {
  /** Water in the boilers, which is what leaves, °C. */
  supply_c: number;
  return_c: number;
  burner_kw: number;
  /** Outdoor temperature as operators see it: six hours' mean, °C. */
  outdoor_c: number;
  electric_kw: number;
  /** Restless part of the burners, K. */
  swing_k: number;
}

/** Boilers hold what the network moves in so many seconds. */
const CONTENT_S = 150;
const OUTDOOR_S = 6 * 3600;
const EFFICIENCY = 0.72;
/** The wanted change of the boilers' water is made within this time, s. */
const PACE_S = 240;
const MAKEUP_C = 10;

/**
 * Temperature that operators set from the forecast, in steps of 1 K: 98 °C at 0 °C and 1.1 K more for each kelvin
 * below, between 85 and 115 °C. A plan of the kind that heat suppliers of northern China publish.
 */
export const plannedSupply_c = (outdoor_mean_c: number): number =>
  Math.round(Math.min(115, Math.max(85, 98 - 1.1 * outdoor_mean_c)));

export function startedSource(design: SourceDesign, outdoor_c: number): SourceState {
  return {
    supply_c: plannedSupply_c(outdoor_c),
    return_c: 50,
    // What a sound city takes at this temperature, so that no run begins with a dip.
    burner_kw: 0.8 * design.heat_max_kw * Math.min(1, Math.max(0.1, (20 - outdoor_c) / 30)),
    outdoor_c,
    electric_kw: 0,
    swing_k: 0,
  };
}

/**
 * Pressure difference at the source for the network's conductance (kg/s at 1 kPa): held by speed, up to the curve of
 * the pump at full speed Δp = Δp₀·(1 − 0.35·(ṁ/ṁ_design/1.3)²).
 */
export function sourceDp_kpa(design: SourceDesign, conductance: number): number {
  const fall = (0.35 * design.shut_off_kpa) / (1.3 * design.design_kg_s) ** 2;
  return Math.min(design.dp_set_kpa, design.shut_off_kpa / (1 + fall * conductance ** 2));
}

export interface SourceStep {
  readonly weather: Weather;
  readonly at_s: number;
  readonly faults: readonly Fault[];
  /** Flow that left, flow that came back with its heat, pressure difference made. */
  readonly kg_s: number;
  readonly back_kg_s: number;
  readonly back_kw: number;
  readonly dp_kpa: number;
  readonly dt_s: number;
}

/** What the source did in a step, kW. */
export interface SourceFlows {
  readonly burner_kw: number;
  /** Heat that the make-up water brought above 0 °C, kW. */
  readonly makeup_kw: number;
  /** Heat given to the network, kW. */
  readonly heat_kw: number;
}

/** Boilers: C·dT/dt = burner − ṁ·c·(T − T_return). Changes `state`. */
export function stepSource(design: SourceDesign, state: SourceState, step: SourceStep): SourceFlows {
  const { weather, kg_s, dt_s, faults } = step;
  state.outdoor_c = weather.outdoor_c + (state.outdoor_c - weather.outdoor_c) * Math.exp(-dt_s / OUTDOOR_S);
  const makeup_kw = Math.max(0, kg_s - step.back_kg_s) * WATER_KJ_KG_K * MAKEUP_C;
  const leaving_kw = kg_s * WATER_KJ_KG_K * state.supply_c;
  const entering_kw = step.back_kw + makeup_kw;
  if (kg_s > 1e-6) state.return_c = entering_kw / (kg_s * WATER_KJ_KG_K);
  state.swing_k = 0.5 * Math.sin(step.at_s / 611 + 1) + 0.4 * Math.sin(step.at_s / 2900 + 2);
  const cool_c = faultSize(faults, 'source_cool');
  const planned_c = plannedSupply_c(state.outdoor_c) + state.swing_k;
  const set_c = cool_c > 0 ? Math.min(planned_c, cool_c) : planned_c;
  const content_kj_k = CONTENT_S * design.design_kg_s * WATER_KJ_KG_K;
  const wanted_kw = leaving_kw - entering_kw + (content_kj_k * (set_c - state.supply_c)) / PACE_S;
  const limit = faultSize(faults, 'source_limit');
  const most_kw = limit > 0 ? limit * design.heat_max_kw : design.heat_max_kw;
  const reach_kw = (design.heat_max_kw * dt_s) / design.ramp_s;
  const burner_kw = Math.min(most_kw, state.burner_kw + reach_kw, Math.max(0, wanted_kw));
  state.burner_kw = faultSize(faults, 'source_trip') > 0 ? 0 : burner_kw;
  state.supply_c += ((state.burner_kw + entering_kw - leaving_kw) * dt_s) / content_kj_k;
  const hydraulic_kw = (kg_s * step.dp_kpa) / density_kg_m3(state.return_c);
  state.electric_kw = hydraulic_kw / EFFICIENCY + 0.004 * state.burner_kw;
  return { burner_kw: state.burner_kw, makeup_kw, heat_kw: leaving_kw - entering_kw };
}

/** Heat in the boilers above 0 °C, kJ. */
export const sourceStored_kj = (design: SourceDesign, state: SourceState): number =>
  CONTENT_S * design.design_kg_s * WATER_KJ_KG_K * state.supply_c;
