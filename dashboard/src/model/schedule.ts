/** A circuit's schedule as a person edits it, and the week that it gives; pure. Times are the site's own. */
import type { CircuitSettings } from '@heat-center/api/stations.ts';

export type Schedule = NonNullable<CircuitSettings['schedule']>;

export interface PeriodDraft {
  /** 1 Monday … 7 Sunday, ascending. */
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

/** As typed: an empty field is not zero, but what the center takes where nothing is said. */
export interface ScheduleDraft {
  readonly comfort: readonly PeriodDraft[];
  readonly night: 'setback' | 'off';
  readonly room_k: string;
  readonly limit_c: string;
  readonly boost: boolean;
  readonly supply_k: string;
  readonly for_min: string;
  readonly start: 'fixed' | 'optimised';
  readonly holidays: readonly { readonly from: string; readonly to: string }[];
}

export const WEEKDAYS: readonly number[] = [1, 2, 3, 4, 5, 6, 7];

/** Where a circuit has no schedule yet. */
const FIRST: Schedule = {
  comfort: [{ days: WEEKDAYS, from: '06:00', to: '22:00' }],
  night: { kind: 'setback', room_k: 3 },
};

export function draftOf({ comfort, night, boost, start, holidays }: Schedule = FIRST): ScheduleDraft {
  return {
    comfort: comfort.map(({ days, from, to }) => ({ days: days.toSorted((a, b) => a - b), from, to })),
    night: night.kind,
    room_k: night.kind === 'setback' ? String(night.room_k) : '3',
    limit_c: night.limit_c === undefined ? '' : String(night.limit_c),
    boost: boost !== undefined,
    supply_k: String(boost?.supply_k ?? 5),
    for_min: String((boost?.for_s ?? 3600) / 60),
    start: start ?? 'optimised',
    holidays: holidays ?? [],
  };
}

/** A typed number; NaN where there is none, which the API's schema refuses. */
export const typedNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** What would be sent; whether it can be is the API's schema's to say. */
export function scheduleOf(draft: ScheduleDraft): Schedule {
  const limit = draft.limit_c.trim() === '' ? {} : { limit_c: typedNumber(draft.limit_c) };
  const { comfort, start, holidays } = draft;
  return {
    comfort,
    night:
      draft.night === 'setback'
        ? { kind: 'setback', room_k: typedNumber(draft.room_k), ...limit }
        : { kind: 'off', ...limit },
    ...(draft.boost
      ? { boost: { supply_k: typedNumber(draft.supply_k), for_s: typedNumber(draft.for_min) * 60 } }
      : {}),
    start,
    ...(holidays.length > 0 ? { holidays } : {}),
  };
}

/** A time of day as people type it: "6", "630", "6.30", "24" become HH:MM; what is none stays as it is. */
export function tidyTime(text: string): string {
  const found = /^(\d{1,2})(?:[:.：]?(\d{2}))?$/.exec(text.trim());
  if (!found) return text;
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? 0)];
  if (minute > 59 || hour * 60 + minute > 1440) return text;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Days since 1970 of `YYYY-MM-DD`. */
export const dayOf = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);

/** 1 Monday … 7 Sunday. */
export const weekdayOf = (day: number): number => ((day + 3) % 7) + 1;

export interface WeekDay {
  /** Days since 1970. */
  readonly day: number;
  readonly weekday: number;
  readonly holiday: boolean;
  /** Minutes since midnight, ascending, apart from each other. */
  readonly comfort: readonly (readonly [from: number, to: number])[];
}

function comfortOn(schedule: Schedule, weekday: number): [number, number][] {
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  const spans: [number, number][] = [];
  for (const { days, from, to } of schedule.comfort) {
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    if (days.includes(weekday)) spans.push([begin, begin < end ? end : 1440]);
    // A period that passes midnight belongs to the day on which it begins.
    if (begin > end && end > 0 && days.includes(yesterday)) spans.push([0, end]);
  }
  return spans;
}

function joined(spans: readonly [number, number][]): [number, number][] {
  const apart: [number, number][] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = apart.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

/** Seven days from `today` (days since 1970) on; a holiday has no comfort at all. */
export function weekOf(schedule: Schedule, today: number): WeekDay[] {
  return Array.from({ length: 7 }, (_, ahead) => {
    const day = today + ahead;
    const weekday = weekdayOf(day);
    const holiday =
      schedule.holidays?.some(({ from, to }) => day >= dayOf(from) && day <= dayOf(to)) ?? false;
    return { day, weekday, holiday, comfort: holiday ? [] : joined(comfortOn(schedule, weekday)) };
  });
}

/** Hours of comfort in a week. */
export const comfortHours = (week: readonly WeekDay[]): number =>
  week.reduce((sum, { comfort }) => sum + comfort.reduce((of, [from, to]) => of + to - from, 0), 0) / 60;

/** Where a set-back is gone and a shut-off ends if nobody says otherwise, as the center has it, °C. */
export const NIGHT_LIMIT_C = { setback: -15, off: -5 } as const;
const FADES_FROM_C = 10;

/** What remains of a set-back outdoors at `outdoor_c`, K; for a shut-off whether the heat would be off. */
export function nightAt({ night }: Schedule, outdoor_c: number): { left_k: number } | { off: boolean } {
  const limit_c = night.limit_c ?? NIGHT_LIMIT_C[night.kind];
  if (night.kind === 'off') return { off: outdoor_c > limit_c + 1 };
  const faded = (FADES_FROM_C - outdoor_c) / (FADES_FROM_C - limit_c);
  return { left_k: night.room_k * (1 - Math.min(Math.max(faded, 0), 1)) };
}

/** Runs of neighbouring days: [1,2,3,5] gives [[1,3],[5,5]]. */
export function dayRuns(days: readonly number[]): (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && day === last[1] + 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}
