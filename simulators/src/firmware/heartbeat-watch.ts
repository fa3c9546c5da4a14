/** Whether a center is there: three missed periods and the station is alone, three heard in a row and it listens again. */
import { HEARTBEATS_MISSED } from '@heat-center/contract/limits.ts';
import type { Heartbeat } from '@heat-center/contract/messages.ts';

export interface HeartbeatWatch {
  /** The station has taken over by itself. */
  readonly alone: boolean;
  /** Distinct heartbeats in a row. */
  readonly inRow: number;
  readonly every_ms: number;
  /** Monotonic arrival of the last one, or the start. */
  readonly last_mono_ms: number;
  readonly last_at?: number;
  readonly first_at?: number;
  readonly epoch?: number;
}

/** A period outside this is not believed, or one message could switch the watch off (s). */
const SHORTEST_S = 1;
const LONGEST_S = 60;

export function freshWatch(mono_ms: number): HeartbeatWatch {
  return { alone: false, inRow: 0, every_ms: 5000, last_mono_ms: mono_ms };
}

const silent = (watch: HeartbeatWatch, mono_ms: number): boolean =>
  mono_ms - watch.last_mono_ms > HEARTBEATS_MISSED * watch.every_ms;

/** What time alone changes. */
export function watched(watch: HeartbeatWatch, mono_ms: number): HeartbeatWatch {
  return silent(watch, mono_ms) && !(watch.alone && watch.inRow === 0)
    ? { ...watch, alone: true, inRow: 0 }
    : watch;
}

/** Takes a heartbeat. A repeated or older one proves nothing and counts for nothing. */
export function heard(watch: HeartbeatWatch, heartbeat: Heartbeat, mono_ms: number): HeartbeatWatch {
  const before = watched(watch, mono_ms);
  const restarted = before.epoch !== undefined && heartbeat.epoch > before.epoch;
  if (before.last_at !== undefined && heartbeat.at <= before.last_at && !restarted) return before;
  const inRow = before.inRow + 1;
  return {
    alone: before.alone && inRow < HEARTBEATS_MISSED,
    inRow,
    every_ms: 1000 * Math.min(LONGEST_S, Math.max(SHORTEST_S, heartbeat.every_s)),
    last_mono_ms: mono_ms,
    last_at: heartbeat.at,
    first_at: before.first_at ?? heartbeat.at,
    epoch: heartbeat.epoch,
  };
}
