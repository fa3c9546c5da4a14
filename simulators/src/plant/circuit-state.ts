/** What is known of a circuit in motion: its controls, its state and what surrounds it. */
import { settledBuilding, type BuildingState } from './building.ts';
import type { Circuit } from './circuit-design.ts';
import type { Environment } from './environment.ts';
import { uniform, type Random } from './random.ts';
import type { Instruments } from './sensor.ts';
import { tapsLift } from './taps.ts';

/** What the station's controller asks of a circuit's local loops. */
export interface CircuitControls {
  readonly supply_set_c: number;
  readonly flow_set_m3_h?: number | undefined;
  readonly dp_set_kpa?: number | undefined;
  /** The pump that shall run, if any. */
  readonly duty?: string | undefined;
  readonly valve_closed: boolean;
}

export interface CircuitState {
  exchanger_c: number;
  pipe_c: number;
  emitter_c: number;
  screed_c: number;
  return_c: number;
  building: BuildingState;
  /** What sound sensors in supply and return show. */
  sensed_c: number;
  sensed_return_c: number;
  lift: number;
  integral: number;
  /** Strokes that the valve has travelled. */
  travel: number;
  speed: number;
  /** The pump that runs. */
  duty: string | undefined;
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
  readonly instruments: Instruments;
  readonly dt_s: number;
}

/** A circuit that has been at work for days in these surroundings with rooms near their target. */
export function settledCircuit(circuit: Circuit, start: Environment, random: Random): CircuitState {
  const { design, heating, pump } = circuit;
  const { outdoor_c } = start;
  const lift = tapsLift(circuit, start) ?? 0.5;
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
    building: heating
      ? settledBuilding(heating.building, room_c, outdoor_c)
      : { air_c: 20, wall_c: 20, window: 0 },
    sensed_c: supply_c,
    sensed_return_c: return_c,
    lift,
    integral: lift,
    travel: 0,
    speed: pump.nominal_speed,
    duty: 'a',
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
