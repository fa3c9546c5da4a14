/** From the folder to the running state: newest valid snapshot, then the journal's tail with effects discarded. */
import { isDeepStrictEqual } from 'node:util';
import { restoredCenter } from '../domain/center.ts';
import type { JournalReader, JournalRecord, Registry } from '../ports.ts';
import type { Clock } from './clock.ts';
import { EPOCH_SETTING } from './gate.ts';
import { inputOf, type OtherInput } from './records.ts';
import type { Runtime } from './runtime.ts';
import type { Snapshot } from './snapshot.ts';
import { applyRunning, createRunningState, type RunningState } from './state.ts';

export interface Restored {
  readonly state: RunningState;
  /** Inputs that were replayed. */
  readonly replayed: number;
  /** Bytes that the journal should hold and does not: a file of it was moved away. */
  readonly missing: number;
}

const READ_BYTES = 1024 * 1024;

/** The next records, or where to go on when what comes next was moved away. */
async function readNext(reader: JournalReader, from: number): Promise<JournalRecord[] | number> {
  try {
    return await reader.read(from, READ_BYTES);
  } catch (error) {
    const isGap = error instanceof Error && 'start' in error && typeof error.start === 'number';
    if (!isGap || Number(error.start) <= from) throw error;
    return Number(error.start);
  }
}

/**
 * Replays the journal up to `end`. Without a snapshot it begins where the journal does. What is missing in between is
 * passed over and counted; throws `journal_damaged`.
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
  let missing = 0;
  while (position < end) {
    const records = await readNext(reader, position);
    if (typeof records === 'number') {
      missing += records - position;
      position = records;
      continue;
    }
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
  return { state, replayed, missing };
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
  const settings = registry.networkSettings();
  if (!isDeepStrictEqual(state.center.network.settings, settings))
    inputs.push({ kind: 'network_settings', at, settings });
  for (const station of state.center.stations.keys()) {
    if (!registered.has(station)) inputs.push({ kind: 'removed', at, station });
  }
  return inputs;
}

/** Greater than any epoch before, and greater than any that a lost store could have held: the start time in seconds. */
export function nextEpoch(stored: number | undefined, at: number): number {
  return Math.max((stored ?? 0) + 1, Math.floor(at / 1000));
}

/** Journals what changed while the center was down, then the start with an epoch above every earlier one. */
export async function beginEpoch(
  base: { readonly registry: Registry; readonly clock: Clock; readonly commit: string },
  runtime: Runtime,
): Promise<void> {
  const { registry, clock, commit } = base;
  const { center } = runtime.state;
  clock.begin(center.now > 0 ? center.now : undefined);
  for (const input of settingsToJournal(runtime.state, registry, clock.now())) await runtime.submit(input);
  const at = clock.now();
  const known = Math.max(center.epoch, Number(registry.setting(EPOCH_SETTING) ?? 0));
  const epoch = nextEpoch(known, at);
  await runtime.submit({ kind: 'start', at, epoch, commit, node: process.version });
  registry.setSetting(EPOCH_SETTING, String(center.epoch));
}
