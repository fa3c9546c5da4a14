/**
 * The primary network: a tree of twin pipes from the source, one section before each station. Flow in every pipe goes
 * with the square root of its pressure loss, so a branch behaves as one conductance and the whole tree is solved
 * exactly by folding it up and unfolding it again: series 1/c² = 1/c₁² + r, parallel c = c₁ + c₂.
 */
import { filledPipe, pipeOf, pipeStored_kj, stepPipe, type Pipe, type PipeState } from './pipe.ts';
import { WATER_KJ_KG_K } from './water.ts';

export interface SectionDesign {
  readonly id: string;
  /** The section that feeds this one; none at the source. Parents stand before their children. */
  readonly parent?: string;
  readonly length_m: number;
  readonly inner_m: number;
  /** Share of the pipe's water that goes to the stations behind it, 0–1; all where absent. */
  readonly share?: number;
}

interface Section {
  readonly id: string;
  readonly parent: number;
  readonly pipe: Pipe;
}

export interface Network {
  readonly sections: readonly Section[];
  readonly index: ReadonlyMap<string, number>;
}

/** Plain data, one entry a section. */
export interface NetworkState {
  readonly supply: PipeState[];
  readonly return: PipeState[];
}

/** Pre-insulated steel pipes in the ground: loss of each pipe of a pair (EN 13941, series 1–2, DN 50–600). */
const LOSS_W_M_K = { base: 0.16, per_m: 0.55 } as const;
export const GROUND_C = 6;

export function networkOf(designs: readonly SectionDesign[]): Network {
  const index = new Map<string, number>();
  const sections = designs.map(({ id, parent, length_m, inner_m, share = 1 }, at): Section => {
    const above = parent === undefined ? -1 : index.get(parent);
    if (above === undefined) throw new RangeError(`Section ${id} stands before its parent ${parent}.`);
    index.set(id, at);
    const loss_w_m_k = LOSS_W_M_K.base + LOSS_W_M_K.per_m * inner_m;
    const wall_m = 0.003 + 0.01 * inner_m;
    return { id, parent: above, pipe: pipeOf({ length_m, inner_m, wall_m, loss_w_m_k, share }) };
  });
  return { sections, index };
}

export const filledNetwork = (network: Network, supply_c: number, return_c: number): NetworkState => ({
  supply: network.sections.map(({ pipe }) => filledPipe(pipe, supply_c)),
  return: network.sections.map(({ pipe }) => filledPipe(pipe, return_c)),
});

/** Pressures relative to the source's return and flows of each section. */
export interface Hydraulics {
  /** Flow in the section, kg/s. */
  readonly kg_s: Float64Array;
  /** Pressure difference at the section's end, kPa. */
  readonly dp_kpa: Float64Array;
  /** Flow of the whole network, kg/s, and pressure difference at the source, kPa. */
  readonly total_kg_s: number;
  readonly source_dp_kpa: number;
}

/**
 * Flows for what each section's end lets through (kg/s at 1 kPa).
 *
 * @param pump pressure difference at the source for the conductance of the whole network
 */
export function solveNetwork(
  network: Network,
  conductance: Float64Array,
  pump: (conductance: number) => number,
): Hydraulics {
  const { sections } = network;
  const behind = Float64Array.from(conductance);
  const whole = new Float64Array(sections.length);
  let total = 0;
  for (let at = sections.length - 1; at >= 0; at -= 1) {
    const section = sections[at];
    const own = behind[at] ?? 0;
    if (!section || own <= 0) continue;
    const through = 1 / Math.sqrt(1 / own ** 2 + 2 * section.pipe.resistance);
    whole[at] = through;
    if (section.parent < 0) total += through;
    else behind[section.parent] = (behind[section.parent] ?? 0) + through;
  }
  const source_dp_kpa = pump(total);
  const kg_s = new Float64Array(sections.length);
  const dp_kpa = new Float64Array(sections.length);
  for (const [at, section] of sections.entries()) {
    const above_kpa = section.parent < 0 ? source_dp_kpa : (dp_kpa[section.parent] ?? 0);
    const flow = (whole[at] ?? 0) * Math.sqrt(Math.max(0, above_kpa));
    kg_s[at] = flow;
    dp_kpa[at] = above_kpa - 2 * section.pipe.resistance * flow ** 2;
  }
  return { kg_s, dp_kpa, total_kg_s: total * Math.sqrt(Math.max(0, source_dp_kpa)), source_dp_kpa };
}

export interface ThermalStep {
  readonly hydraulics: Hydraulics;
  readonly dt_s: number;
}

/** Supply pipes: what the source gives runs down the tree. Gives the temperature at each section's end; loss in kW. */
export function stepSupply(
  network: Network,
  state: NetworkState,
  step: ThermalStep & { source_c: number },
): { end_c: Float64Array; lost_kw: number } {
  const end_c = new Float64Array(network.sections.length);
  let lost_kw = 0;
  for (const [at, { parent, pipe }] of network.sections.entries()) {
    const own = state.supply[at];
    if (!own) continue;
    const in_c = parent < 0 ? step.source_c : (end_c[parent] ?? 0);
    const kg_s = step.hydraulics.kg_s[at] ?? 0;
    const moved = stepPipe(pipe, own, { kg_s, in_c, ambient_c: GROUND_C, dt_s: step.dt_s });
    end_c[at] = moved.out_c;
    lost_kw += moved.lost_kw;
  }
  return { end_c, lost_kw };
}

/** What stations, and bursts, give back at a section's end. */
export interface Returned {
  readonly kg_s: Float64Array;
  /** Heat carried above 0 °C, kW. */
  readonly heat_kw: Float64Array;
}

/** Return pipes: up the tree to the source. Gives flow and heat that come back there; loss in kW. */
export function stepReturn(
  network: Network,
  state: NetworkState,
  step: { returned: Returned; dt_s: number },
): { kg_s: number; heat_kw: number; lost_kw: number } {
  const kg_s = Float64Array.from(step.returned.kg_s);
  const heat_kw = Float64Array.from(step.returned.heat_kw);
  const back = { kg_s: 0, heat_kw: 0, lost_kw: 0 };
  for (let at = network.sections.length - 1; at >= 0; at -= 1) {
    const section = network.sections[at];
    const own = state.return[at];
    if (!section || !own) continue;
    const flow = kg_s[at] ?? 0;
    const in_c = flow > 0 ? (heat_kw[at] ?? 0) / (flow * WATER_KJ_KG_K) : (own.plugs_c.at(-1) ?? 0);
    const moved = stepPipe(section.pipe, own, {
      kg_s: flow,
      in_c,
      ambient_c: GROUND_C,
      dt_s: step.dt_s,
    });
    const carried_kw = flow * WATER_KJ_KG_K * moved.out_c;
    back.lost_kw += moved.lost_kw;
    if (section.parent < 0) {
      back.kg_s += flow;
      back.heat_kw += carried_kw;
    } else {
      kg_s[section.parent] = (kg_s[section.parent] ?? 0) + flow;
      heat_kw[section.parent] = (heat_kw[section.parent] ?? 0) + carried_kw;
    }
  }
  return back;
}

/** Heat in the pipes above 0 °C, kJ. */
export function networkStored_kj(state: NetworkState): number {
  let sum_kj = 0;
  for (const pipe of [...state.supply, ...state.return]) sum_kj += pipeStored_kj(pipe);
  return sum_kj;
}
