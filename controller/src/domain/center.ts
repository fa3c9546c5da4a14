/**
 * The heat center as a function of its inputs: journaled one by one, applied in that order, the same again on
 * replay. Its whole state is plain data and Maps.
 */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { Telemetry } from '@heat-center/contract/decode.ts';
import type { Status } from '@heat-center/contract/messages.ts';
import { beginEpoch, changedRecords } from './commands/ledger.ts';
import { applyReport } from './commands/reports.ts';
import { applyWish, endWishes, wishError } from './commands/wishes.ts';
import type { StationConfig } from './config.ts';
import { cycle } from './cycle.ts';
import type { CircuitDecision, CommandRecord, Effect } from './effects.ts';
import { applySample, applyStatus, createImage, type StationImage } from './image.ts';
import { shiftInstants } from './instants.ts';
import type { CenterInput, Wish } from './inputs.ts';
import { restoredLearning } from './learning/learning.ts';
import { clockOf } from './network/clock.ts';
import { cycleNetwork, NEW_NETWORK, type NetworkState } from './network/network.ts';
import type { ActiveWish } from './control/circuit.ts';
import { askPlan, settlePlan, takePlan } from './network/plan/state.ts';
import { createStationState, isReachable, type StationCase, type StationState } from './state.ts';

export interface StationEntry {
  config: StationConfig;
  readonly image: StationImage;
  state: StationState;
}

export interface CenterState {
  /** Journal it when it changed: after `start` and `epoch`. */
  epoch: number;
  /** Greatest time of any input, ms UTC. */
  now: number;
  readonly stations: Map<string, StationEntry>;
  /** Highest number of a command to any station that was removed in this epoch. */
  removed_seq: number;
  network: NetworkState;
}

/**
 * Telemetry cycles its station at most this often, ms: setpoints leave once in 10 s at most, so a station that
 * measures each second is not worth a decision each second. A tick takes what no later sample did.
 */
const TELEMETRY_CYCLE_MS = 5000;

export function createCenter(): CenterState {
  return { epoch: 0, now: 0, stations: new Map(), removed_seq: 0, network: NEW_NETWORK };
}

/** A snapshot of an earlier version lacks what came later: that begins anew. */
export const restoredCenter = (
  center: Partial<Omit<CenterState, 'network'>> & { readonly network?: Partial<NetworkState> },
): CenterState => ({
  ...createCenter(),
  ...center,
  network: {
    ...NEW_NETWORK,
    ...center.network,
    learning: restoredLearning(center.network?.learning),
  },
});

/** Applies one input and says what is to be done. The only way in which the state changes. */
export function applyInput(center: CenterState, input: CenterInput): Effect[] {
  // Time never runs backwards for control, whatever the clock of the machine does; only a start may correct it.
  if (input.kind === 'start' && input.at < center.now) setBack(center, input.at);
  center.now = Math.max(center.now, input.at);
  switch (input.kind) {
    case 'start':
    case 'epoch':
      return enterEpoch(center, input);
    case 'tick':
      return tick(center, input);
    case 'forecast':
      center.network = {
        ...center.network,
        forecast: input.forecast,
        plan: askPlan(center.network.plan, center.now),
      };
      return [];
    case 'plan':
      center.network = { ...center.network, plan: takePlan(center.network.plan, input.plan) };
      return [];
    case 'network_settings':
      center.network = {
        ...center.network,
        settings: input.settings,
        plan: settlePlan(center.network.plan, input.settings, center.now),
      };
      return [];
    case 'settings':
      return settle(center, input.station);
    case 'removed':
      return remove(center, input.station);
    default: {
      const entry = center.stations.get(input.station);
      return entry ? applyToStation(center, entry, input) : [];
    }
  }
}

type StationInput = Extract<CenterInput, { kind: 'telemetry' | 'status' | 'report' | 'session' | 'wish' }>;

function applyToStation(center: CenterState, entry: StationEntry, input: StationInput): Effect[] {
  const { now } = center;
  if (input.kind === 'telemetry') return takeTelemetry(center, entry, input.telemetry);
  const before = entry.state.ledger;
  const first: Effect[] = [];
  if (input.kind === 'status') {
    takeStatus(entry, input.status, now);
  } else if (input.kind === 'session') {
    entry.image.online &&= input.connected;
    if (input.connected) beginSession(entry);
  } else if (input.kind === 'wish') {
    entry.state = applyWish(caseOf(center, entry), input.wish);
  } else {
    const { state, kept_rev, conflict } = applyReport(entry.state, input.report, now);
    entry.state = state;
    if (kept_rev !== undefined) entry.image.station_limits_rev = kept_rev;
    if (conflict !== undefined)
      first.push({ kind: 'epoch_conflict', station: entry.config.id, epoch: conflict });
  }
  first.push(...changedRecords(entry.config.id, before, entry.state.ledger));
  first.push(...run(center, entry));
  return first;
}

function takeTelemetry(center: CenterState, entry: StationEntry, telemetry: Telemetry): Effect[] {
  const { now } = center;
  const came = { arrived: now, every_s: entry.config.every_s };
  let isLive = false;
  for (const sample of telemetry.samples) {
    if (applySample(entry.image, sample, came)) isLive = true;
  }
  const { cycled_at, awaits_sample } = entry.state;
  if (isLive && awaits_sample) entry.state = { ...entry.state, awaits_sample: false };
  else if (cycled_at !== undefined && now - cycled_at < TELEMETRY_CYCLE_MS) {
    const due_at = cycled_at + TELEMETRY_CYCLE_MS;
    if (due_at < entry.state.due_at) entry.state = { ...entry.state, due_at };
    return [];
  }
  return [...run(center, entry)];
}

/**
 * A station that comes back, restarted or was switched to remote begins a session. One that works by itself
 * has dropped its lease.
 */
function takeStatus(entry: StationEntry, status: Status, now: number): void {
  const { image } = entry;
  const was = { online: image.online, mode: image.mode };
  applyStatus(image, status, now);
  if (!image.online) return;
  const isNew = was.online !== true || entry.state.boot !== status.boot;
  entry.state = { ...entry.state, boot: status.boot };
  if (isNew || was.mode !== image.mode) beginSession(entry);
}

const caseOf = ({ network, now }: CenterState, { state, image, config }: StationEntry): StationCase => ({
  state,
  image,
  config,
  network,
  now,
});

/** After a connect nothing is sent until the station has measured, and the ramp starts where it then is. */
function beginSession(entry: StationEntry): void {
  const { fallback } = entry.state;
  // What was sent to nobody is sent again; a station that takes no fallback is not asked each time.
  const tried = fallback?.refused ? fallback : undefined;
  entry.state = { ...entry.state, awaits_sample: true, lease: undefined, fallback: tried };
}

/** A station registered again under the same id remembers the pair of its last command: numbers go on above it. */
function remove(center: CenterState, station: string): Effect[] {
  center.removed_seq = Math.max(center.removed_seq, center.stations.get(station)?.state.ledger.seq ?? 0);
  center.stations.delete(station);
  return [];
}

function run(center: CenterState, entry: StationEntry): readonly Effect[] {
  const { state, effects } = cycle(caseOf(center, entry));
  entry.state = state;
  return effects;
}

/**
 * The clock was ahead before this start: what holds goes on for as long as it still would have, and no value measured
 * in the wrong time counts as live.
 */
function setBack(center: CenterState, at: number): void {
  const by_ms = at - center.now;
  center.now = at;
  center.network = shiftInstants(center.network, by_ms);
  for (const entry of center.stations.values()) {
    entry.state = shiftInstants(entry.state, by_ms);
    for (const point of entry.image.points.values()) {
      Object.assign(point, { arrived: point.arrived + by_ms, live: false });
    }
    entry.image.live_at = shiftInstants(entry.image.live_at, by_ms);
    entry.image.heard_at = shiftInstants(entry.image.heard_at, by_ms);
  }
}

/** Numbers start anew above every earlier epoch; a start also waits for fresh samples of every station. */
function enterEpoch(center: CenterState, input: Extract<CenterInput, { kind: 'start' | 'epoch' }>): Effect[] {
  const above = input.kind === 'start' ? input.epoch : input.epoch + 1;
  center.epoch = Math.max(center.epoch + 1, above);
  center.removed_seq = 0;
  for (const entry of center.stations.values()) {
    const ledger = beginEpoch(entry.state.ledger, center.epoch);
    entry.state = { ...entry.state, ledger, lease: undefined };
    if (input.kind === 'start') {
      entry.image.online = undefined;
      beginSession(entry);
    }
  }
  return [];
}

function settle(center: CenterState, config: StationConfig): Effect[] {
  const { now } = center;
  const known = center.stations.get(config.id);
  if (!known) {
    const state = createStationState(now, { epoch: center.epoch, seq: center.removed_seq });
    const entry = { config, image: createImage(), state };
    center.stations.set(config.id, entry);
    return [...run(center, entry)];
  }
  const before = known.state.ledger;
  if (known.config.control !== config.control)
    known.state = { ...known.state, released: false, lease: undefined };
  const kept = config.control === 'on' ? config.circuits.map(({ id }) => id) : [];
  known.config = config;
  known.state = endWishes(known.state, now, kept);
  return [...changedRecords(config.id, before, known.state.ledger), ...run(center, known)];
}

/** Looks at the network, cycles the stations that are due, then says that the center is alive. */
function tick(center: CenterState, { at, local }: Extract<CenterInput, { kind: 'tick' }>): Effect[] {
  const { now, epoch } = center;
  center.network = { ...center.network, clock: clockOf(at, local) };
  if (now >= center.network.due_at) runNetwork(center);
  const effects: Effect[] = [];
  for (const entry of center.stations.values()) {
    if (now < entry.state.due_at) continue;
    for (const effect of run(center, entry)) effects.push(effect);
  }
  effects.push({ kind: 'heartbeat', epoch, at: now });
  return effects;
}

/** Hands each station its target; most have none and keep none. */
function runNetwork(center: CenterState): void {
  const { state, targets } = cycleNetwork(center.network, center.stations, center.now);
  center.network = state;
  for (const [id, entry] of center.stations) {
    const target = targets.get(id);
    if (target !== entry.state.network) entry.state = { ...entry.state, network: target };
  }
}

/** Why a wish may not be taken now; asked before it is journaled. Undefined where it may. */
export function checkWish(
  center: CenterState,
  asked: { readonly station: string; readonly wish: Wish; readonly now: number },
): HeatError | undefined {
  const entry = center.stations.get(asked.station);
  if (!entry) return new HeatError('not_found', `There is no station ${asked.station}.`);
  return wishError({ ...caseOf(center, entry), now: Math.max(asked.now, center.now) }, asked.wish);
}

/** One station as the API shows it. */
export interface StationView {
  readonly config: StationConfig;
  readonly image: StationImage;
  /** The latest decision of each circuit with its trace. */
  readonly decisions: readonly CircuitDecision[];
  /** Open and recent commands and wishes, newest first. */
  readonly commands: readonly CommandRecord[];
  /** Wishes in force, by circuit. */
  readonly wishes: ReadonlyMap<string, ActiveWish>;
  /** Whether commands may be sent now. */
  readonly reachable: boolean;
  /** On its own curve by an operator's release. */
  readonly released: boolean;
}

/** What the center knows of a station now; valid until the next input. */
export function stationView(center: CenterState, station: string): StationView | undefined {
  const entry = center.stations.get(station);
  if (!entry) return undefined;
  const { config, image, state } = entry;
  return {
    config,
    image,
    decisions: state.decisions,
    commands: state.ledger.records.toReversed(),
    wishes: state.wishes,
    reachable: isReachable(caseOf(center, entry)),
    released: state.released,
  };
}

export type NetworkView = Pick<NetworkState, 'outdoor' | 'forecast' | 'balance' | 'source'> & {
  readonly doubted: readonly string[];
};

export function networkView({ network, stations }: CenterState): NetworkView {
  const doubted = [...stations].filter(([, { state }]) => state.network?.outdoor_doubted).map(([id]) => id);
  const { outdoor, forecast, balance, source } = network;
  return { outdoor, forecast, balance, source, doubted };
}

/** Stations that obey an epoch which the center is not above: nothing is sent to them until a person confirms. */
export function epochConflicts(center: CenterState): { station: string; epoch: number }[] {
  const conflicts = [];
  for (const [station, { state }] of center.stations) {
    const { obeys_epoch: epoch } = state;
    if (epoch !== undefined && epoch >= center.epoch) conflicts.push({ station, epoch });
  }
  return conflicts;
}
