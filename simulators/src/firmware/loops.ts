/** Between targets and plant: registers, ramps, frost protection, pump changeover. */
import type { LoopSetpoints } from '../plant/measure.ts';
import type { Environment } from '../plant/environment.ts';
import { faultSize, type Fault } from '../plant/faults.ts';
import { sensed } from '../plant/sensor.ts';
import { countOn, MAX_STEP_S, stepPlant, type Plant, type PlantControls } from '../plant/station-plant.ts';
import type { CommandState, Readback, Values } from './rules.ts';
import type { StationDesign } from './station-design.ts';
import { approach, FLOW_SHARE_PER_MIN, type InForce } from './setpoint-ramp.ts';
import { freezing, targetsOf, type CircuitTarget, type Targets } from './targets.ts';

/** What is in force in each circuit; plain data, saved with the plant. */
export interface LoopsState {
  circuits: Record<string, InForce>;
  /** Outdoor temperature as the own curve uses it: half an hour's mean. */
  outdoor_c?: number;
}

const OUTDOOR_S = 1800;
/** Longest standstill that is made up for: after more, the plant goes on from where it was (s). */
const LONGEST_GAP_S = 120;
/** Plant time that is run before the first sample, so that nothing starts from a guess (s). */
const SETTLE_S = 3 * 3600;

interface Around {
  readonly commands: CommandState;
  readonly environment: Environment;
}

const NOTHING_READ: Readback = { circuits: {}, primary: {}, stopped: {} };

export class Loops {
  readonly state: LoopsState;
  readonly #design: StationDesign;
  #frost: readonly string[] = [];
  #targets: Targets | undefined;
  #faults: readonly Fault[] = [];
  #last_mono_ms: number | undefined;

  constructor(design: StationDesign, saved: LoopsState | undefined) {
    this.#design = design;
    this.state = saved ?? { circuits: {} };
  }

  /** Ids of circuits whose frost protection is at work. */
  get frost(): readonly string[] {
    return this.#frost;
  }

  /** Runs the plant on its own curve for some hours before now. */
  settle(
    plant: Plant,
    at: { commands: CommandState; environment: (at_s: number) => Environment; at_s: number },
  ): void {
    for (let before_s = SETTLE_S; before_s > 0; before_s -= MAX_STEP_S) {
      this.advance(
        plant,
        { commands: at.commands, environment: at.environment(at.at_s - before_s) },
        MAX_STEP_S,
      );
    }
  }

  /** Moves to a monotonic time. */
  step(plant: Plant, at: Around & { mono_ms: number }): void {
    const gap_s = (at.mono_ms - (this.#last_mono_ms ?? at.mono_ms - 1000)) / 1000;
    this.#last_mono_ms = at.mono_ms;
    let left_s = Math.min(LONGEST_GAP_S, gap_s);
    if (gap_s > left_s) countOn(plant, gap_s - left_s);
    while (left_s > 0.001) {
      const dt_s = Math.min(left_s, MAX_STEP_S);
      this.advance(plant, at, dt_s);
      left_s -= dt_s;
    }
  }

  /** One step of plant and loops, at most 10 s. */
  advance(plant: Plant, at: Around, dt_s: number): void {
    const { state } = plant;
    const now_c = sensed(state, 'outdoor_c', state.sensed.outdoor_c);
    if (now_c !== undefined) {
      const { outdoor_c = now_c } = this.state;
      this.state.outdoor_c = outdoor_c + (now_c - outdoor_c) * (1 - Math.exp(-dt_s / OUTDOOR_S));
    }
    this.#frost = plant.circuits
      .filter(({ design }) => {
        const return_c = state.circuits[design.id]?.sensed_return_c;
        const path = `circuits.${design.id}.return_c`;
        const seen_c = return_c === undefined ? undefined : sensed(state, path, return_c);
        return design.kind !== 'dhw' && freezing(now_c, seen_c);
      })
      .map(({ design }) => design.id);
    this.#faults = state.faults;
    this.#targets = targetsOf(this.#design.rules, at.commands, {
      outdoor_c: now_c === undefined ? undefined : this.state.outdoor_c,
      frost: this.#frost,
      curve_shift_k: faultSize(state.faults, 'wrong_curve'),
    });
    stepPlant(plant, this.#controls(this.#targets, dt_s), { environment: at.environment, dt_s });
  }

  #controls(targets: Targets, dt_s: number): PlantControls {
    const circuits: Record<string, PlantControls['circuits'][string]> = {};
    for (const [id, target] of Object.entries(targets.circuits)) {
      const own_m3_h = this.#design.own_flow_m3_h[id] ?? 0;
      const flow_m3_h = target.flow_m3_h ?? own_m3_h;
      const wanted = { supply_c: target.supply_c, flow_m3_h };
      const was = this.state.circuits[id] ?? { supply_set_c: target.supply_c, flow_set_m3_h: flow_m3_h };
      const now = approach(was, wanted, {
        supply_k_per_min: this.#design.ramp_k_per_min[id] ?? 1,
        flow_m3_h_per_min: FLOW_SHARE_PER_MIN * own_m3_h,
        dt_s,
      });
      this.state.circuits[id] = now;
      circuits[id] = {
        supply_set_c: now.supply_set_c,
        ...(target.dp_kpa === undefined
          ? { flow_set_m3_h: now.flow_set_m3_h }
          : { dp_set_kpa: target.dp_kpa }),
        duty: duty(id, target, this.#faults),
        valve_closed: target.valve_closed,
      };
    }
    return { circuits, primary: targets.primary };
  }

  /** What the loops hold, for samples. */
  setpoints(): Record<string, LoopSetpoints> {
    const found: Record<string, LoopSetpoints> = {};
    for (const [id, target] of Object.entries(this.#targets?.circuits ?? {})) {
      const now = this.state.circuits[id];
      if (!now) continue;
      found[id] = {
        supply_set_c: now.supply_set_c,
        ...(target.dp_kpa === undefined
          ? { flow_set_m3_h: now.flow_set_m3_h }
          : { dp_set_kpa: target.dp_kpa }),
        follows: target.follows,
        duty: duty(id, target, this.#faults),
      };
    }
    return found;
  }

  /** Registers that the loops work to; setpoints in force approach them at the station's ramp. Read when awaited. */
  readback(commands: CommandState): Readback {
    if (commands.awaited.length === 0) return NOTHING_READ;
    const circuits: Record<string, Values> = {};
    const stopped: Record<string, boolean> = {};
    for (const [id, target] of Object.entries(this.#targets?.circuits ?? {})) {
      const { supply_c, flow_m3_h, dp_kpa } = target;
      circuits[id] = {
        supply_c,
        ...(flow_m3_h === undefined ? {} : { flow_m3_h }),
        ...(dp_kpa === undefined ? {} : { dp_kpa }),
      };
      for (const pump of ['a', 'b'])
        stopped[`circuits.${id}.pumps.${pump}`] = duty(id, target, this.#faults) !== pump;
      stopped[`circuits.${id}.valve`] = target.valve_closed;
    }
    return { circuits, primary: this.#targets?.primary ?? {}, stopped };
  }
}

/** The pump that runs: `a`, or `b` while `a` is stopped by command or tripped; none when both are. */
function duty(id: string, target: CircuitTarget, faults: readonly Fault[]): 'a' | 'b' | undefined {
  if (target.stopped.length === 0 && faults.length === 0) return 'a';
  const able = (pump: 'a' | 'b'): boolean =>
    !target.stopped.includes(pump) && faultSize(faults, 'pump_trip', `${id}.${pump}`) === 0;
  if (able('a')) return 'a';
  return able('b') ? 'b' : undefined;
}
