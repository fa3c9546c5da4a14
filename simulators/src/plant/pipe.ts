/**
 * A buried pipe in plug flow: what enters leaves later, cooled on its way. Water and steel wall move as one heat
 * capacity, which delays a temperature front by 1 + C_wall/C_water (van der Heijde et al., Energy Conversion and
 * Management 151, 2017, for the same experiment as the test beside this file).
 */
import { density_kg_m3, WATER_KJ_KG_K } from './water.ts';

export interface PipeDesign {
  readonly length_m: number;
  readonly inner_m: number;
  /** Thickness of the steel wall, m. */
  readonly wall_m: number;
  /** Heat loss for each metre and kelvin, W/(m·K). */
  readonly loss_w_m_k: number;
  /** Share of the pipe's water that is followed, 0–1; the rest goes to others at the same speed. All where absent. */
  readonly share?: number;
}

export interface Pipe {
  readonly design: PipeDesign;
  /** Heat held by water and wall, kJ/K. */
  readonly capacity_kj_k: number;
  readonly loss_kw_k: number;
  /** Pressure loss: Δp/kPa = resistance·(kg/s)². */
  readonly resistance: number;
}

/** Plugs from inlet (last) to outlet (first): their heat capacities, kJ/K, and temperatures, °C. */
export interface PipeState {
  readonly plugs_kj_k: number[];
  readonly plugs_c: number[];
}

export interface PipeStep {
  readonly kg_s: number;
  readonly in_c: number;
  readonly ambient_c: number;
  readonly dt_s: number;
}

const STEEL_KJ_M3_K = 8000 * 0.5;
/** Temperature at which a pipe's content is weighed, °C. */
const FILLED_AT_C = 70;
/** Friction factor of a hydraulically rough steel pipe (0.1 mm in DN 50–500: 0.014–0.023) and 20 % for fittings. */
const FRICTION = 0.019 * 1.2;
/** More plugs are merged: a front is smeared by at most this part of the pipe. */
const MOST_PLUGS = 40;

/** Δp = λ·L/d·ρv²/2 (Darcy and Weisbach), with v = ṁ/(ρ·A). */
export function pipeOf(design: PipeDesign, filledAt_c = FILLED_AT_C): Pipe {
  const { length_m, inner_m, wall_m, loss_w_m_k, share = 1 } = design;
  const area_m2 = (Math.PI / 4) * inner_m ** 2;
  const density = density_kg_m3(filledAt_c);
  const water_kj_k = area_m2 * length_m * density * WATER_KJ_KG_K;
  const wall_kj_k = Math.PI * (inner_m + wall_m) * wall_m * length_m * STEEL_KJ_M3_K;
  return {
    design,
    capacity_kj_k: share * (water_kj_k + wall_kj_k),
    loss_kw_k: (share * loss_w_m_k * length_m) / 1000,
    resistance: (FRICTION * length_m) / inner_m / (2 * density * (share * area_m2) ** 2) / 1000,
  };
}

export const filledPipe = (pipe: Pipe, water_c: number): PipeState => ({
  plugs_kj_k: [pipe.capacity_kj_k],
  plugs_c: [water_c],
});

/** Each plug falls towards the ground: t ← t_g + (t − t_g)·e^(−UA·dt/C). Returns what is lost, kJ. */
function cool(pipe: Pipe, state: PipeState, step: PipeStep): number {
  const { plugs_kj_k, plugs_c } = state;
  const lost = 1 - Math.exp((-pipe.loss_kw_k * step.dt_s) / pipe.capacity_kj_k);
  let lost_kj = 0;
  for (let index = 0; index < plugs_c.length; index += 1) {
    const fall_k = ((plugs_c[index] ?? 0) - step.ambient_c) * lost;
    plugs_c[index] = (plugs_c[index] ?? 0) - fall_k;
    lost_kj += fall_k * (plugs_kj_k[index] ?? 0);
  }
  return lost_kj;
}

function push(pipe: Pipe, state: PipeState, came: { kj_k: number; in_c: number }): void {
  const { plugs_kj_k, plugs_c } = state;
  const last = plugs_c.length - 1;
  const size_kj_k = plugs_kj_k[last] ?? Infinity;
  if (size_kj_k >= pipe.capacity_kj_k / MOST_PLUGS) {
    plugs_kj_k.push(came.kj_k);
    plugs_c.push(came.in_c);
    return;
  }
  const sum_kj_k = size_kj_k + came.kj_k;
  plugs_c[last] = ((plugs_c[last] ?? 0) * size_kj_k + came.in_c * came.kj_k) / sum_kj_k;
  plugs_kj_k[last] = sum_kj_k;
}

/** Takes so much capacity from the outlet; returns the heat in it above 0 °C, kJ. */
function pop(state: PipeState, kj_k: number): number {
  const { plugs_kj_k, plugs_c } = state;
  let left_kj_k = kj_k;
  let out_kj = 0;
  while (left_kj_k > 0 && plugs_c.length > 0) {
    const first_kj_k = plugs_kj_k[0] ?? 0;
    const first_c = plugs_c[0] ?? 0;
    if (first_kj_k > left_kj_k || plugs_c.length === 1) {
      plugs_kj_k[0] = first_kj_k - left_kj_k;
      return out_kj + left_kj_k * first_c;
    }
    out_kj += first_kj_k * first_c;
    left_kj_k -= first_kj_k;
    plugs_kj_k.shift();
    plugs_c.shift();
  }
  return out_kj;
}

/** Moves the pipe by one step. Changes `state`; gives the mean temperature that left, °C, and the loss, kW. */
export function stepPipe(pipe: Pipe, state: PipeState, step: PipeStep): { out_c: number; lost_kw: number } {
  const lost_kw = cool(pipe, state, step) / step.dt_s;
  const moved_kj_k = step.kg_s * WATER_KJ_KG_K * step.dt_s;
  if (!(moved_kj_k > 0)) return { out_c: state.plugs_c[0] ?? step.in_c, lost_kw };
  push(pipe, state, { kj_k: moved_kj_k, in_c: step.in_c });
  return { out_c: pop(state, moved_kj_k) / moved_kj_k, lost_kw };
}

/** Heat held above 0 °C, kJ. */
export function pipeStored_kj(state: PipeState): number {
  let sum_kj = 0;
  for (const [index, plug_c] of state.plugs_c.entries()) sum_kj += plug_c * (state.plugs_kj_k[index] ?? 0);
  return sum_kj;
}
