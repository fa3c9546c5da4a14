/** When rooms are to be warm: weekly periods and holidays at the site's local time. */
import type { Schedule } from '../config.ts';
import {
  dayNumber,
  instantOf,
  localAt,
  weekdayOf,
  type LocalMoment,
  type SiteClock,
} from '../network/clock.ts';

/** Beyond a week nothing new comes but the end of a holiday. */
const LOOK_AHEAD_DAYS = 8;

/** Minutes since midnight of `HH:MM`; the text was checked when it was set. */
export function minuteOf(text: string): number {
  const digit = (index: number): number => text.charCodeAt(index) - 48;
  return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

/** Days since 1970 of `YYYY-MM-DD`. */
const dayOf = (text: string): number =>
  dayNumber(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));

export function isHoliday({ holidays }: Schedule, day: number): boolean {
  return holidays?.some(({ from, to }) => day >= dayOf(from) && day <= dayOf(to)) ?? false;
}

/** Whether a period of comfort is on; one that passes midnight belongs to the day on which it begins. */
export function isComfort(schedule: Schedule, { day, weekday, minute }: LocalMoment): boolean {
  if (isHoliday(schedule, day)) return false;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return schedule.comfort.some(({ days, from, to }) => {
    const begin = minuteOf(from);
    const end = minuteOf(to);
    if (begin < end) return minute >= begin && minute < end && days.includes(weekday);
    return (minute >= begin && days.includes(weekday)) || (minute < end && days.includes(yesterday));
  });
}

/** When the next period of comfort begins, ms UTC; undefined where none does within a week. */
export function nextComfort(schedule: Schedule, clock: SiteClock, now: number): number | undefined {
  const today = localAt(clock, now).day;
  let next: number | undefined;
  for (let day = today; day < today + LOOK_AHEAD_DAYS && next === undefined; day += 1) {
    if (isHoliday(schedule, day)) continue;
    const weekday = weekdayOf(day);
    for (const { days, from } of schedule.comfort) {
      if (!days.includes(weekday)) continue;
      const at = instantOf(clock, { day, minute: minuteOf(from) });
      if (at > now && (next === undefined || at < next)) next = at;
    }
  }
  return next;
}
