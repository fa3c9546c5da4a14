/** A switching station: circuits on one primary connection, heat meter, tank, electricity, sample rooms. */
import { primaryConductance, stepCircuit } from './circuit.ts';
import { circuitOf, type Circuit, type CircuitDesign } from './circuit-design.ts';
import { settledCircuit, type CircuitControls, type CircuitState } from './circuit-state.ts';
import type { Environment } from './environment.ts';
import { faultSize, renewed, type Fault, type FaultWish } from './faults.ts';
import { pumpHead_kpa, pumpPower_kw } from './pump.ts';
import { between, randomFrom, type Random } from './random.ts';
import { stepCeiling, stepSensors, stepSource, stepTank } from './station-parts.ts';
import { toM3H, WATER_KJ_KG_K } from './water.ts';

export interface PlantDesign {
  readonly id: string;
  readonly circuits: readonly CircuitDesign[];
  /** Offset of the place from the city's outdoor temperature, K. */
  readonly outdoor_offset_k: number;
  /** Ids of sample flats by circuit; none for hot water. */
  readonly rooms: Readonly<Record<string, readonly string[]>>;
}

export interface RoomState {
  /** Steady difference from the building's mean (floor, side, end of a riser), K. */
  readonly offset_k: number;
  /** What people do, K. */
  habit_k: number;
  /** What a sound sensor shows, °C. */
  sensed_c: number;
}

/** Everything that moves; plain data, so that it can be saved as JSON. */
export interface PlantState {
  random: Random;
  /** Seconds that this plant has run. */
  time_s: number;
  faults: Fault[];
  stuck: Record<string, number>;
  circuits: Record<string, CircuitState>;
  rooms: Record<string, RoomState & { circuit: string }>;
  primary_c: number;
  primary_kpa: number;
  primary_return_kpa: number;
  primary_kg_s: number;
  primary_flow_m3_h: number;
  primary_out_c: number;
  /** What sound sensors show, °C. */
  sensed: { primary_c: number; primary_out_c: number; outdoor_c: number };
  power_kw: number;
  /** Absent in states saved by earlier versions. */
  electric_kw?: number;
  energy_kwh: number;
  volume_m3: number;
  electricity_kwh: number;
  tank_pct: number;
  tank_filling: boolean;
  outdoor_c: number;
  /** Whether a heat source's burners are out. */
  tripped: boolean;
  /** Limiter of the primary side: highest valve lift, 0–1. */
  ceiling: number;
}

export interface Plant {
  readonly design: PlantDesign;
  readonly circuits: readonly Circuit[];
  readonly state: PlantState;
}

/** Limits of the primary side in force; absent = none. */
export interface PrimaryControls {
  readonly flow_max_m3_h?: number | undefined;
  readonly power_max_kw?: number | undefined;
  readonly return_max_c?: number | undefined;
}

export interface PlantControls {
  readonly circuits: Readonly<Record<string, CircuitControls>>;
  readonly primary: PrimaryControls;
}

/** Lights, controller, ventilation, kW. */
const BASE_KW = 1.2;
/** Longest step for which the explicit scheme is stable, s. */
export const MAX_STEP_S = 10;

const design_room_c = (design: PlantDesign, circuit: string): number =>
  design.circuits.find(({ id }) => id === circuit)?.room_c ?? 18;

function freshRooms(design: PlantDesign, random: Random): PlantState['rooms'] {
  const rooms: PlantState['rooms'] = {};
  for (const [circuit, ids] of Object.entries(design.rooms)) {
    for (const id of ids)
      rooms[id] = {
        circuit,
        offset_k: between(random, -0.9, 0.9),
        habit_k: 0,
        sensed_c: design_room_c(design, circuit),
      };
  }
  return rooms;
}

/** A plant near balance with its surroundings; give a saved state to continue from it. */
export function plantOf(design: PlantDesign, start: Environment | PlantState): Plant {
  const circuits = design.circuits.map(circuitOf);
  if ('energy_kwh' in start) return { design, circuits, state: start };
  const random = randomFrom(design.id);
  const outdoor_c = start.outdoor_c + design.outdoor_offset_k;
  const yearly_kwh = circuits.reduce((sum, { heat_kw }) => sum + heat_kw * 1400, 0);
  const energy_kwh = Math.round(yearly_kwh * between(random, 2, 8));
  const state: PlantState = {
    random,
    time_s: 0,
    faults: [],
    stuck: {},
    circuits: Object.fromEntries(
      circuits.map((circuit) => [
        circuit.design.id,
        settledCircuit(circuit, { ...start, outdoor_c }, random),
      ]),
    ),
    rooms: freshRooms(design, random),
    primary_c: start.supply_c,
    primary_kpa: start.supply_kpa,
    primary_return_kpa: start.return_kpa,
    primary_kg_s: 0,
    primary_flow_m3_h: 0,
    primary_out_c: 50,
    sensed: { primary_c: start.supply_c, primary_out_c: 50, outdoor_c },
    power_kw: 0,
    energy_kwh,
    volume_m3: Math.round(energy_kwh / 52),
    electricity_kwh: Math.round(energy_kwh * 0.012),
    tank_pct: between(random, 55, 85),
    tank_filling: false,
    outdoor_c,
    tripped: false,
    ceiling: 1,
  };
  return { design, circuits, state };
}

/** Kilograms a second at 1 kPa through a bypass, where one is open. */
function bypassConductance(plant: Plant): number {
  const share = faultSize(plant.state.faults, 'bypass');
  if (share === 0) return 0;
  return share * plant.circuits.reduce((sum, { exchanger }) => sum + exchanger.primary_kg_s / 10, 0);
}

/** How much primary water the station lets through as its valves stand: kg/s at 1 kPa. */
export function stationConductance(plant: Plant): number {
  let sum = bypassConductance(plant);
  for (const circuit of plant.circuits) {
    const own = plant.state.circuits[circuit.design.id];
    if (own) sum += primaryConductance(circuit, own);
  }
  return sum;
}

function stepCircuits(
  plant: Plant,
  controls: PlantControls,
  at: { environment: Environment; dt_s: number },
): void {
  const { state } = plant;
  const { environment, dt_s } = at;
  const primary_dp_kpa = Math.max(0, state.primary_kpa - state.primary_return_kpa);
  const bypass_kg_s = bypassConductance(plant) * Math.sqrt(primary_dp_kpa);
  let taken_m3 = 0;
  let primary_kg_s = bypass_kg_s;
  let returned_kw = bypass_kg_s * WATER_KJ_KG_K * state.primary_c;
  let electric_kw = BASE_KW;
  state.power_kw = 0;
  for (const circuit of plant.circuits) {
    const own = state.circuits[circuit.design.id];
    const wanted = controls.circuits[circuit.design.id];
    if (!own || !wanted) continue;
    const input = {
      controls: wanted,
      primary_c: state.primary_c,
      primary_dp_kpa,
      outdoor_c: state.outdoor_c,
      sun: environment.sun,
      hour: environment.hour,
      ceiling: circuit.taps ? 1 : state.ceiling,
      instruments: state,
      dt_s,
    };
    taken_m3 += stepCircuit(circuit, own, { input, random: state.random });
    primary_kg_s += own.primary_kg_s;
    returned_kw += own.primary_kg_s * WATER_KJ_KG_K * own.primary_out_c;
    state.power_kw += own.heat_kw;
    electric_kw += pumpPower_kw(circuit.pump, toM3H(own.flow_kg_s, own.return_c));
  }
  if (primary_kg_s > 1e-6) state.primary_out_c = returned_kw / (primary_kg_s * WATER_KJ_KG_K);
  state.primary_kg_s = primary_kg_s;
  state.primary_flow_m3_h = toM3H(primary_kg_s, state.primary_out_c);
  state.electric_kw = electric_kw;
  state.electricity_kwh += (electric_kw * dt_s) / 3600;
  stepTank(state, taken_m3, dt_s);
}

/** Moves the plant by one step of at most 10 s. Changes `plant.state`. */
export function stepPlant(
  plant: Plant,
  controls: PlantControls,
  at: { environment: Environment; dt_s: number },
): void {
  const { state, design } = plant;
  const { environment, dt_s } = at;
  if (!(dt_s > 0 && dt_s <= MAX_STEP_S))
    throw new RangeError(`A plant step is 0–${MAX_STEP_S} s, not ${dt_s}.`);
  state.time_s += dt_s;
  state.outdoor_c = environment.outdoor_c + design.outdoor_offset_k;
  state.primary_c = environment.supply_c;
  state.primary_kpa = environment.supply_kpa;
  state.primary_return_kpa = environment.return_kpa;
  if (environment.produced) stepSource(state, environment.produced, dt_s);
  else {
    stepCircuits(plant, controls, at);
    stepCeiling(state, controls.primary, dt_s);
  }
  state.energy_kwh += (state.power_kw * dt_s) / 3600;
  state.volume_m3 += (state.primary_flow_m3_h * dt_s) / 3600;
  stepSensors(state, dt_s);
}

/** Meters go on counting while their station's controller stands: for `gap_s` what they last saw. */
export function countOn({ state }: Plant, gap_s: number): void {
  state.energy_kwh += (state.power_kw * gap_s) / 3600;
  state.volume_m3 += (state.primary_flow_m3_h * gap_s) / 3600;
  state.electricity_kwh += ((state.electric_kw ?? 0) * gap_s) / 3600;
}

/** Faults that shall be at work from now on; those that go on keep their beginning. */
export function setFaults(plant: Plant, wanted: readonly FaultWish[]): void {
  const { state } = plant;
  state.faults = renewed(state.faults, wanted, state.time_s);
  for (const point of Object.keys(state.stuck)) {
    if (faultSize(state.faults, 'sensor_stuck', point) === 0) delete state.stuck[point];
  }
}

/** Pressure difference that a circuit's pump makes now, kPa. */
export function circuitHead_kpa(circuit: Circuit, own: CircuitState): number {
  return pumpHead_kpa(circuit.pump, toM3H(own.flow_kg_s, own.return_c));
}
