/** What a minute shows of a station, and the means of an hour: the grain from which everything is learned. */
import type { CircuitConfig, StationConfig } from '../config.ts';
import { measured, metered, pointIds } from '../control/circuit.ts';
import type { StationImage } from '../image.ts';
import { median } from '../network/outdoor.ts';
import { HEAT_COEFFICIENT_KWH_M3_K } from '../physics/flow.ts';
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

/** Sums over the running hour of a heating circuit. */
export interface CircuitHour {
  readonly heat_kw: Sum;
  /** Mean of supply and return, °C. */
  readonly water_c: Sum;
  readonly room_c: Sum;
}

export const NEW_CIRCUIT_HOUR: CircuitHour = {
  heat_kw: NO_SUM,
  water_c: NO_SUM,
  room_c: NO_SUM,
};

/** Means of an hour; what was seen too seldom is undefined. */
export type CircuitMeans = { readonly [name in keyof CircuitHour]: number | undefined };

export const meansOf = (hour: CircuitHour): CircuitMeans => ({
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

const PREFIX = 'rooms.';
const SUFFIX = '.air_c';

/** Rooms whose sensors are fit now, with what they read, °C. */
function readings(look: Look, rooms: readonly string[] | undefined): [id: string, room_c: number][] {
  const found: [string, number][] = [];
  const take = (point: string): void => {
    const room_c = measured(look, point);
    if (room_c === undefined || room_c < CREDIBLE_ROOM_C.min || room_c > CREDIBLE_ROOM_C.max) return;
    found.push([point.slice(PREFIX.length, -SUFFIX.length), room_c]);
  };
  if (rooms) for (const id of rooms) take(PREFIX + id + SUFFIX);
  else for (const point of look.image.points.keys()) if (point.startsWith(PREFIX)) take(point);
  return found;
}

/** Looks once an hour at which rooms moved. */
export function seenRooms(before: RoomsSeen, look: Look): RoomsSeen {
  const seen = new Map<string, { room_c: number; changed_at: number }>();
  for (const [id, room_c] of readings(look, undefined)) {
    const known = before.get(id);
    seen.set(id, known?.room_c === room_c ? known : { room_c, changed_at: look.now });
  }
  return seen;
}

/** Median of the circuit's rooms whose sensors live, °C. */
function roomNow(look: Look, circuit: CircuitConfig, seen: RoomsSeen): number | undefined {
  const alive: number[] = [];
  for (const [id, room_c] of readings(look, circuit.room_feedback?.rooms)) {
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
  const power_kw = metered(look, 'primary.power_kw');
  if (power_kw !== undefined) return power_kw;
  const flow_m3_h = metered(look, 'primary.flow_m3_h');
  const supply_c = measured(look, 'primary.supply_c');
  const return_c = measured(look, 'primary.return_c');
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

/** Adds what a circuit shows now. Without both water temperatures nothing is learned of it. */
export function lookAt(
  before: CircuitHour,
  circuit: CircuitConfig,
  given: { readonly look: Look; readonly seen: RoomsSeen },
): CircuitHour {
  const { look, seen } = given;
  const ids = pointIds(circuit);
  const supply_c = measured(look, ids.supply_c.is);
  const return_c = measured(look, ids.return_c);
  const room_c = plus(before.room_c, roomNow(look, circuit, seen));
  if (supply_c === undefined || return_c === undefined) return { ...before, room_c };
  const flow_m3_h = measured(look, ids.flow_m3_h.is);
  return {
    heat_kw: plus(before.heat_kw, circuitHeat(look, flow_m3_h, supply_c - return_c)),
    water_c: plus(before.water_c, (supply_c + return_c) / 2),
    room_c,
  };
}

/** The weather at a station: its own sensor while nobody doubts it, else the network's median, °C. */
export function outdoorNow(look: Look, median_c: number | undefined): number | undefined {
  const own_c = look.state.network?.outdoor_doubted ? undefined : measured(look, 'outdoor_c');
  const outdoor_c = own_c ?? median_c;
  if (outdoor_c === undefined) return undefined;
  const isCredible = outdoor_c >= CREDIBLE_OUTDOOR_C.min && outdoor_c <= CREDIBLE_OUTDOOR_C.max;
  return isCredible ? outdoor_c : undefined;
}
