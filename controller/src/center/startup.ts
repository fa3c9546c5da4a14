/** From the folder to the running state: newest valid snapshot, then the journal's tail with effects discarded. */
import { restoredCenter } from '../domain/center.ts';
import type { JournalReader, Registry } from '../ports.ts';
import { inputOf, type OtherInput } from './records.ts';
import type { Snapshot } from './snapshot.ts';
import { applyRunning, createRunningState, type RunningState } from './state.ts';

export interface Restored {
  readonly state: RunningState;
  /** Inputs that were replayed. */
  readonly replayed: number;
}

const READ_BYTES = 1024 * 1024;

/**
 * Replays the journal up to `end`. Without a snapshot it begins where the journal does. Throws `JournalGap` when
 * the snapshot is older than what the journal still holds, and `JournalDamage`.
 */
export async function restore(source: {
  snapshot: Snapshot | undefined;
  reader: JournalReader;
  start: number;
  end: number;
}): Promise<Restored> {
  const { snapshot, reader, end } = source;
  const state = snapshot
    ? { ...snapshot.state, center: restoredCenter(snapshot.state.center) }
    : createRunningState();
  let position = snapshot?.position ?? source.start;
  let replayed = 0;
  while (position < end) {
    const records = await reader.read(position, READ_BYTES);
    if (records.length === 0) break;
    for (const record of records) {
      const input = inputOf(record);
      if (input) {
        applyRunning(state, input);
        replayed += 1;
      }
      position = record.end;
    }
  }
  return { state, replayed };
}

/** What the registry says that the journal has not heard yet, for example after a change while the center was down. */
export function settingsToJournal(state: RunningState, registry: Registry, at: number): OtherInput[] {
  const inputs: OtherInput[] = [];
  const registered = new Set<string>();
  for (const { config } of registry.stations()) {
    registered.add(config.id);
    const known = state.center.stations.get(config.id)?.config;
    if (JSON.stringify(known) !== JSON.stringify(config))
      inputs.push({ kind: 'settings', at, station: config });
  }
  for (const station of state.center.stations.keys()) {
    if (!registered.has(station)) inputs.push({ kind: 'removed', at, station });
  }
  return inputs;
}

/** Greater than any epoch before, and greater than any that a lost store could have held: the start time in seconds. */
export function nextEpoch(stored: number | undefined, at: number): number {
  return Math.max((stored ?? 0) + 1, Math.floor(at / 1000));
}
