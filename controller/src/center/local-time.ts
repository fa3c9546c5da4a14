/** The site's local time, broken down, so that the cycle needs no clock and no zone. */
import type { LocalTime } from '../domain/inputs.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** `at` in ms UTC, `zone` an IANA name. */
export function localTimeOf(at: number, zone: string): LocalTime {
  const parts = new Map<string, number>();
  for (const { type, value } of formatterOf(zone).formatToParts(at)) parts.set(type, Number(value));
  const part = (name: string): number => parts.get(name) ?? 0;
  const [year, month, day] = [part('year'), part('month'), part('day')];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return {
    year,
    month,
    day,
    weekday: weekday === 0 ? 7 : weekday,
    minute_of_day: part('hour') * 60 + part('minute'),
  };
}
