/** What the live feed has told so far; pure, so that a recorded feed gives the same screen again. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type {
  CenterView,
  LiveChanges,
  LiveMessage,
  LiveSnapshot,
  StationDelta,
} from '@heat-center/api/live.ts';
import type { StationView } from '@heat-center/api/stations.ts';

export interface FeedState {
  /** Number of the newest message; null before the first snapshot. */
  readonly n: number | null;
  /** The center's time of the newest message, ms UTC. */
  readonly at: number;
  readonly center: CenterView | null;
  readonly stations: ReadonlyMap<string, StationView>;
  /** Station id → commands that changed since this page was opened, newest first. */
  readonly commands: ReadonlyMap<string, readonly CommandView[]>;
}

export const EMPTY_FEED: FeedState = {
  n: null,
  at: 0,
  center: null,
  stations: new Map(),
  commands: new Map(),
};

/** Who issues what nobody wished: renewals of leases and the curve on site. */
export const CENTER = 'center';

/** A page left open for a week keeps no more of a station: the center's renewals never push out people's wishes. */
const KEPT = { people: 50, center: 20 };

/** The next state, or `gap` when a message is missing and only a new snapshot helps. */
export function reduceFeed(state: FeedState, message: LiveMessage): FeedState | 'gap' {
  if (message.type === 'snapshot') return fromSnapshot(state, message);
  if (state.n === null || message.n !== state.n + 1) return 'gap';
  return withChanges(state, message);
}

function fromSnapshot(state: FeedState, message: LiveSnapshot): FeedState {
  return {
    n: 0,
    at: message.at,
    center: message.center,
    stations: new Map(Object.entries(message.stations)),
    commands: state.commands,
  };
}

function withChanges(state: FeedState, message: LiveChanges): FeedState {
  const next = {
    n: message.n,
    at: message.at,
    center: message.center ?? state.center,
    stations: state.stations,
    commands: state.commands,
  };
  const deltas = Object.entries(message.stations);
  if (deltas.length > 0) {
    const stations = new Map(state.stations);
    for (const [id, delta] of deltas) applyDelta(stations, id, delta);
    next.stations = stations;
  }
  const changed = Object.entries(message.commands);
  if (changed.length > 0) {
    const commands = new Map(state.commands);
    for (const [id, list] of changed) commands.set(id, mergeCommands(commands.get(id) ?? [], list));
    next.commands = commands;
  }
  return next;
}

function applyDelta(stations: Map<string, StationView>, id: string, delta: StationDelta | null): void {
  if (delta === null) {
    stations.delete(id);
    return;
  }
  if (delta.added) {
    stations.set(id, delta.added);
    return;
  }
  const old = stations.get(id);
  if (!old) return;
  // Copied whole before anything is replaced: the engine then copies shapes, not names (ten times as quick).
  const merged: StationView = Object.assign({ ...old }, delta, {
    points: delta.points ? { ...old.points, ...delta.points } : old.points,
    setpoints: delta.setpoints ? { ...old.setpoints, ...delta.setpoints } : old.setpoints,
  });
  stations.set(id, merged);
}

/** Newer views of the same command win (the one with more steps); newest first by time of issue. */
export function mergeCommands(
  known: readonly CommandView[],
  changed: readonly CommandView[],
): readonly CommandView[] {
  const byId = new Map(known.map((command) => [command.id, command]));
  for (const command of changed) {
    const old = byId.get(command.id);
    if (!old || command.steps.length >= old.steps.length) byId.set(command.id, command);
  }
  const newestFirst = [...byId.values()].toSorted((a, b) => b.at - a.at);
  const left = { ...KEPT };
  return newestFirst.filter(({ by }) => {
    const who = by === CENTER ? 'center' : 'people';
    left[who] -= 1;
    return left[who] >= 0;
  });
}
