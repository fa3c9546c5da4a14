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
  /** Nothing issued before this is obeyed by a station that remembers no command. */
  readonly first_at?: number;
  /** First heartbeat after the last silence: what was issued before it is not obeyed any more. */
  readonly back_at?: number | undefined;
  /** Monotonic arrival of the last one that counted for the row. */
  readonly counted_mono_ms?: number | undefined;
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
    ? { ...watch, alone: true, inRow: 0, counted_mono_ms: undefined }
    : watch;
}

/** Another epoch has another clock, so its commands are not measured by what the one before said. */
function backAt(before: HeartbeatWatch, at: number, restarted: boolean): number | undefined {
  if (before.alone && before.inRow === 0) return at;
  return restarted ? undefined : before.back_at;
}

/** Takes a heartbeat. A repeated or older one proves nothing and counts for nothing. */
export function heard(watch: HeartbeatWatch, heartbeat: Heartbeat, mono_ms: number): HeartbeatWatch {
  const before = watched(watch, mono_ms);
  const restarted = before.epoch !== undefined && heartbeat.epoch > before.epoch;
  if (before.last_at !== undefined && heartbeat.at <= before.last_at && !restarted) return before;
  // A queue that is let go at once says nothing of a center that lives now: those in a row keep half their distance.
  const counts = mono_ms - (before.counted_mono_ms ?? -Infinity) >= before.every_ms / 2;
  const inRow = before.inRow + (counts ? 1 : 0);
  return {
    alone: before.alone && inRow < HEARTBEATS_MISSED,
    inRow,
    every_ms: 1000 * Math.min(LONGEST_S, Math.max(SHORTEST_S, heartbeat.every_s)),
    last_mono_ms: mono_ms,
    last_at: heartbeat.at,
    first_at: restarted ? heartbeat.at : (before.first_at ?? heartbeat.at),
    back_at: backAt(before, heartbeat.at, restarted),
    counted_mono_ms: counts ? mono_ms : before.counted_mono_ms,
    epoch: heartbeat.epoch,
  };
}
