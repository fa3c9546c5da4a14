/**
 * What control needs of a station in every cycle and what changes with its settings or with a new point only, found once:
 * looking it up by name for ten thousand circuits costs more than what is done with it.
 */
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName, type StationConfig } from '../config.ts';
import { fitValue, type PointValue, type StationImage } from '../image.ts';
import { localAt, type SiteClock } from '../network/clock.ts';
import type { RatioLimits } from '../physics/regulation.ts';
import { curveBasis, type CurveBasis } from '../physics/weather-curve.ts';
import { designFlowOf, pointIds, type Inputs } from './circuit.ts';
import type { StationOutdoor } from './decide.ts';
import { flowRatios } from './protections.ts';
import { quantitiesOf, type Quantities } from './quantity.ts';

/** Undefined until the point was measured for the first time. */
type Sensor = PointValue | undefined;

export interface CircuitSensors {
  readonly circuit: CircuitConfig;
  readonly design_flow_m3_h: number | undefined;
  /** Undefined for hot water and without a usable design. */
  readonly basis: CurveBasis | undefined;
  readonly ratios: RatioLimits;
  readonly quantities: Quantities;
  readonly return_c: Sensor;
  readonly follows: Sensor;
  readonly valve_pct: Sensor;
  /** Setpoint in force and measured value of each quantity. */
  readonly set: Readonly<Record<SetpointName, Sensor>>;
  readonly is: Readonly<Record<SetpointName, Sensor>>;
}

export interface Sensors {
  readonly outdoor_c: Sensor;
  readonly primary_return_c: Sensor;
  readonly primary_power_kw: Sensor;
  readonly primary_flow_m3_h: Sensor;
  /** In the order of the settings. */
  readonly circuits: readonly CircuitSensors[];
}

interface Found {
  readonly sensors: Sensors;
  readonly config: StationConfig;
  /** Points that the image had: values change in place, so only a new point asks for another look. */
  readonly points: number;
}

const found = new WeakMap<StationImage, Found>();

/** The sensors of a station as its image is now. */
export function sensorsOf(config: StationConfig, image: StationImage): Sensors {
  const known = found.get(image);
  if (known && known.config === config && known.points === image.points.size) return known.sensors;
  const sensors = findSensors(config, image);
  found.set(image, { sensors, config, points: image.points.size });
  return sensors;
}

function findSensors(config: StationConfig, { points }: StationImage): Sensors {
  return {
    outdoor_c: points.get('outdoor_c'),
    primary_return_c: points.get('primary.return_c'),
    primary_power_kw: points.get('primary.power_kw'),
    primary_flow_m3_h: points.get('primary.flow_m3_h'),
    circuits: config.circuits.map((circuit): CircuitSensors => {
      const ids = pointIds(circuit);
      const design_flow_m3_h = designFlowOf(config, circuit);
      return {
        circuit,
        design_flow_m3_h,
        basis: curveBasis(circuit),
        ratios: flowRatios(circuit, design_flow_m3_h),
        quantities: quantitiesOf(circuit, design_flow_m3_h),
        return_c: points.get(ids.return_c),
        follows: points.get(ids.follows),
        valve_pct: points.get(ids.valve_pct),
        set: bySetpoint((name) => points.get(ids[name].set)),
        is: bySetpoint((name) => points.get(ids[name].is)),
      };
    }),
  };
}

/** What control reads of a station as a whole; that of each circuit comes as it is decided. */
export function stationInputs(
  { config, now }: { readonly config: StationConfig; readonly now: number },
  sensors: Sensors,
  given: { readonly outdoor: StationOutdoor; readonly clock: SiteClock | undefined },
): Inputs {
  const { outdoor, clock } = given;
  const { default: period_s, meter: meter_s } = config.every_s;
  return {
    outdoor_filtered_c: outdoor.filtered_c,
    outdoor_c: outdoor.own_c,
    primary_return_c: fitValue(sensors.primary_return_c, now, period_s),
    primary_power_kw: fitValue(sensors.primary_power_kw, now, meter_s),
    primary_flow_m3_h: fitValue(sensors.primary_flow_m3_h, now, meter_s),
    local_minute: clock && localAt(clock, now).minute,
    circuit_return_c: undefined,
  };
}

function bySetpoint(of: (name: SetpointName) => Sensor): Record<SetpointName, Sensor> {
  const [supply_c, flow_m3_h, dp_kpa] = SETPOINT_NAMES;
  return { supply_c: of(supply_c), flow_m3_h: of(flow_m3_h), dp_kpa: of(dp_kpa) };
}
