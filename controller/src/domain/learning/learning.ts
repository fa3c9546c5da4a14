/** What the network's cycle remembers to learn from: looked at each minute, closed each hour and each day. */
import type { StationConfig } from '../config.ts';
import { localAt, type LocalMoment, type SiteClock } from '../network/clock.ts';
import type { NetworkStation } from '../network/network.ts';
import { NEW_PAST, takeHour, type CircuitPast } from './day.ts';
import {
  HOUR_MS,
  hourMean,
  isHeating,
  lookAt,
  meansOf,
  NEW_CIRCUIT_HOUR,
  NO_SUM,
  outdoorNow,
  plus,
  seenRooms,
  stationPower,
  type CircuitHour,
  type Look,
  type RoomsSeen,
  type Sum,
} from './hour.ts';
import { learnHour, newLoad, type LoadModel } from './load.ts';

const EVERY_MS = 60_000;

/** Sums over the running hour of a station. */
interface StationHour {
  /** Hours since 1970. */
  readonly hour: number;
  readonly outdoor_c: Sum;
  readonly power_kw: Sum;
  readonly circuits: ReadonlyMap<string, CircuitHour>;
}

export interface StationLearning {
  readonly hour: StationHour;
  readonly rooms: RoomsSeen;
  readonly load: LoadModel;
  /** Heating circuits by id. */
  readonly circuits: ReadonlyMap<string, CircuitPast>;
}

/** Rises when what is kept of days and nights changes its form. */
const FORM = 2;

/** Plain data: it is snapshotted whole. */
export interface LearningState {
  readonly form: number;
  /** When the stations are looked at next, ms UTC. */
  readonly due_at: number;
  readonly stations: ReadonlyMap<string, StationLearning>;
}

export const NEW_LEARNING: LearningState = { form: FORM, due_at: 0, stations: new Map() };

/** From a snapshot; of another form, or of none, nothing can be read and learning begins anew. */
export const restoredLearning = (saved: LearningState | undefined): LearningState =>
  saved?.form === FORM ? saved : NEW_LEARNING;

const newHour = (hour: number): StationHour => ({
  hour,
  outdoor_c: NO_SUM,
  power_kw: NO_SUM,
  circuits: new Map(),
});

const newStation = (config: StationConfig, hour: number): StationLearning => ({
  hour: newHour(hour),
  rooms: new Map(),
  load: newLoad(config),
  circuits: new Map(),
});

interface Moment {
  readonly now: number;
  readonly clock: SiteClock;
  /** Of the network, °C. */
  readonly median_c: number | undefined;
}

/** Takes the hour that is over into days, nights and the load. */
function closeHour(before: StationLearning, config: StationConfig, local: LocalMoment): StationLearning {
  const { hour, load } = before;
  const at = (hour.hour + 1) * HOUR_MS;
  const outdoor_c = hourMean(hour.outdoor_c);
  if (outdoor_c === undefined) return before;
  const power_kw = hourMean(hour.power_kw);
  const circuits = new Map<string, CircuitPast>();
  for (const { id } of config.circuits.filter(isHeating)) {
    const means = meansOf(hour.circuits.get(id) ?? NEW_CIRCUIT_HOUR);
    circuits.set(id, takeHour(before.circuits.get(id) ?? NEW_PAST, { at, outdoor_c, ...means }, local));
  }
  return {
    ...before,
    circuits,
    load: power_kw === undefined ? load : learnHour(load, { at, power_kw, outdoor_c }, local),
  };
}

function stepStation(before: StationLearning, look: Look, { now, clock, median_c }: Moment): StationLearning {
  const { config } = look;
  const index = Math.floor(now / HOUR_MS);
  let station = before;
  if (index !== before.hour.hour) {
    const local = localAt(clock, (before.hour.hour + 0.5) * HOUR_MS);
    station = {
      ...closeHour(before, config, local),
      hour: newHour(index),
      rooms: seenRooms(before.rooms, look),
    };
  }
  const { hour, rooms } = station;
  const circuits = new Map<string, CircuitHour>();
  for (const circuit of config.circuits) {
    if (!isHeating(circuit)) continue;
    const sums = hour.circuits.get(circuit.id) ?? NEW_CIRCUIT_HOUR;
    circuits.set(circuit.id, lookAt(sums, circuit, { look, seen: rooms }));
  }
  return {
    ...station,
    hour: {
      hour: index,
      outdoor_c: plus(hour.outdoor_c, outdoorNow(look, median_c)),
      power_kw: plus(hour.power_kw, stationPower(look)),
      circuits,
    },
  };
}

/** Looks at all stations once a minute. Its cost grows with their number; fits are made when somebody asks. */
export function stepLearning(
  before: LearningState,
  stations: ReadonlyMap<string, NetworkStation>,
  given: {
    readonly now: number;
    readonly clock: SiteClock | undefined;
    readonly median_c: number | undefined;
  },
): LearningState {
  const { now, clock, median_c } = given;
  if (!clock || now < before.due_at) return before;
  const index = Math.floor(now / HOUR_MS);
  const next = new Map<string, StationLearning>();
  for (const [id, { config, image, state }] of stations) {
    const known = before.stations.get(id) ?? newStation(config, index);
    next.set(id, stepStation(known, { config, image, state, now }, { now, clock, median_c }));
  }
  return { form: FORM, due_at: (Math.floor(now / EVERY_MS) + 1) * EVERY_MS, stations: next };
}
