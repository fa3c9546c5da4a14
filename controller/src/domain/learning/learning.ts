/** What the network's cycle remembers to learn from: looked at each minute, closed each hour and each day. */
import type { StationConfig } from '../config.ts';
import { sensorsOf } from '../control/sensors.ts';
import { localAt, type LocalMoment, type SiteClock } from '../network/clock.ts';
import type { NetworkStation } from '../network/network.ts';
import { buildingsOf } from '../network/plan/buildings.ts';
import { stepEmission } from '../network/plan/emission.ts';
import { NEW_PAST, takeHour, type CircuitPast } from './day.ts';
import {
  add,
  HOUR_MS,
  hourMean,
  isHeating,
  lookAt,
  meanOf,
  meansOf,
  newCircuitHour,
  newSum,
  NO_SUM,
  outdoorNow,
  seenRooms,
  stationPower,
  type CircuitHour,
  type Look,
  type RoomsSeen,
  type RunningSum,
  type Sum,
} from './hour.ts';
import { learnHour, newLoad, type LoadModel } from './load.ts';
import { newSourceLoad, responseOf } from './load-sum.ts';

const EVERY_MS = 60_000;

/** Sums over the running hour of a station: the only part of learning that changes in place. */
interface StationHour {
  /** Hours since 1970. */
  readonly hour: number;
  readonly outdoor_c: RunningSum;
  readonly power_kw: RunningSum;
  /** What the plan asked, as kelvins of outdoor temperature. */
  readonly asked_k: RunningSum;
  readonly circuits: Map<string, CircuitHour>;
}

export interface StationLearning {
  readonly hour: StationHour;
  readonly rooms: RoomsSeen;
  readonly load: LoadModel;
  /** Heating circuits by id. */
  readonly circuits: ReadonlyMap<string, CircuitPast>;
  /** How far its emitters have followed what the plan asks, K; absent where it asked nothing. */
  readonly emitted_k?: number | undefined;
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
export function restoredLearning(saved: SavedLearning | undefined): LearningState {
  if (saved?.form !== FORM) return NEW_LEARNING;
  const stations = new Map<string, StationLearning>();
  for (const [id, station] of saved.stations)
    stations.set(id, { ...station, hour: restoredHour(station.hour) });
  return { form: FORM, due_at: saved.due_at, stations };
}

/** As a snapshot holds it: those of earlier versions share what was empty, and lack what the plan asked. */
interface SavedHour extends Readonly<Record<'outdoor_c' | 'power_kw', Sum>> {
  readonly hour: number;
  readonly asked_k?: Sum | undefined;
  readonly circuits: ReadonlyMap<string, Readonly<Record<keyof CircuitHour, Sum>>>;
}

type SavedLearning = Omit<LearningState, 'stations'> & {
  readonly stations: ReadonlyMap<string, Omit<StationLearning, 'hour'> & { readonly hour: SavedHour }>;
};

const ownSum = ([total, count]: Sum): RunningSum => [total, count];

const restoredHour = ({ hour, outdoor_c, power_kw, asked_k = NO_SUM, circuits }: SavedHour): StationHour => ({
  hour,
  outdoor_c: ownSum(outdoor_c),
  power_kw: ownSum(power_kw),
  asked_k: ownSum(asked_k),
  circuits: new Map(
    [...circuits].map(([id, { heat_kw, water_c, room_c }]) => [
      id,
      { heat_kw: ownSum(heat_kw), water_c: ownSum(water_c), room_c: ownSum(room_c) },
    ]),
  ),
});

export const newHour = (hour: number): StationHour => ({
  hour,
  outdoor_c: newSum(),
  power_kw: newSum(),
  asked_k: newSum(),
  circuits: new Map(),
});

const newStation = (config: StationConfig, hour: number): StationLearning => ({
  hour: newHour(hour),
  rooms: new Map(),
  load: newLoad(config),
  circuits: new Map(),
});

/** What is left of emitters that followed a plan once is forgotten below this, K. */
const NOTHING_K = 0.01;

/** Heat that the plan added in the hour that is over, kW: it says nothing of what the station takes by itself. */
function shifted({ hour, load, emitted_k = 0 }: StationLearning, config: StationConfig) {
  const { all, moved } = buildingsOf(config);
  const colder_k = meanOf(hour.asked_k) ?? 0;
  if (!all || !moved || (colder_k === 0 && emitted_k === 0)) return { shifted_kw: 0, emitted_k: undefined };
  const step = stepEmission(emitted_k, { colder_k, hours: 1, emission: moved });
  const isOver = colder_k === 0 && Math.abs(step.emitted_k) < NOTHING_K;
  return {
    shifted_kw: responseOf(load, all.loss_kw_k) * moved.loss_kw_k * step.heat_k,
    emitted_k: isOver ? undefined : step.emitted_k,
  };
}

/** Takes the hour that is over into days, nights and the load. */
function closeHour(
  before: StationLearning,
  config: StationConfig,
  given: { readonly local: LocalMoment; readonly shifted_kw: number },
): StationLearning {
  const { hour, load } = before;
  const { local, shifted_kw } = given;
  const at = (hour.hour + 1) * HOUR_MS;
  const outdoor_c = hourMean(hour.outdoor_c);
  if (outdoor_c === undefined) return before;
  const power_kw = hourMean(hour.power_kw);
  const circuits = new Map<string, CircuitPast>();
  for (const { id } of config.circuits.filter(isHeating)) {
    const means = meansOf(hour.circuits.get(id) ?? newCircuitHour());
    circuits.set(id, takeHour(before.circuits.get(id) ?? NEW_PAST, { at, outdoor_c, ...means }, local));
  }
  return {
    ...before,
    circuits,
    load:
      power_kw === undefined
        ? load
        : learnHour(load, { at, power_kw: power_kw - shifted_kw, outdoor_c }, local),
  };
}

/** A station's hour that is over, and what the plan added in it. */
function closed(
  before: StationLearning,
  look: Look,
  given: { readonly index: number; readonly clock: SiteClock; readonly sources_kw: number },
): { readonly station: StationLearning; readonly shifted_kw: number } {
  const { config } = look;
  const local = localAt(given.clock, (before.hour.hour + 0.5) * HOUR_MS);
  const { shifted_kw, emitted_k } = shifted(before, config);
  const own_kw = config.kind === 'source' ? given.sources_kw : shifted_kw;
  const station = closeHour(before, config, { local, shifted_kw: own_kw });
  const rooms = seenRooms(before.rooms, look);
  return { station: { ...station, emitted_k, hour: newHour(given.index), rooms }, shifted_kw };
}

/** Adds what a station shows now to its hour. */
function lookAtStation({ hour, rooms }: StationLearning, look: Look, median_c: number | undefined): void {
  for (const sensors of sensorsOf(look.config, look.image).circuits) {
    const { circuit } = sensors;
    if (!isHeating(circuit)) continue;
    let sums = hour.circuits.get(circuit.id);
    if (!sums) hour.circuits.set(circuit.id, (sums = newCircuitHour()));
    lookAt(sums, sensors, { look, seen: rooms });
  }
  add(hour.outdoor_c, outdoorNow(look, median_c));
  add(hour.power_kw, stationPower(look));
  add(hour.asked_k, look.state.network?.plan?.colder_k ?? 0);
}

interface Moment {
  readonly now: number;
  readonly clock: SiteClock | undefined;
  /** Of the network, °C. */
  readonly median_c: number | undefined;
}

/** What a source begins with once its first hour is over: by then the stations are registered. */
function firstSource(known: StationLearning, stations: Stations): StationLearning {
  if (known.load.hours > 0) return known;
  const configs = [...stations.values()].map(({ config }) => config);
  const fed = configs.filter(({ kind }) => kind !== 'source');
  return { ...known, load: newSourceLoad(fed, configs.length - fed.length) };
}

type Stations = ReadonlyMap<string, NetworkStation>;

/** Looks at all stations once a minute. Its cost grows with their number; fits are made when somebody asks. */
export function stepLearning(before: LearningState, stations: Stations, moment: Moment): LearningState {
  const { now, clock, median_c } = moment;
  if (!clock || now < before.due_at) return before;
  const index = Math.floor(now / HOUR_MS);
  const next = new Map<string, StationLearning>();
  let sources_kw = 0;
  const take = (id: string, { config, image, state }: NetworkStation): void => {
    const look = { config, image, state, now };
    let station = before.stations.get(id) ?? newStation(config, index);
    if (index !== station.hour.hour) {
      if (config.kind === 'source') station = firstSource(station, stations);
      const over = closed(station, look, { index, clock, sources_kw });
      ({ station } = over);
      sources_kw += over.shifted_kw;
    }
    lookAtStation(station, look, median_c);
    next.set(id, station);
  };
  // Sources come last: what the plan added to all stations is no part of their own load either.
  for (const [id, station] of stations) if (station.config.kind !== 'source') take(id, station);
  for (const [id, station] of stations) if (station.config.kind === 'source') take(id, station);
  return { form: FORM, due_at: (Math.floor(now / EVERY_MS) + 1) * EVERY_MS, stations: next };
}
