import { describe, expect, it } from 'vitest';
import { clockOf, dayNumber, instantOf, localAt, weekdayOf } from './clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const days = (year: number, month: number, day: number): number =>
  Date.UTC(year, month - 1, day) / 86_400_000;

describe('days', () => {
  it.each([
    [1970, 1, 1],
    [1999, 12, 31],
    [2000, 2, 29],
    [2000, 3, 1],
    [2026, 1, 31],
    [2026, 11, 22],
    [2028, 2, 29],
    [2100, 2, 28],
    [2100, 3, 1],
  ])('are counted from 1970: %i-%i-%i', (year, month, day) => {
    expect(dayNumber(year, month, day)).toBe(days(year, month, day));
  });

  it('begin their week on Monday', () => {
    const monday = days(2026, 11, 23);
    expect([0, 1, 2, 3, 4, 5, 6].map((past) => weekdayOf(monday + past))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(weekdayOf(0)).toBe(4);
    expect(weekdayOf(-4)).toBe(7);
  });
});

describe('the clock of a site', () => {
  const at = Date.UTC(2026, 10, 21, 16, 30);
  const local = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 30 };

  it('is known from one tick', () => {
    expect(clockOf(at, local)).toEqual({ offset_min: 480, change: undefined });
    expect(clockOf(at + 59_999, local).offset_min).toBe(480);
    expect(localAt(clockOf(at, local), at + 25 * HOUR)).toEqual({
      day: days(2026, 11, 23),
      weekday: 1,
      minute: 90,
    });
  });

  it('is another from the very moment of its change', () => {
    // Belgrade, 25 October 2026, 3:00 becomes 2:00.
    const change = { at: Date.UTC(2026, 9, 25, 1), offset_min: 60 };
    const clock = { offset_min: 120, change };
    expect(localAt(clock, change.at - 1).minute).toBe(179);
    expect(localAt(clock, change.at).minute).toBe(120);
  });
});

describe('when a local time comes', () => {
  const day = days(2026, 10, 25);
  const autumn = { offset_min: 120, change: { at: Date.UTC(2026, 9, 25, 1), offset_min: 60 } };

  it('is the first time where the clocks show it twice', () => {
    expect(instantOf(autumn, { day, minute: 150 })).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(instantOf(autumn, { day, minute: 180 })).toBe(Date.UTC(2026, 9, 25, 2));
    expect(instantOf(autumn, { day, minute: 60 })).toBe(Date.UTC(2026, 9, 24, 23));
  });

  it('is the change itself where they skip it', () => {
    const spring = { offset_min: 60, change: { at: Date.UTC(2027, 2, 28, 1), offset_min: 120 } };
    const skipped = { day: days(2027, 3, 28), minute: 150 };
    expect(instantOf(spring, skipped)).toBe(spring.change.at);
    expect(instantOf(spring, { ...skipped, minute: 240 })).toBe(Date.UTC(2027, 2, 28, 2));
  });

  it('needs no change', () => {
    expect(instantOf({ offset_min: 480 }, { day, minute: 0 })).toBe(Date.UTC(2026, 9, 24, 16));
  });
});
