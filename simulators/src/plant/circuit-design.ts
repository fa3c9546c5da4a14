/** Sizing of a circuit: what a planner would install for a heated area. */
import { buildingOf, type Building } from './building.ts';
import { emitterOf, type Emitter } from './emitter.ts';
import type { ExchangerDesign } from './exchanger.ts';
import type { PumpDesign } from './pump.ts';
import type { LoopTuning, ValveDesign } from './valve.ts';
import { toM3H, WATER_KJ_KG_K } from './water.ts';

export interface CircuitDesign {
  readonly id: string;
  readonly kind: 'radiators' | 'floor' | 'dhw';
  readonly heated_area_m2: number;
  /** W/m² at design; for hot water the peak draw. */
  readonly heat_index_w_m2: number;
  readonly supply_c: number;
  readonly return_c: number;
  readonly room_c: number;
  readonly outdoor_c: number;
  /** Installed emitters over needed ones; differs from place to place. */
  readonly oversize: number;
  /** True heat loss of the buildings over the planned one. */
  readonly loss_factor: number;
  readonly time_constant_h: number;
  /** Pressure in the return, kPa: high zones have more. */
  readonly static_kpa: number;
  /** Pressure difference at nominal flow, kPa. */
  readonly dp_kpa: number;
  /** Water that leaks out, m³/h. */
  readonly leak_m3_h: number;
}

export interface Circuit {
  readonly design: CircuitDesign;
  readonly heat_kw: number;
  readonly exchanger: ExchangerDesign;
  readonly valve: ValveDesign;
  readonly tuning: LoopTuning;
  readonly pump: PumpDesign;
  /** Water and plates in the exchanger, and one pipe run, kJ/K. */
  readonly exchanger_kj_k: number;
  readonly pipe_kj_k: number;
  /** Pipe loss to the ground, kW/K. */
  readonly pipe_kw_k: number;
  /** Behind the pipes: rooms, or taps and a circulation line. */
  readonly heating?: { readonly emitter: Emitter; readonly building: Building };
  readonly taps?: {
    readonly peak_kg_s: number;
    readonly loop_kg_s: number;
    readonly loop_kj_k: number;
    readonly loop_kw_k: number;
  };
}

/** Primary supply for which exchangers are sized, °C, and how near the returns come, K. */
const SIZING_PRIMARY_C = 105;
export const APPROACH_K = 4;
export const COLD_WATER_C = 9;

function sized(design: CircuitDesign, secondary: { in_c: number; out_c: number; heat_kw: number }) {
  const { in_c, out_c, heat_kw } = secondary;
  const primary_out_c = in_c + APPROACH_K;
  const primary_kg_s = heat_kw / WATER_KJ_KG_K / (SIZING_PRIMARY_C - primary_out_c);
  const secondary_kg_s = heat_kw / WATER_KJ_KG_K / (out_c - in_c);
  const warm_k = SIZING_PRIMARY_C - out_c;
  const lmtd_k = (warm_k - APPROACH_K) / Math.log(warm_k / APPROACH_K);
  const primary_m3_h = toM3H(primary_kg_s, primary_out_c);
  return {
    exchanger: { ua_kw_k: heat_kw / lmtd_k, primary_kg_s, secondary_kg_s },
    valve: { kvs_m3_h: 1.4 * primary_m3_h, series_kv_m3_h: 1.1 * primary_m3_h, stroke_s: 90 },
    tuning: { gain_per_k: 0.15 / (out_c - in_c), integral_s: 45 },
    exchanger_kj_k: secondary_kg_s * WATER_KJ_KG_K * 30,
    pipe_kj_k: secondary_kg_s * WATER_KJ_KG_K * 150,
    pump: {
      flow_m3_h: toM3H(secondary_kg_s, design.return_c),
      dp_kpa: design.dp_kpa,
      nominal_speed: 0.78,
      efficiency: 0.62,
    },
  };
}

export function circuitOf(design: CircuitDesign): Circuit {
  const heat_kw = (design.heated_area_m2 * design.heat_index_w_m2) / 1000;
  if (design.kind === 'dhw') return tapsOf(design, heat_kw);
  const parts = sized(design, { in_c: design.return_c, out_c: design.supply_c, heat_kw });
  return {
    design,
    heat_kw,
    ...parts,
    pipe_kw_k: 0.006 * heat_kw * (1 / (design.supply_c - 5)),
    heating: {
      emitter: emitterOf({ ...design, kind: design.kind, heat_kw }),
      building: buildingOf({
        ...design,
        heat_index_w_m2: design.heat_index_w_m2 * design.loss_factor,
        internal_w_m2: 2,
        solar_w_m2: 7,
      }),
    },
  };
}

/** Hot water: half of the nominal flow circulates all the time and loses 5 K on its way. */
function tapsOf(design: CircuitDesign, heat_kw: number): Circuit {
  const peak_kg_s = heat_kw / WATER_KJ_KG_K / (design.supply_c - COLD_WATER_C);
  const loop_kg_s = 0.6 * peak_kg_s;
  const in_c = (peak_kg_s * COLD_WATER_C + loop_kg_s * design.return_c) / (peak_kg_s + loop_kg_s);
  const parts = sized(design, { in_c, out_c: design.supply_c, heat_kw });
  const loop_kw_k = loop_kg_s * WATER_KJ_KG_K;
  return {
    design,
    heat_kw,
    ...parts,
    // A buffer of two minutes beside the plates, as stations for hot water have.
    exchanger_kj_k: 5 * parts.exchanger_kj_k,
    pump: { ...parts.pump, flow_m3_h: toM3H(loop_kg_s, design.return_c) },
    pipe_kw_k: 0,
    taps: {
      peak_kg_s,
      loop_kg_s,
      loop_kj_k: loop_kw_k * 240,
      loop_kw_k: (loop_kw_k * (design.supply_c - design.return_c)) / (design.return_c - 20),
    },
  };
}
