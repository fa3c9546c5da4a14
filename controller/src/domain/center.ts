/**
 * The heat center as a function of its inputs: journaled one by one, applied in that order, the same again on
 * replay. Its whole state is plain data and Maps, and `Points`, whose fields are.
 */
import { applyToStation, beginSession, run, type StationEntry } from './center-station.ts';
import { beginEpoch, changedRecords } from './commands/ledger.ts';
import { endWishes } from './commands/wishes.ts';
import type { StationConfig } from './config.ts';
import type { Effect } from './effects.ts';
import { fetchAhead } from './fetch-ahead.ts';
import { createImage, restoredImage } from './image.ts';
import { shiftInstants } from './instants.ts';
import type { CenterInput } from './inputs.ts';
import { restoredLearning } from './learning/learning.ts';
import type { Moving } from './moving.ts';
import { clockOf } from './network/clock.ts';
import { cycleNetwork, NEW_NETWORK, type NetworkState } from './network/network.ts';
import { askPlan, settlePlan, takePlan } from './network/plan/state.ts';
import { createStationState, restoredState, type StationState } from './state.ts';

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

export function createCenter(): CenterState {
  return { epoch: 0, now: 0, stations: new Map(), removed_seq: 0, network: NEW_NETWORK };
}

/** A snapshot of an earlier version lacks what came later: that begins anew. */
export const restoredCenter = (
  center: Partial<Omit<CenterState, 'network'>> & { readonly network?: Partial<NetworkState> },
): CenterState => ({
  ...createCenter(),
  ...center,
  stations: new Map(
    [...(center.stations ?? [])].map(([id, { config, image, state }]) => [
      id,
      { config, image: restoredImage(image), state: restoredState(state) },
    ]),
  ),
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

/** A station registered again under the same id remembers the pair of its last command: numbers go on above it. */
function remove(center: CenterState, station: string): Effect[] {
  center.removed_seq = Math.max(center.removed_seq, center.stations.get(station)?.state.ledger.seq ?? 0);
  center.stations.delete(station);
  return [];
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
    entry.image.points.setBack(by_ms);
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

/** What so many stations need is fetched together. */
const AT_ONCE = 16;

/** Looks at the network, cycles the stations that are due, then says that the center is alive. */
function tick(center: CenterState, { at, local }: Extract<CenterInput, { kind: 'tick' }>): Effect[] {
  const { now, epoch } = center;
  center.network = { ...center.network, clock: clockOf(at, local) };
  if (now >= center.network.due_at) runNetwork(center);
  const effects: Effect[] = [];
  const due: StationEntry[] = [];
  for (const entry of center.stations.values()) if (now >= entry.state.due_at) due.push(entry);
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const next = due.slice(from, from + AT_ONCE);
    fetchAhead(next);
    for (const entry of next) for (const effect of run(center, entry)) effects.push(effect);
  }
  effects.push({ kind: 'heartbeat', epoch, at: now });
  return effects;
}

/** Hands each station its target; most have none and keep none. */
function runNetwork(center: CenterState): void {
  const { state, targets } = cycleNetwork(center.network, center.stations, center.now);
  center.network = state;
  let nth = 0;
  for (const entry of center.stations.values()) {
    const target = targets[nth];
    nth += 1;
    const state: Moving<StationState> = entry.state;
    if (target !== state.network) state.network = target;
  }
}
