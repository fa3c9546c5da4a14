/** The site's local time from the last tick, so that schedules know hour and day at any moment. */
import type { LocalTime } from '../inputs.ts';

/** Local minus universal time, and when it next changes. Minutes, ms UTC. */
export interface SiteClock {
  readonly offset_min: number;
  readonly change?: { readonly at: number; readonly offset_min: number } | undefined;
}

const DAY_MIN = 1440;
const MINUTE_MS = 60_000;

/**
 * Days since 1 January 1970 of a date of the Gregorian calendar: a year that begins in March puts the leap day
 * last, so the days before a month follow one line, (153·m + 2)/5. Source: Richards, Explanatory Supplement to
 * the Astronomical Almanac, 3rd edition, 15.11.
 */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const m = (month + 9) % 12;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return 365 * y + leaps + Math.floor((153 * m + 2) / 5) + day - 1 - 719_468;
}

/** The clock as a tick at `at` shows it. */
export function clockOf(at: number, local: LocalTime): SiteClock {
  const local_min = dayNumber(local.year, local.month, local.day) * DAY_MIN + local.minute_of_day;
  const offset_min = local_min - Math.floor(at / MINUTE_MS);
  return { offset_min, change: local.change };
}

/** Day since 1 January 1970, weekday 1 Monday … 7 Sunday, and minute of the day at the site. */
export interface LocalMoment {
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
}

export function localAt(clock: SiteClock, at: number): LocalMoment {
  const { change } = clock;
  const offset_min = change && at >= change.at ? change.offset_min : clock.offset_min;
  const minutes = Math.floor(at / MINUTE_MS) + offset_min;
  const day = Math.floor(minutes / DAY_MIN);
  return { day, weekday: weekdayOf(day), minute: minutes - day * DAY_MIN };
}

/** 1 January 1970 was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/**
 * When a local time comes, ms UTC. A time that the clocks skip comes when they change; one that they show twice
 * comes the first time.
 */
export function instantOf(
  clock: SiteClock,
  local: { readonly day: number; readonly minute: number },
): number {
  const local_ms = (local.day * DAY_MIN + local.minute) * MINUTE_MS;
  const before = local_ms - clock.offset_min * MINUTE_MS;
  const { change } = clock;
  if (!change || before < change.at) return before;
  return Math.max(local_ms - change.offset_min * MINUTE_MS, change.at);
}
