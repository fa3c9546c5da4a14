/** Hot water: what taps draw over the day, and the line that circulates. */
import { APPROACH_K, COLD_WATER_C, type Circuit } from './circuit-design.ts';
import type { CircuitInput, CircuitState } from './circuit-state.ts';
import type { Environment } from './environment.ts';
import { pumpFlow_m3_h } from './pump.ts';
import { wander, type Random } from './random.ts';
import { liftFor } from './valve.ts';
import { toKgS, toM3H, WATER_KJ_KG_K } from './water.ts';

const CELLAR_C = 20;

/** Share of the peak that taps draw at an hour: before work and after it. */
function drawProfile(hour: number): number {
  const bump = (peak: number, width: number): number => Math.exp(-(((hour - peak) / width) ** 2));
  return 0.06 + 0.55 * bump(7, 1.1) + 0.18 * bump(12.3, 1.2) + 0.75 * bump(20.4, 1.7);
}

/** Lift at which the valve lets through what the taps draw at this hour and the line loses. */
export function tapsLift({ design, taps, valve }: Circuit, start: Environment): number | undefined {
  if (!taps) return undefined;
  const { supply_c, return_c } = design;
  const draw_kg_s = taps.peak_kg_s * drawProfile(start.hour);
  const heat_kw =
    draw_kg_s * WATER_KJ_KG_K * (supply_c - COLD_WATER_C) + taps.loop_kw_k * (return_c - CELLAR_C);
  const entering_c = (draw_kg_s * COLD_WATER_C + taps.loop_kg_s * return_c) / (draw_kg_s + taps.loop_kg_s);
  const primary_out_c = entering_c + APPROACH_K;
  if (start.supply_c <= primary_out_c) return 1;
  const primary_kg_s = heat_kw / WATER_KJ_KG_K / (start.supply_c - primary_out_c);
  return liftFor(valve, toM3H(primary_kg_s, primary_out_c), start.supply_kpa - start.return_kpa);
}

/** Taps and circulation line. Returns the temperature that enters the exchanger. */
export function stepTaps(
  circuit: Circuit,
  state: CircuitState,
  at: { readonly input: CircuitInput; readonly random: Random },
): number {
  const { taps, pump } = circuit;
  if (!taps) return state.return_c;
  const { dt_s, hour } = at.input;
  state.draw = wander(state.draw, { tau_s: 90, sigma: 0.15, dt_s }, at.random);
  const draw_kg_s = taps.peak_kg_s * Math.max(0, drawProfile(hour) * (1 + state.draw));
  const loop_kg_s = toKgS(pumpFlow_m3_h(pump, state.speed), state.return_c);
  state.flow_kg_s = draw_kg_s + loop_kg_s;
  const before_c = state.return_c;
  const loss_kw = taps.loop_kw_k * (before_c - CELLAR_C);
  state.return_c +=
    ((loop_kg_s * WATER_KJ_KG_K * (state.exchanger_c - before_c) - loss_kw) * dt_s) / taps.loop_kj_k;
  const entering_c =
    state.flow_kg_s > 0 ? (draw_kg_s * COLD_WATER_C + loop_kg_s * before_c) / state.flow_kg_s : before_c;
  state.lost_kw += loss_kw + draw_kg_s * WATER_KJ_KG_K * (state.exchanger_c - COLD_WATER_C);
  return entering_c;
}
