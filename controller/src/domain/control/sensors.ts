/**
 * What control needs of a station in every cycle and what changes with its settings or with a new point only, found once:
 * looking it up by name for ten thousand circuits costs more than what is done with it.
 */
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName, type StationConfig } from '../config.ts';
import { keepOn } from '../found.ts';
import type { StationImage } from '../image.ts';
import { freshSince, type Place, type Points } from '../points.ts';
import { localAt, type SiteClock } from '../network/clock.ts';
import type { RatioLimits } from '../physics/regulation.ts';
import { curveBasis, type CurveBasis } from '../physics/weather-curve.ts';
import { designFlowOf, heatedArea, pointIds, type Inputs } from './circuit.ts';
import type { CircuitCase, StationOutdoor } from './decide.ts';
import { flowRatios } from './protections.ts';
import { quantitiesOf, type Quantity } from './quantity.ts';

/** Air temperature of a room. */
export interface RoomSensor {
  readonly id: string;
  readonly place: Place;
}

export interface CircuitSensors {
  readonly circuit: CircuitConfig;
  /** Its own heated area, else its part of the station's. */
  readonly area_m2: number;
  readonly design_flow_m3_h: number | undefined;
  /** Undefined for hot water and without a usable design. */
  readonly basis: CurveBasis | undefined;
  readonly ratios: RatioLimits;
  readonly quantities: readonly Quantity[];
  readonly return_c: Place;
  readonly follows: Place;
  readonly valve_pct: Place;
  /** Those that the settings name, else all of the station. */
  readonly rooms: readonly RoomSensor[];
  /** Setpoint in force and measured value of each quantity. */
  readonly set: Readonly<Record<SetpointName, Place>>;
  readonly is: Readonly<Record<SetpointName, Place>>;
}

export interface Sensors {
  readonly outdoor_c: Place;
  readonly primary_supply_c: Place;
  readonly primary_return_c: Place;
  readonly primary_power_kw: Place;
  readonly primary_energy_kwh: Place;
  readonly primary_flow_m3_h: Place;
  /** In the order of the settings. */
  readonly circuits: readonly CircuitSensors[];
}

interface Found {
  readonly sensors: Sensors;
  readonly config: StationConfig;
  /** Points that the image had: values change in place, so only a new point asks for another look. */
  readonly points: number;
}

const FOUND: unique symbol = Symbol('sensors');
type Owner = StationImage & { [FOUND]?: Found };

/** The sensors of a station as its image is now. */
export function sensorsOf(config: StationConfig, image: StationImage): Sensors {
  const owner: Owner = image;
  const known = owner[FOUND];
  if (known && known.config === config && known.points === image.points.size) return known.sensors;
  const sensors = findSensors(config, image);
  keepOn(owner, FOUND, { sensors, config, points: image.points.size });
  return sensors;
}

const ROOM = /^rooms\.(?<id>.+)\.air_c$/v;

export function roomSensors(points: Points, ids: readonly string[] | undefined): RoomSensor[] {
  const named = ids ?? [...points.keys()].flatMap((point) => ROOM.exec(point)?.groups?.id ?? []);
  return named.map((id) => ({ id, place: points.place(`rooms.${id}.air_c`) }));
}

function findSensors(config: StationConfig, { points }: StationImage): Sensors {
  return {
    outdoor_c: points.place('outdoor_c'),
    primary_supply_c: points.place('primary.supply_c'),
    primary_return_c: points.place('primary.return_c'),
    primary_power_kw: points.place('primary.power_kw'),
    primary_energy_kwh: points.place('primary.energy_kwh'),
    primary_flow_m3_h: points.place('primary.flow_m3_h'),
    circuits: config.circuits.map((circuit): CircuitSensors => {
      const ids = pointIds(circuit);
      const design_flow_m3_h = designFlowOf(config, circuit);
      return {
        circuit,
        area_m2: heatedArea(config, circuit),
        design_flow_m3_h,
        basis: curveBasis(circuit),
        ratios: flowRatios(circuit, design_flow_m3_h),
        quantities: quantitiesOf(circuit, design_flow_m3_h),
        return_c: points.place(ids.return_c),
        follows: points.place(ids.follows),
        valve_pct: points.place(ids.valve_pct),
        rooms: roomSensors(points, circuit.room_feedback?.rooms),
        set: bySetpoint((name) => points.place(ids[name].set)),
        is: bySetpoint((name) => points.place(ids[name].is)),
      };
    }),
  };
}

/** What control reads of a station as a whole; that of each circuit comes as it is decided. */
export function stationInputs(
  { config, image, now }: Pick<CircuitCase['station'], 'config' | 'image' | 'now'>,
  sensors: Sensors,
  given: { readonly outdoor: StationOutdoor; readonly clock: SiteClock | undefined },
): Inputs {
  const { outdoor, clock } = given;
  const { points } = image;
  const since = freshSince(now, config.every_s.default);
  const meter_since = freshSince(now, config.every_s.meter);
  return {
    outdoor_filtered_c: outdoor.filtered_c,
    outdoor_c: outdoor.own_c,
    primary_return_c: points.fit(sensors.primary_return_c, since),
    primary_power_kw: points.fit(sensors.primary_power_kw, meter_since),
    primary_flow_m3_h: points.fit(sensors.primary_flow_m3_h, meter_since),
    local_minute: clock && localAt(clock, now).minute,
    circuit_return_c: undefined,
  };
}

function bySetpoint(of: (name: SetpointName) => Place): Record<SetpointName, Place> {
  const [supply_c, flow_m3_h, dp_kpa] = SETPOINT_NAMES;
  return { supply_c: of(supply_c), flow_m3_h: of(flow_m3_h), dp_kpa: of(dp_kpa) };
}
