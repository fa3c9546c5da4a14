/** One secondary circuit in motion. All heat flows are explicit, so what enters is stored or lost, exactly. */
import { settledBuilding, stepBuilding, type BuildingState } from './building.ts';
import { COLD_WATER_C, type Circuit } from './circuit-design.ts';
import { emitted_kw } from './emitter.ts';
import { exchangerHeat_kw } from './exchanger.ts';
import { pumpFlow_m3_h, pumpSpeed } from './pump.ts';
import { uniform, wander, type Random } from './random.ts';
import { lagged } from './sensor.ts';
import { loopStep, moved, valveFlow_m3_h } from './valve.ts';
import { toKgS, WATER_KJ_KG_K } from './water.ts';

/** What the station's controller asks of a circuit's local loops. */
export interface CircuitControls {
  readonly supply_set_c: number;
  readonly flow_set_m3_h?: number | undefined;
  readonly dp_set_kpa?: number | undefined;
  readonly pump_running: boolean;
  readonly valve_closed: boolean;
}

export interface CircuitState {
  exchanger_c: number;
  pipe_c: number;
  emitter_c: number;
  screed_c: number;
  return_c: number;
  building: BuildingState;
  /** What the supply sensor shows. */
  sensed_c: number;
  lift: number;
  integral: number;
  speed: number;
  /** Restless part of the draw of hot water. */
  draw: number;
  pressure_kpa: number;
  makeup_running: boolean;
  makeup_m3: number;
  /** Results of the last step. */
  flow_kg_s: number;
  primary_kg_s: number;
  primary_out_c: number;
  heat_kw: number;
  /** Heat that left to outdoors and ground less gains, kW. */
  lost_kw: number;
}

export interface CircuitInput {
  readonly controls: CircuitControls;
  readonly primary_c: number;
  readonly primary_dp_kpa: number;
  readonly outdoor_c: number;
  readonly sun: number;
  readonly hour: number;
  /** Highest valve lift that the station's limiters allow, 0–1. */
  readonly ceiling: number;
  readonly dt_s: number;
}

const GROUND_C = 5;
const CELLAR_C = 20;
const SENSOR_LAG_S = 9;
/** Below this share of nominal flow the valve is kept closed, or the exchanger would boil. */
const MIN_FLOW_SHARE = 0.08;

/** A circuit that has been at work for days at this outdoor temperature with rooms near their target. */
export function settledCircuit(circuit: Circuit, outdoor_c: number, random: Random): CircuitState {
  const { design, heating, pump } = circuit;
  const load = Math.min(
    1,
    Math.max(0.05, (design.room_c + 2 - outdoor_c) / (design.room_c - design.outdoor_c)),
  );
  const return_c = heating
    ? design.room_c + (design.return_c - design.room_c) * load ** 0.85
    : design.return_c;
  const supply_c = heating ? return_c + (design.supply_c - design.return_c) * load : design.supply_c;
  const room_c = design.room_c + 2;
  return {
    exchanger_c: supply_c,
    pipe_c: supply_c,
    emitter_c: return_c,
    screed_c: (supply_c + return_c) / 2 - 0.35 * ((supply_c + return_c) / 2 - room_c),
    return_c,
    building: heating ? settledBuilding(heating.building, room_c, outdoor_c) : { air_c: 20, wall_c: 20 },
    sensed_c: supply_c,
    lift: 0.5,
    integral: 0.5,
    speed: pump.nominal_speed,
    draw: 0,
    pressure_kpa: design.static_kpa - 10 * uniform(random),
    makeup_running: false,
    makeup_m3: Math.round(200 + 1800 * uniform(random)),
    flow_kg_s: circuit.exchanger.secondary_kg_s,
    primary_kg_s: 0,
    primary_out_c: return_c + 3,
    heat_kw: 0,
    lost_kw: 0,
  };
}

/** Share of the peak that taps draw at an hour: before work and after it. */
function drawProfile(hour: number): number {
  const bump = (peak: number, width: number): number => Math.exp(-(((hour - peak) / width) ** 2));
  return 0.06 + 0.55 * bump(7, 1.1) + 0.18 * bump(12.3, 1.2) + 0.75 * bump(20.4, 1.7);
}

/** Heating behind the pipe: emitters, screed, rooms. Sets the emitter's outlet and the losses. */
function stepHeating(circuit: Circuit, state: CircuitState, input: CircuitInput): void {
  const { heating } = circuit;
  if (!heating) return;
  const { emitter, building } = heating;
  const { dt_s } = input;
  const carried = state.flow_kg_s * WATER_KJ_KG_K;
  const mean_c = (state.pipe_c + state.emitter_c) / 2;
  const screed = emitter.screed_kj_k > 0;
  const surface_c = screed ? state.screed_c : mean_c;
  const to_room_kw = emitted_kw(emitter, surface_c, state.building.air_c);
  const from_water_kw = screed ? emitter.screed_kw_k * (mean_c - state.screed_c) : to_room_kw;
  state.emitter_c +=
    ((carried * (state.pipe_c - state.emitter_c) - from_water_kw) * dt_s) / emitter.water_kj_k;
  if (screed) state.screed_c += ((from_water_kw - to_room_kw) * dt_s) / emitter.screed_kj_k;
  state.lost_kw += stepBuilding(building, state.building, { ...input, heat_kw: to_room_kw });
}

/** Taps and circulation line. Returns the temperature that enters the exchanger. */
function stepTaps(
  circuit: Circuit,
  state: CircuitState,
  at: { input: CircuitInput; random: Random },
): number {
  const { taps, pump } = circuit;
  if (!taps) return state.return_c;
  const { dt_s, hour } = at.input;
  state.draw = wander(state.draw, { tau_s: 90, sigma: 0.15, dt_s }, at.random);
  const draw_kg_s = taps.peak_kg_s * Math.max(0, drawProfile(hour) * (1 + state.draw));
  const loop_kg_s = toKgS(pumpFlow_m3_h(pump, state.speed), state.return_c);
  state.flow_kg_s = draw_kg_s + loop_kg_s;
  const loss_kw = taps.loop_kw_k * (state.return_c - CELLAR_C);
  state.return_c +=
    ((loop_kg_s * WATER_KJ_KG_K * (state.exchanger_c - state.return_c) - loss_kw) * dt_s) / taps.loop_kj_k;
  const entering_c =
    state.flow_kg_s > 0
      ? (draw_kg_s * COLD_WATER_C + loop_kg_s * state.return_c) / state.flow_kg_s
      : state.return_c;
  state.lost_kw += loss_kw + draw_kg_s * WATER_KJ_KG_K * (state.exchanger_c - COLD_WATER_C);
  return entering_c;
}

/** Leaks lower the pressure; a make-up pump with a dead band of 20 kPa restores it. Returns m³ taken from the tank. */
function stepMakeup(circuit: Circuit, state: CircuitState, dt_s: number): number {
  const { static_kpa, leak_m3_h } = circuit.design;
  const vessel_m3_per_kpa = (circuit.heat_kw * 0.012) / 1000 + 1e-5;
  if (state.pressure_kpa < static_kpa - 20) state.makeup_running = true;
  if (state.pressure_kpa > static_kpa) state.makeup_running = false;
  const added_m3 = ((state.makeup_running ? makeupFlow_m3_h(circuit) : 0) * dt_s) / 3600;
  state.pressure_kpa += (added_m3 - (leak_m3_h * dt_s) / 3600) / vessel_m3_per_kpa;
  state.makeup_m3 += added_m3;
  return added_m3;
}

/** What the make-up pump gives while it runs, m³/h. */
export const makeupFlow_m3_h = (circuit: Circuit): number => 0.3 + 8 * circuit.design.leak_m3_h;

function stepLoops(circuit: Circuit, state: CircuitState, input: CircuitInput): void {
  const { controls, dt_s } = input;
  const wish = {
    running: controls.pump_running,
    flow_m3_h: controls.flow_set_m3_h,
    dp_kpa: controls.dp_set_kpa,
  };
  state.speed = pumpSpeed(circuit.pump, state.speed, { wish, dt_s });
  const starved = state.flow_kg_s < MIN_FLOW_SHARE * circuit.exchanger.secondary_kg_s;
  const ceiling = controls.valve_closed || starved ? 0 : input.ceiling;
  state.sensed_c = lagged(state.sensed_c, state.exchanger_c, 1 - Math.exp(-dt_s / SENSOR_LAG_S));
  const error_k = controls.supply_set_c - state.sensed_c;
  const { integral, lift } = loopStep(state.integral, { error_k, ceiling, dt_s }, circuit.tuning);
  state.integral = integral;
  state.lift = moved(state.lift, lift, dt_s / circuit.valve.stroke_s);
}

/**
 * One step of at most 10 s (explicit Euler; the fastest node is 25 s). Changes `state`; returns the make-up water
 * taken from the tank, m³.
 */
export function stepCircuit(
  circuit: Circuit,
  state: CircuitState,
  at: { input: CircuitInput; random: Random },
): number {
  const { input } = at;
  const { dt_s } = input;
  stepLoops(circuit, state, input);
  state.lost_kw = 0;
  if (circuit.heating) state.flow_kg_s = toKgS(pumpFlow_m3_h(circuit.pump, state.speed), state.return_c);
  const entering_c = circuit.taps ? stepTaps(circuit, state, at) : state.return_c;
  const carried = state.flow_kg_s * WATER_KJ_KG_K;
  state.primary_kg_s = toKgS(
    valveFlow_m3_h(circuit.valve, state.lift, input.primary_dp_kpa),
    state.primary_out_c,
  );
  state.heat_kw = exchangerHeat_kw(circuit.exchanger, {
    primary_kg_s: state.primary_kg_s,
    primary_in_c: input.primary_c,
    secondary_kg_s: state.flow_kg_s,
    secondary_in_c: entering_c,
  });
  if (state.primary_kg_s > 1e-6) {
    state.primary_out_c = input.primary_c - state.heat_kw / (state.primary_kg_s * WATER_KJ_KG_K);
  }
  const before_c = state.exchanger_c;
  state.exchanger_c += ((carried * (entering_c - before_c) + state.heat_kw) * dt_s) / circuit.exchanger_kj_k;
  if (circuit.heating) stepPipes(circuit, state, { before_c, input });
  return stepMakeup(circuit, state, dt_s);
}

/** Supply pipe, emitters and return pipe, each with the temperatures from before the step, so that heat is conserved. */
function stepPipes(
  circuit: Circuit,
  state: CircuitState,
  at: { before_c: number; input: CircuitInput },
): void {
  const { dt_s } = at.input;
  const carried = state.flow_kg_s * WATER_KJ_KG_K;
  const ground_kw = circuit.pipe_kw_k * (state.pipe_c - GROUND_C);
  const pipe_k = ((carried * (at.before_c - state.pipe_c) - ground_kw) * dt_s) / circuit.pipe_kj_k;
  const return_k = (carried * (state.emitter_c - state.return_c) * dt_s) / circuit.pipe_kj_k;
  state.lost_kw += ground_kw;
  stepHeating(circuit, state, at.input);
  state.pipe_c += pipe_k;
  state.return_c += return_k;
}

/** Heat held by the circuit and its buildings above 0 °C, kJ. */
export function stored_kj(circuit: Circuit, state: CircuitState): number {
  const own = circuit.exchanger_kj_k * state.exchanger_c;
  if (circuit.taps) return own + circuit.taps.loop_kj_k * state.return_c;
  if (!circuit.heating) return own;
  const { emitter, building } = circuit.heating;
  return (
    own +
    circuit.pipe_kj_k * (state.pipe_c + state.return_c) +
    emitter.water_kj_k * state.emitter_c +
    emitter.screed_kj_k * state.screed_c +
    building.air_kj_k * state.building.air_c +
    building.wall_kj_k * state.building.wall_c
  );
}
