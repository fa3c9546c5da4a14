/** One secondary circuit in motion. All heat flows are explicit, so what enters is stored or lost, exactly. */
import { stepBuilding } from './building.ts';
import type { Circuit } from './circuit-design.ts';
import type { CircuitInput, CircuitState } from './circuit-state.ts';
import { emitted_kw } from './emitter.ts';
import { exchangerHeat_kw } from './exchanger.ts';
import { faultSize } from './faults.ts';
import { pumpFlow_m3_h, pumpSpeed } from './pump.ts';
import type { Random } from './random.ts';
import { lagged, sensed, SENSORS } from './sensor.ts';
import { stepTaps } from './taps.ts';
import { loopStep, moved, valveKv_m3_h } from './valve.ts';
import { toKgS, WATER_KJ_KG_K } from './water.ts';

const GROUND_C = 5;
/** Stem friction of a sound valve and of one that hunts, share of the stroke. */
const STICTION = 0.004;
const STICKY = 0.03;
/** Hours at which a wrong time switch shuts the emitters. */
const SHUT_H = [8, 17] as const;
/** Below this share of nominal flow the valve is kept closed, or the exchanger would boil. */
const MIN_FLOW_SHARE = 0.08;

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
  const { faults } = input.instruments;
  const id = circuit.design.id;
  const by_day = input.hour >= SHUT_H[0] && input.hour < SHUT_H[1];
  const open = by_day ? 1 - faultSize(faults, 'wrong_schedule', id) : 1;
  const to_room_kw = open * emitted_kw(emitter, surface_c, state.building.air_c);
  const stolen_kw = faultSize(faults, 'unauthorised_use', id) * circuit.heat_kw * drawnShare(circuit, mean_c);
  const from_water_kw =
    stolen_kw + (screed ? open * emitter.screed_kw_k * (mean_c - state.screed_c) : to_room_kw);
  state.emitter_c +=
    ((carried * (state.pipe_c - state.emitter_c) - from_water_kw) * dt_s) / emitter.water_kj_k;
  if (screed) state.screed_c += ((from_water_kw - stolen_kw - to_room_kw) * dt_s) / emitter.screed_kj_k;
  state.lost_kw +=
    stolen_kw +
    stepBuilding(building, state.building, {
      heat_kw: to_room_kw,
      outdoor_c: input.outdoor_c,
      sun: input.sun,
      hour: input.hour,
      dt_s,
    });
}

/** A stranger's emitter gives in proportion to the excess of the water over 20 °C. */
const drawnShare = ({ design }: Circuit, mean_c: number): number =>
  Math.max(0, (mean_c - 20) / ((design.supply_c + design.return_c) / 2 - 20));

/** Leaks lower the pressure; a make-up pump with a dead band of 20 kPa restores it. Returns m³ taken from the tank. */
function stepMakeup(circuit: Circuit, state: CircuitState, input: CircuitInput): number {
  const { static_kpa, id } = circuit.design;
  const { dt_s } = input;
  const leak_m3_h = circuit.design.leak_m3_h + faultSize(input.instruments.faults, 'leak', id);
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

/** The drive: a pump that takes over starts from standstill. */
function stepPump(circuit: Circuit, state: CircuitState, input: CircuitInput): void {
  const { controls, dt_s } = input;
  if (controls.duty !== state.duty) {
    state.duty = controls.duty;
    if (controls.duty !== undefined) state.speed = 0;
  }
  const wish = {
    running: state.duty !== undefined,
    flow_m3_h: controls.flow_set_m3_h,
    dp_kpa: controls.dp_set_kpa,
  };
  state.speed = pumpSpeed(circuit.pump, state.speed, { wish, dt_s });
}

/** The valve and its loop. The loop sees what its sensor shows; without it the valve stays. */
function stepValve(circuit: Circuit, state: CircuitState, input: CircuitInput): void {
  const { controls, dt_s, instruments } = input;
  const { id } = circuit.design;
  const { faults } = instruments;
  const sensor = { dt_s, lag_s: SENSORS.temperature.lag_s };
  state.sensed_c = lagged(state.sensed_c, state.exchanger_c, sensor);
  state.sensed_return_c = lagged(state.sensed_return_c, state.return_c, sensor);
  const shown_c = sensed(instruments, `circuits.${id}.supply_c`, state.sensed_c);
  const starved = state.flow_kg_s < MIN_FLOW_SHARE * circuit.exchanger.secondary_kg_s;
  const ceiling = controls.valve_closed || starved ? 0 : input.ceiling;
  const hunting = faultSize(faults, 'valve_hunting', id);
  const tuning =
    hunting > 0
      ? { gain_per_k: circuit.tuning.gain_per_k * hunting, integral_s: circuit.tuning.integral_s / hunting }
      : circuit.tuning;
  const error_k = shown_c === undefined ? 0 : controls.supply_set_c - shown_c;
  const { integral, lift } = loopStep(state.integral, { error_k, ceiling, dt_s }, tuning);
  state.integral = integral;
  if (faultSize(faults, 'valve_stuck', id) > 0) return;
  const sticks = ceiling > 0 && Math.abs(lift - state.lift) < (hunting > 0 ? STICKY : STICTION);
  if (sticks) return;
  const before = state.lift;
  state.lift = moved(before, lift, dt_s / circuit.valve.stroke_s);
  state.travel += Math.abs(state.lift - before);
}

/** How much primary water the circuit lets through: kg/s at 1 kPa. */
export const primaryConductance = (circuit: Circuit, state: CircuitState): number =>
  toKgS(valveKv_m3_h(circuit.valve, state.lift), state.primary_out_c) / 10;

/**
 * One step of at most 10 s (explicit Euler; the fastest node is 25 s). Flow and heat are those of the valve where it
 * stood before. Changes `state`; returns the make-up water taken from the tank, m³.
 */
export function stepCircuit(
  circuit: Circuit,
  state: CircuitState,
  at: { input: CircuitInput; random: Random },
): number {
  const { input } = at;
  const { dt_s, instruments } = input;
  state.lost_kw = 0;
  state.primary_kg_s = primaryConductance(circuit, state) * Math.sqrt(Math.max(0, input.primary_dp_kpa));
  stepPump(circuit, state, input);
  if (circuit.heating) state.flow_kg_s = toKgS(pumpFlow_m3_h(circuit.pump, state.speed), state.return_c);
  const entering_c = circuit.taps ? stepTaps(circuit, state, at) : state.return_c;
  const carried = state.flow_kg_s * WATER_KJ_KG_K;
  state.heat_kw = exchangerHeat_kw(circuit.exchanger, {
    primary_kg_s: state.primary_kg_s,
    primary_in_c: input.primary_c,
    secondary_kg_s: state.flow_kg_s,
    secondary_in_c: entering_c,
    fouling: faultSize(instruments.faults, 'fouling', circuit.design.id),
  });
  if (state.primary_kg_s > 1e-6) {
    state.primary_out_c = input.primary_c - state.heat_kw / (state.primary_kg_s * WATER_KJ_KG_K);
  }
  const before_c = state.exchanger_c;
  state.exchanger_c += ((carried * (entering_c - before_c) + state.heat_kw) * dt_s) / circuit.exchanger_kj_k;
  if (circuit.heating) stepPipes(circuit, state, { before_c, input });
  stepValve(circuit, state, input);
  return stepMakeup(circuit, state, input);
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
