/** The site's local time, broken down, so that the cycle needs no clock and no zone. */
import { Temporal } from 'temporal-polyfill';
import type { LocalTime } from '../domain/inputs.ts';

/** A change of the clocks is told this long (ms) before it comes: no schedule looks further ahead. */
const TOLD_BEFORE_MS = 9 * 86_400_000;

/** The next change of offset after `at`; `null` where the zone has none. */
function nextChange(at: number, zone: string): { at: number; offset_min: number } | null {
  const next = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .getTimeZoneTransition('next');
  return next && { at: next.epochMilliseconds, offset_min: next.offsetNanoseconds / 60e9 };
}

/** Local time of a site. `zone` is an IANA name; the result takes ms UTC. */
export function localTimeOf(zone: string): (at: number) => LocalTime {
  let known: { from: number; next: ReturnType<typeof nextChange> } | undefined;
  return (at) => {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    if (!known || at < known.from || (known.next && at >= known.next.at))
      known = { from: at, next: nextChange(at, zone) };
    const { next } = known;
    return {
      year: local.year,
      month: local.month,
      day: local.day,
      weekday: local.dayOfWeek,
      minute_of_day: local.hour * 60 + local.minute,
      ...(next && next.at - at <= TOLD_BEFORE_MS ? { change: next } : {}),
    };
  };
}
