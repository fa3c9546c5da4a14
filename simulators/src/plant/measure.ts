/** What the station's sensors say of its plant: the body of a sample. */
import { makeupFlow_m3_h } from './circuit.ts';
import type { Circuit } from './circuit-design.ts';
import { gaussian } from './random.ts';
import { read, rounded, sensed, SENSORS, type SensorDesign } from './sensor.ts';
import { circuitHead_kpa, type Plant } from './station-plant.ts';
import { toM3H } from './water.ts';

/** What the local loop works to, reported beside the measured values. */
export interface LoopSetpoints {
  readonly supply_set_c: number;
  readonly flow_set_m3_h?: number | undefined;
  readonly dp_set_kpa?: number | undefined;
  readonly follows: 'center' | 'curve' | 'hand';
  /** The pump that runs, if any. */
  readonly duty: 'a' | 'b' | undefined;
}

export interface MeasureOptions {
  readonly setpoints: Readonly<Record<string, LoopSetpoints>>;
  /** Whether the heat meter speaks in this sample. */
  readonly metered: boolean;
}

type Numbers = Record<string, number | null>;

export interface Measured {
  readonly primary: Numbers;
  readonly circuits: Record<string, Record<string, unknown>>;
  readonly outdoor_c: number | null;
  readonly tank_pct: number | null;
  readonly electricity_kwh: number;
  readonly rooms?: Record<string, { air_c: number | null }>;
}

/** Reads a sensor with its faults: null when it is dead. */
function shown(plant: Plant, point: string, at: { value: number; sensor: SensorDesign }): number | null {
  const value = sensed(plant.state, point, at.value);
  return value === undefined ? null : read(value, at.sensor, plant.state.random);
}

/** Flow meters err by a share of the value. */
function flow(plant: Plant, point: string, value_m3_h: number): number | null {
  const value = sensed(plant.state, point, value_m3_h);
  if (value === undefined) return null;
  const { noise, resolution } = SENSORS.flow;
  return rounded(Math.max(0, value * (1 + noise * gaussian(plant.state.random))), resolution);
}

function measureCircuit(plant: Plant, circuit: Circuit, setpoints: LoopSetpoints): Record<string, unknown> {
  const path = `circuits.${circuit.design.id}`;
  const own = plant.state.circuits[circuit.design.id];
  if (!own) return {};
  const temperature = (point: string, value: number): number | null =>
    shown(plant, `${path}.${point}`, { value, sensor: SENSORS.temperature });
  const return_kpa = shown(plant, `${path}.return_kpa`, {
    value: own.pressure_kpa,
    sensor: SENSORS.pressure,
  });
  const dp_kpa = rounded(circuitHead_kpa(circuit, own), 1);
  const pct = rounded(own.speed * 100, 1);
  const pump = (id: 'a' | 'b'): { running: boolean; pct: number } =>
    setpoints.duty === id ? { running: pct > 0, pct } : { running: false, pct: 0 };
  return {
    supply_c: temperature('supply_c', own.sensed_c),
    return_c: temperature('return_c', own.sensed_return_c),
    flow_m3_h: flow(plant, `${path}.flow_m3_h`, toM3H(own.flow_kg_s, own.return_c)),
    valve_pct: rounded(own.lift * 100, 1),
    supply_kpa: return_kpa === null ? null : return_kpa + dp_kpa,
    return_kpa,
    dp_kpa,
    supply_set_c: rounded(setpoints.supply_set_c, 0.1),
    ...(setpoints.flow_set_m3_h === undefined
      ? {}
      : { flow_set_m3_h: rounded(setpoints.flow_set_m3_h, 0.1) }),
    ...(setpoints.dp_set_kpa === undefined ? {} : { dp_set_kpa: rounded(setpoints.dp_set_kpa, 1) }),
    follows: setpoints.follows,
    pumps: { a: pump('a'), b: pump('b') },
    makeup_m3_h: own.makeup_running ? rounded(makeupFlow_m3_h(circuit), 0.01) : 0,
    makeup_m3: rounded(own.makeup_m3, 0.1),
  };
}

function measurePrimary(plant: Plant, metered: boolean): Numbers {
  const { state } = plant;
  const temperature = (point: string, value: number): number | null =>
    shown(plant, `primary.${point}`, { value, sensor: SENSORS.temperature });
  const pressure = (point: string, value: number): number | null =>
    shown(plant, `primary.${point}`, { value, sensor: SENSORS.pressure });
  const body: Numbers = {
    supply_c: temperature('supply_c', state.sensed.primary_c),
    return_c: temperature('return_c', state.sensed.primary_out_c),
    supply_kpa: pressure('supply_kpa', state.primary_kpa),
    return_kpa: pressure('return_kpa', state.primary_return_kpa),
  };
  if (!metered) return body;
  body.flow_m3_h = flow(plant, 'primary.flow_m3_h', state.primary_flow_m3_h);
  const power_kw = sensed(state, 'primary.power_kw', state.power_kw);
  body.power_kw = power_kw === undefined ? null : rounded(power_kw * (1 + 0.003 * gaussian(state.random)), 1);
  body.energy_kwh = Math.floor(state.energy_kwh);
  body.volume_m3 = rounded(state.volume_m3, 0.1);
  return body;
}

/** Reads every sensor once. Draws noise from the plant's generator. */
export function measure(plant: Plant, options: MeasureOptions): Measured {
  const { state } = plant;
  const circuits: Measured['circuits'] = {};
  for (const circuit of plant.circuits) {
    const setpoints = options.setpoints[circuit.design.id];
    if (setpoints) circuits[circuit.design.id] = measureCircuit(plant, circuit, setpoints);
  }
  const rooms: Record<string, { air_c: number | null }> = {};
  for (const [id, room] of Object.entries(state.rooms)) {
    rooms[id] = { air_c: shown(plant, `rooms.${id}.air_c`, { value: room.sensed_c, sensor: SENSORS.room }) };
  }
  return {
    primary: measurePrimary(plant, options.metered),
    circuits,
    outdoor_c: shown(plant, 'outdoor_c', { value: state.sensed.outdoor_c, sensor: SENSORS.outdoor }),
    tank_pct: shown(plant, 'tank_pct', { value: state.tank_pct, sensor: SENSORS.percent }),
    electricity_kwh: rounded(state.electricity_kwh, 0.1),
    ...(Object.keys(rooms).length > 0 ? { rooms } : {}),
  };
}
