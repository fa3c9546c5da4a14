/**
 * The center's time as a station knows it: the greatest (heartbeat's time − monotonic time of its arrival) of the
 * last ten minutes, plus monotonic now. Delay only ever lowers the difference, so the greatest is the nearest to the
 * truth and queued heartbeats cannot make an old command look young.
 */

interface Offset {
  readonly mono_ms: number;
  readonly offset_ms: number;
}

/** Offsets that can still be the greatest, oldest and greatest first. */
export type CenterTime = readonly Offset[];

const WINDOW_MS = 600_000;

export const UNKNOWN_TIME: CenterTime = [];

/** What still holds when a center starts again: nothing, if its clock was set back by more than delay explains. */
export function heldOver(time: CenterTime, at: number, mono_ms: number): CenterTime {
  const now = centerNow(time, mono_ms);
  return now !== undefined && now - at > WINDOW_MS ? UNKNOWN_TIME : time;
}

export function heardAt(time: CenterTime, at: number, mono_ms: number): CenterTime {
  const offset_ms = at - mono_ms;
  const kept = time.filter((offset) => offset.offset_ms > offset_ms && mono_ms - offset.mono_ms <= WINDOW_MS);
  return [...kept, { mono_ms, offset_ms }];
}

/** ms since 1970 UTC by the center's clock; undefined when no heartbeat came within ten minutes. */
export function centerNow(time: CenterTime, mono_ms: number): number | undefined {
  const greatest = time.find((offset) => mono_ms - offset.mono_ms <= WINDOW_MS);
  return greatest && greatest.offset_ms + mono_ms;
}
