/** One station of the center: what arrives from it or about it, and its cycle. */
import type { Telemetry } from '@heat-center/contract/decode.ts';
import type { Status } from '@heat-center/contract/messages.ts';
import { changedRecords } from './commands/ledger.ts';
import { applyReport } from './commands/reports.ts';
import { applyWish } from './commands/wishes.ts';
import type { StationConfig } from './config.ts';
import { cycle } from './cycle.ts';
import type { Effect } from './effects.ts';
import { applySample, applyStatus, type StationImage } from './image.ts';
import type { CenterInput } from './inputs.ts';
import type { Moving } from './moving.ts';
import type { NetworkState } from './network/network.ts';
import type { StationCase, StationState } from './state.ts';

export interface StationEntry {
  config: StationConfig;
  readonly image: StationImage;
  state: StationState;
}

/** What all stations see. */
export interface Surroundings {
  readonly network: NetworkState;
  readonly now: number;
}

export const caseOf = (
  { network, now }: Surroundings,
  { state, image, config }: StationEntry,
): StationCase => ({
  state,
  image,
  config,
  network,
  now,
});

/**
 * Telemetry cycles its station at most this often, ms: setpoints leave once in 10 s at most, so a station that
 * measures each second is not worth a decision each second. A tick takes what no later sample did.
 */
const TELEMETRY_CYCLE_MS = 5000;

type StationInput = Extract<CenterInput, { kind: 'telemetry' | 'status' | 'report' | 'session' | 'wish' }>;

export function applyToStation(center: Surroundings, entry: StationEntry, input: StationInput): Effect[] {
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

function takeTelemetry(center: Surroundings, entry: StationEntry, telemetry: Telemetry): Effect[] {
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
    const state: Moving<StationState> = entry.state;
    if (due_at < state.due_at) state.due_at = due_at;
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

/** After a connect nothing is sent until the station has measured, and the ramp starts where it then is. */
export function beginSession(entry: StationEntry): void {
  const { fallback } = entry.state;
  // What was sent to nobody is sent again; a station that takes no fallback is not asked each time.
  const tried = fallback?.refused ? fallback : undefined;
  entry.state = { ...entry.state, awaits_sample: true, lease: undefined, fallback: tried };
}

export function run(center: Surroundings, entry: StationEntry): readonly Effect[] {
  const { state, effects } = cycle(caseOf(center, entry));
  entry.state = state;
  return effects;
}
