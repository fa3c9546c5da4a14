import { describe, expect, it } from 'vitest';
import type { Schedule } from '../config.ts';
import { dayNumber, type SiteClock } from '../network/clock.ts';
import { setbackLeft, stepNight, type NightState } from './night.ts';
import { isComfort, minuteOf, nextComfort } from './schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Taiyuan: no clock changes. Monday, 23 November 2026, 00:00 local. */
const CLOCK: SiteClock = { offset_min: 480 };
const MONDAY = (dayNumber(2026, 11, 23) * 1440 - 480) * MINUTE;

const DAYS = [1, 2, 3, 4, 5, 6, 7];
const SETBACK: Schedule = {
  comfort: [{ days: DAYS, from: '06:00', to: '22:00' }],
  night: { kind: 'setback', room_k: 3 },
  start: 'fixed',
};

interface Course {
  readonly schedule: Schedule;
  readonly from?: number;
  readonly hours: number;
  readonly outdoor_c?: (at: number) => number | undefined;
  readonly room_c?: (at: number, night: NightState | undefined) => number | undefined;
  readonly clock?: SiteClock;
}

/** The states over time, every ten minutes. */
function run(course: Course): { at: number; night: NightState }[] {
  const { schedule, from = MONDAY, hours, clock = CLOCK } = course;
  const seen: { at: number; night: NightState }[] = [];
  let night: NightState | undefined;
  for (let at = from; at < from + hours * HOUR; at += 10 * MINUTE) {
    const outdoor_c = course.outdoor_c ? course.outdoor_c(at) : -5;
    const room_c = course.room_c?.(at, night);
    night = stepNight(night, { schedule, clock, now: at, outdoor_c, room_c, target_c: 18 });
    seen.push({ at, night });
  }
  return seen;
}

const hoursOf = (seen: ReturnType<typeof run>, phase: NightState['phase']): number =>
  seen.filter(({ night }) => night.phase === phase).length / 6;

describe('set-back', () => {
  it('fades with the cold', () => {
    expect(setbackLeft(3, -15, -5)).toBeCloseTo(1.2, 9);
    expect(setbackLeft(3, -15, 10)).toBe(3);
    expect(setbackLeft(3, -15, 20)).toBe(3);
    expect(setbackLeft(3, -15, -15)).toBe(0);
    expect(setbackLeft(3, -15, -30)).toBe(0);
    expect(setbackLeft(3, -15, undefined)).toBe(0);
  });

  it('acts outside of comfort alone', () => {
    const seen = run({ schedule: SETBACK, hours: 24 });
    expect(hoursOf(seen, 'comfort')).toBe(16);
    for (const { night } of seen) expect(night.setback_k).toBeCloseTo(night.phase === 'night' ? 1.2 : 0, 9);
  });
});

describe('schedule', () => {
  const weekdays: Schedule = {
    ...SETBACK,
    comfort: [
      { days: [1, 2, 3, 4, 5], from: '06:00', to: '22:00' },
      { days: [6], from: '16:00', to: '01:30' },
    ],
    holidays: [{ from: '2026-11-25', to: '2026-11-26' }],
  };

  it('knows days, nights beyond midnight and holidays', () => {
    const seen = run({ schedule: weekdays, hours: 7 * 24 });
    // Monday, Tuesday, Friday; Saturday to Sunday.
    expect(hoursOf(seen, 'comfort')).toBe(3 * 16 + 9.5);
    const at = (day: number, minute: number) =>
      isComfort(weekdays, { day: 20_000 + day, weekday: day, minute });
    expect([at(6, 60), at(7, 60), at(7, 90), at(6, 16 * 60)]).toEqual([false, true, false, true]);
  });

  it('says when comfort comes next, over a holiday', () => {
    const tuesdayNight = MONDAY + 46 * HOUR + 30 * MINUTE;
    expect(nextComfort(weekdays, CLOCK, tuesdayNight)).toBe(MONDAY + 4 * 24 * HOUR + 6 * HOUR);
    const away: Schedule = { ...weekdays, holidays: [{ from: '2026-11-01', to: '2027-03-31' }] };
    expect(nextComfort(away, CLOCK, MONDAY)).toBeUndefined();
    expect(minuteOf('24:00')).toBe(1440);
  });

  it('begins at six by the clock on the wall when the clocks change', () => {
    // Belgrade, 25 October 2026: at 3:00 it is 2:00 again.
    const change = { at: Date.UTC(2026, 9, 25, 1), offset_min: 60 };
    const clock: SiteClock = { offset_min: 120, change };
    const midnight = Date.UTC(2026, 9, 24, 22);
    expect(nextComfort(SETBACK, clock, midnight)).toBe(Date.UTC(2026, 9, 25, 5));
    const seen = run({ schedule: SETBACK, clock, from: midnight, hours: 25 });
    expect(hoursOf(seen, 'comfort')).toBe(16);
    expect(hoursOf(seen, 'night')).toBe(9);
    expect(isComfort(SETBACK, { day: 0, weekday: 4, minute: 359 })).toBe(false);
  });
});

describe('night shut-off', () => {
  const OFF: Schedule = { ...SETBACK, night: { kind: 'off' } };

  it('is total in mild nights, and there is none in cold ones', () => {
    expect(
      run({ schedule: OFF, hours: 24, outdoor_c: () => 2 }).filter(({ night }) => night.off),
    ).toHaveLength(48);
    expect(run({ schedule: OFF, hours: 24, outdoor_c: () => -6 }).some(({ night }) => night.off)).toBe(false);
    expect(run({ schedule: OFF, hours: 24, outdoor_c: () => undefined }).some(({ night }) => night.off)).toBe(
      false,
    );
  });

  it('does not flicker around its limit', () => {
    let wave = 0;
    const seen = run({
      schedule: OFF,
      from: MONDAY + 22 * HOUR,
      hours: 8,
      outdoor_c: () => -4.5 + ((wave += 1) % 2) * 0.4,
    });
    const changes = seen.filter(({ night }, index) => index > 0 && night.off !== seen[index - 1]?.night.off);
    expect(changes.length).toBeLessThanOrEqual(1);
  });
});

describe('waking up', () => {
  it('boosts as far as there was a set-back, and for as long as asked', () => {
    const schedule: Schedule = { ...SETBACK, boost: { supply_k: 5, for_s: 3600 } };
    const boosted = run({ schedule, hours: 24 }).filter(({ night }) => night.boost);
    expect(boosted).toHaveLength(6);
    expect(boosted[0]?.at).toBe(MONDAY + 6 * HOUR);
    expect(boosted[0]?.night.boost?.shift_k).toBeCloseTo(5 * 0.4, 9);
    expect(run({ schedule, hours: 24, outdoor_c: () => -20 }).some(({ night }) => night.boost)).toBe(false);
  });

  it('boosts in full after a shut-off', () => {
    const schedule: Schedule = { ...SETBACK, night: { kind: 'off' }, boost: { supply_k: 5, for_s: 3600 } };
    const boosted = run({ schedule, hours: 24, outdoor_c: () => 2 }).filter(({ night }) => night.boost);
    expect(boosted.map(({ night }) => night.boost?.shift_k)).toEqual([5, 5, 5, 5, 5, 5]);
  });

  it('comes earlier the longer and colder the night was, without any room', () => {
    const schedule: Schedule = { ...SETBACK, start: 'optimised' };
    const lead = (outdoor_c: number, hours: number): number => {
      const seen = run({
        schedule,
        from: MONDAY + 6 * HOUR - hours * HOUR,
        hours,
        outdoor_c: () => outdoor_c,
      });
      return hoursOf(seen, 'warm_up');
    };
    expect(lead(5, 8)).toBeGreaterThan(lead(5, 3));
    expect(lead(0, 8)).toBeGreaterThan(0);
    expect(lead(0, 8)).toBeLessThanOrEqual(6);
  });

  it('learns how fast the rooms warm, so that they are warm when comfort begins', () => {
    const schedule: Schedule = { ...SETBACK, start: 'optimised' };
    const rate_k_per_h = 1.2;
    let room_c = 18;
    let now = MONDAY;
    const seen = run({
      schedule,
      hours: 24 * 14,
      outdoor_c: () => 8,
      room_c: (at, night) => {
        const hours = (at - now) / HOUR;
        now = at;
        room_c += hours * (night && night.phase !== 'night' ? rate_k_per_h : -0.25);
        room_c = Math.min(room_c, 18);
        return room_c;
      },
    });
    const last = seen.at(-1)?.night;
    expect(last?.start.mornings).toBeGreaterThanOrEqual(12);
    expect(last?.start.rate_k_per_h).toBeGreaterThan(0.85);
    const leads = [2, 12].map(
      (day) =>
        seen.filter(
          ({ at, night }) => night.phase === 'warm_up' && Math.floor((at - MONDAY) / (24 * HOUR)) === day,
        ).length / 6,
    );
    // At first it starts hours early; then as early as it takes.
    expect(leads[0]).toBeGreaterThan(leads[1] ?? Infinity);
    expect(leads[1]).toBeGreaterThan(1);
    expect(leads[1]).toBeLessThan(2.5);
  });
});
