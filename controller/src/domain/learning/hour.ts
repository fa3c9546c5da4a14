/** What a minute shows of a station, and the means of an hour: the grain from which everything is learned. */
import type { CircuitConfig, StationConfig } from '../config.ts';
import { roomSensors, sensorsOf, type CircuitSensors, type RoomSensor } from '../control/sensors.ts';
import type { StationImage } from '../image.ts';
import { median } from '../network/outdoor.ts';
import { HEAT_COEFFICIENT_KWH_M3_K } from '../physics/flow.ts';
import { freshSince, type Place } from '../points.ts';
import type { NetworkTarget } from '../state.ts';

export const HOUR_MS = 3_600_000;
/** An hour with fewer looks (of 60) says nothing. */
const LEAST_LOOKS = 30;
/** A room that reads the same for so long (ms) has a dead sensor. */
const DEAD_AFTER_MS = 24 * HOUR_MS;
/** Air temperatures that a lived-in flat can have, and weather that a city can have, °C. */
const CREDIBLE_ROOM_C = { min: 5, max: 35 } as const;
const CREDIBLE_OUTDOOR_C = { min: -50, max: 45 } as const;

/** A sum and how many values are in it. */
export type Sum = readonly [total: number, count: number];

export const NO_SUM: Sum = [0, 0];

export const plus = (sum: Sum, value: number | undefined): Sum =>
  value === undefined ? sum : [sum[0] + value, sum[1] + 1];

export const meanOf = ([total, count]: Sum, least = 1): number | undefined =>
  count >= least ? total / count : undefined;

/**
 * A sum of the running hour, added to where it stands: new ones for all stations were half of what that tick left to be
 * collected.
 */
export type RunningSum = [total: number, count: number];

export const newSum = (): RunningSum => [0, 0];

export function add(sum: RunningSum, value: number | undefined): void {
  if (value === undefined) return;
  sum[0] += value;
  sum[1] += 1;
}

/** Sums over the running hour of a heating circuit. */
export interface CircuitHour {
  readonly heat_kw: RunningSum;
  /** Mean of supply and return, °C. */
  readonly water_c: RunningSum;
  readonly room_c: RunningSum;
}

export const newCircuitHour = (): CircuitHour => ({
  heat_kw: newSum(),
  water_c: newSum(),
  room_c: newSum(),
});

/** Means of an hour; what was seen too seldom is undefined. */
export type CircuitMeans = { readonly [name in keyof CircuitHour]: number | undefined };

export const meansOf = (hour: Readonly<Record<keyof CircuitHour, Sum>>): CircuitMeans => ({
  heat_kw: meanOf(hour.heat_kw, LEAST_LOOKS),
  water_c: meanOf(hour.water_c, LEAST_LOOKS),
  room_c: meanOf(hour.room_c, LEAST_LOOKS),
});

/** One hour of a circuit. */
export interface Hour extends CircuitMeans {
  /** Its end, ms UTC. */
  readonly at: number;
  readonly outdoor_c: number;
}

export const hourMean = (sum: Sum): number | undefined => meanOf(sum, LEAST_LOOKS);

/** When a room last read something else, so that dead sensors are known. */
export type RoomsSeen = ReadonlyMap<string, { readonly room_c: number; readonly changed_at: number }>;

/** A station at one moment. */
export interface Look {
  readonly config: StationConfig;
  readonly image: StationImage;
  readonly state: { readonly network?: NetworkTarget | undefined };
  readonly now: number;
}

/** What a room reads now, °C; undefined unless its sensor is fit and says what a flat can have. */
function roomNow({ config, image, now }: Look, place: Place): number | undefined {
  const room_c = image.points.fit(place, freshSince(now, config.every_s.default));
  if (room_c === undefined || room_c < CREDIBLE_ROOM_C.min || room_c > CREDIBLE_ROOM_C.max) return undefined;
  return room_c;
}

/** Looks once an hour at which rooms moved. */
export function seenRooms(before: RoomsSeen, look: Look): RoomsSeen {
  const seen = new Map<string, { room_c: number; changed_at: number }>();
  for (const { id, place } of roomSensors(look.image.points, undefined)) {
    const room_c = roomNow(look, place);
    if (room_c === undefined) continue;
    const known = before.get(id);
    seen.set(id, known?.room_c === room_c ? known : { room_c, changed_at: look.now });
  }
  return seen;
}

/** Median of the circuit's rooms whose sensors live, °C. */
function roomsNow(look: Look, rooms: readonly RoomSensor[], seen: RoomsSeen): number | undefined {
  const alive: number[] = [];
  for (const { id, place } of rooms) {
    const room_c = roomNow(look, place);
    if (room_c === undefined) continue;
    const known = seen.get(id);
    if (!known || look.now - known.changed_at < DEAD_AFTER_MS) alive.push(room_c);
  }
  return median(alive);
}

export const isHeating = ({ kind }: CircuitConfig): boolean => kind !== undefined && kind !== 'dhw';

/** `meter` where the heat meter sees this circuit alone, else its own flow and temperatures. */
export function heatSource(config: StationConfig): 'meter' | 'circuit' {
  return config.circuits.length === 1 ? 'meter' : 'circuit';
}

/** Heat that the station takes, kW: the meter's power, else its flow and temperatures. */
export function stationPower(look: Look): number | undefined {
  const { config, image, now } = look;
  const { points } = image;
  const sensors = sensorsOf(config, image);
  const [since, meter_since] = [
    freshSince(now, config.every_s.default),
    freshSince(now, config.every_s.meter),
  ];
  const power_kw = points.fit(sensors.primary_power_kw, meter_since);
  if (power_kw !== undefined) return power_kw;
  const flow_m3_h = points.fit(sensors.primary_flow_m3_h, meter_since);
  const supply_c = points.fit(sensors.primary_supply_c, since);
  const return_c = points.fit(sensors.primary_return_c, since);
  if (flow_m3_h === undefined || supply_c === undefined || return_c === undefined) return undefined;
  return Math.max(0, HEAT_COEFFICIENT_KWH_M3_K * flow_m3_h * (supply_c - return_c));
}

function circuitHeat(look: Look, flow_m3_h: number | undefined, fall_k: number): number | undefined {
  if (heatSource(look.config) === 'meter') {
    const power_kw = stationPower(look);
    if (power_kw !== undefined) return power_kw;
  }
  return flow_m3_h === undefined ? undefined : Math.max(0, HEAT_COEFFICIENT_KWH_M3_K * flow_m3_h * fall_k);
}

/** Adds what a circuit shows now. Without both water temperatures nothing is learned of it but its rooms. */
export function lookAt(
  hour: CircuitHour,
  sensors: CircuitSensors,
  given: { readonly look: Look; readonly seen: RoomsSeen },
): void {
  const { look, seen } = given;
  const { points } = look.image;
  const since = freshSince(look.now, look.config.every_s.default);
  const supply_c = points.fit(sensors.is.supply_c, since);
  const return_c = points.fit(sensors.return_c, since);
  add(hour.room_c, roomsNow(look, sensors.rooms, seen));
  if (supply_c === undefined || return_c === undefined) return;
  const flow_m3_h = points.fit(sensors.is.flow_m3_h, since);
  add(hour.heat_kw, circuitHeat(look, flow_m3_h, supply_c - return_c));
  add(hour.water_c, (supply_c + return_c) / 2);
}

const measuredOutdoor = ({ config, image, now }: Look): number | undefined =>
  image.points.fit(sensorsOf(config, image).outdoor_c, freshSince(now, config.every_s.default));

/** The weather at a station: its own sensor while nobody doubts it, else the network's median, °C. */
export function outdoorNow(look: Look, median_c: number | undefined): number | undefined {
  const own_c = look.state.network?.outdoor_doubted ? undefined : measuredOutdoor(look);
  const outdoor_c = own_c ?? median_c;
  if (outdoor_c === undefined) return undefined;
  const isCredible = outdoor_c >= CREDIBLE_OUTDOOR_C.min && outdoor_c <= CREDIBLE_OUTDOOR_C.max;
  return isCredible ? outdoor_c : undefined;
}
