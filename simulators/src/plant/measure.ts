/** What the station's sensors say of its plant: the body of a sample. */
import { makeupFlow_m3_h } from './circuit.ts';
import type { Circuit } from './circuit-design.ts';
import { gaussian, type Random } from './random.ts';
import { read, rounded, SENSORS } from './sensor.ts';
import { circuitHead_kpa, type Plant } from './station-plant.ts';
import { toM3H } from './water.ts';

/** What the local loop works to, reported beside the measured values. */
export interface LoopSetpoints {
  readonly supply_set_c: number;
  readonly flow_set_m3_h?: number | undefined;
  readonly dp_set_kpa?: number | undefined;
  readonly follows: 'center' | 'curve' | 'hand';
  readonly duty: 'a' | 'b';
}

export interface MeasureOptions {
  readonly setpoints: Readonly<Record<string, LoopSetpoints>>;
  /** Whether the heat meter speaks in this sample. */
  readonly metered: boolean;
}

type Numbers = Record<string, number>;

export interface Measured {
  readonly primary: Numbers;
  readonly circuits: Record<string, Record<string, unknown>>;
  readonly outdoor_c: number;
  readonly tank_pct: number;
  readonly electricity_kwh: number;
  readonly rooms?: Record<string, { air_c: number }>;
}

/** Flow meters err by a share of the value. */
const flow = (value_m3_h: number, random: Random): number =>
  rounded(Math.max(0, value_m3_h * (1 + 0.003 * gaussian(random))), 0.1);

function measureCircuit(plant: Plant, circuit: Circuit, setpoints: LoopSetpoints): Record<string, unknown> {
  const { random, circuits } = plant.state;
  const own = circuits[circuit.design.id];
  if (!own) return {};
  const return_kpa = read(own.pressure_kpa, SENSORS.pressure, random);
  const dp_kpa = rounded(circuitHead_kpa(circuit, own), 1);
  const pct = rounded(own.speed * 100, 1);
  const idle = setpoints.duty === 'a' ? 'b' : 'a';
  return {
    supply_c: read(own.sensed_c, SENSORS.temperature, random),
    return_c: read(own.return_c, SENSORS.temperature, random),
    flow_m3_h: flow(toM3H(own.flow_kg_s, own.return_c), random),
    valve_pct: rounded(own.lift * 100, 1),
    supply_kpa: return_kpa + dp_kpa,
    return_kpa,
    dp_kpa,
    supply_set_c: rounded(setpoints.supply_set_c, 0.1),
    ...(setpoints.flow_set_m3_h === undefined
      ? {}
      : { flow_set_m3_h: rounded(setpoints.flow_set_m3_h, 0.1) }),
    ...(setpoints.dp_set_kpa === undefined ? {} : { dp_set_kpa: rounded(setpoints.dp_set_kpa, 1) }),
    follows: setpoints.follows,
    pumps: { [setpoints.duty]: { running: pct > 0, pct }, [idle]: { running: false, pct: 0 } },
    makeup_m3_h: own.makeup_running ? rounded(makeupFlow_m3_h(circuit), 0.01) : 0,
    makeup_m3: rounded(own.makeup_m3, 0.1),
  };
}

function measurePrimary(plant: Plant, metered: boolean): Numbers {
  const { state } = plant;
  const { random } = state;
  return {
    supply_c: read(state.primary_c, SENSORS.temperature, random),
    return_c: read(state.primary_out_c, SENSORS.temperature, random),
    supply_kpa: read(state.primary_kpa, SENSORS.pressure, random),
    return_kpa: read(state.primary_return_kpa, SENSORS.pressure, random),
    ...(metered
      ? {
          flow_m3_h: flow(state.primary_flow_m3_h, random),
          power_kw: rounded(state.power_kw * (1 + 0.003 * gaussian(random)), 1),
          energy_kwh: Math.floor(state.energy_kwh),
          volume_m3: rounded(state.volume_m3, 0.1),
        }
      : {}),
  };
}

/** Reads every sensor once. Draws noise from the plant's generator. */
export function measure(plant: Plant, options: MeasureOptions): Measured {
  const { state } = plant;
  const circuits: Measured['circuits'] = {};
  for (const circuit of plant.circuits) {
    const setpoints = options.setpoints[circuit.design.id];
    if (setpoints) circuits[circuit.design.id] = measureCircuit(plant, circuit, setpoints);
  }
  const rooms: Record<string, { air_c: number }> = {};
  for (const [id, room] of Object.entries(state.rooms)) {
    const mean_c = state.circuits[room.circuit]?.building.air_c;
    if (mean_c !== undefined) {
      rooms[id] = { air_c: read(mean_c + room.offset_k + room.habit_k, SENSORS.room, state.random) };
    }
  }
  return {
    primary: measurePrimary(plant, options.metered),
    circuits,
    outdoor_c: read(state.outdoor_c, SENSORS.outdoor, state.random),
    tank_pct: read(state.tank_pct, SENSORS.percent, state.random),
    electricity_kwh: rounded(state.electricity_kwh, 0.1),
    ...(Object.keys(rooms).length > 0 ? { rooms } : {}),
  };
}
