/** Times as the screen shows them: relative when young, absolute with the zone when old. */

type Style = 'clock' | 'minute' | 'dateTime' | 'full' | 'day' | 'weekday' | 'zoned';

const STYLES: Record<Style, Intl.DateTimeFormatOptions> = {
  clock: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  minute: { hour: '2-digit', minute: '2-digit' },
  dateTime: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  zoned: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  full: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  },
  day: { weekday: 'short', month: 'short', day: 'numeric' },
  weekday: { weekday: 'short' },
};

const formatters = new Map<string, Intl.DateTimeFormat>();

export interface Place {
  readonly zone: string;
  readonly language: string;
}

export function formatTime(at: number, style: Style, { zone, language }: Place): string {
  const key = `${style} ${zone} ${language}`;
  let known = formatters.get(key);
  if (!known) {
    // British English puts the day before the month and knows no am and pm.
    const locale = language === 'en' ? 'en-GB' : language;
    known = new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: zone, hourCycle: 'h23' });
    formatters.set(key, known);
  }
  return known.format(at);
}

export type AgeUnit = 's' | 'min' | 'h' | 'd';

/** An age as a whole number of its unit; a time of measurement a little ahead counts as now. */
export function ageOf(ms: number): { readonly n: number; readonly unit: AgeUnit } {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return { n: s, unit: 's' };
  if (s < 3600) return { n: Math.floor(s / 60), unit: 'min' };
  if (s < 86_400) return { n: Math.floor(s / 3600), unit: 'h' };
  return { n: Math.floor(s / 86_400), unit: 'd' };
}

/** From here on an age is shown as date and time, ms. */
export const OLD_MS = 86_400_000;

/** Days since 1970 of the site's local date. */
export const localDay = (at: number, zone: string): number =>
  Math.floor((at + zoneOffset(at, zone)) / 86_400_000);

/** Short name of a weekday, 1 Monday … 7 Sunday. */
export function weekdayName(weekday: number, language: string): string {
  // The fourth day after 1 January 1970, a Thursday, was a Monday.
  const at = (weekday + 3) * 86_400_000;
  return formatTime(at, 'weekday', { zone: 'UTC', language });
}

/** Offset of local time from UTC at an instant, ms. */
function zoneOffset(at: number, zone: string): number {
  const key = `offset ${zone}`;
  let known = formatters.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(key, known);
  }
  const part = Object.fromEntries(known.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/**
 * Instants at which the site's clock shows a whole multiple of `step_h` hours, within [from, to], ms UTC.
 * A midnight that a clock change skips is left out.
 */
export function localHours(span: { from: number; to: number; zone: string; step_h: number }): number[] {
  const { from, to, zone, step_h } = span;
  const step = step_h * 3_600_000;
  const found: number[] = [];
  const first = Math.ceil((from + zoneOffset(from, zone)) / step) * step;
  for (let local = first; found.length < 500; local += step) {
    const guess = local - zoneOffset(local - zoneOffset(local, zone), zone);
    if (guess > to) break;
    if (guess >= from && guess + zoneOffset(guess, zone) === local) found.push(guess);
  }
  return found;
}
