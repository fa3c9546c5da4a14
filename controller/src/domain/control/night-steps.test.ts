import { describe, expect, it } from 'vitest';
import type { Schedule } from '../config.ts';
import { dayNumber, type SiteClock } from '../network/clock.ts';
import { stepNight, type NightInput, type NightState } from './night.ts';
import { isComfort, isHoliday, nextComfort } from './schedule.ts';

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

describe('a night in steps', () => {
  const OFF: Schedule = { ...SETBACK, night: { kind: 'off' } };
  const NIGHT = MONDAY + 23 * HOUR;
  const step = (before: NightState | undefined, schedule: Schedule, given: Partial<NightInput> = {}) =>
    stepNight(before, {
      schedule,
      clock: CLOCK,
      now: NIGHT,
      outdoor_c: 0,
      room_c: undefined,
      target_c: 18,
      ...given,
    });
  const optimised: Schedule = { ...SETBACK, start: 'optimised' };
  const SIX = MONDAY + 30 * HOUR;

  it('without heat begins a kelvin above its limit and ends at it', () => {
    const off = (outdoor_c: number, before?: NightState) => step(before, OFF, { outdoor_c }).off;
    expect([off(-4.1), off(-4), off(-3.9)]).toEqual([false, false, true]);
    const before = step(undefined, OFF, { outdoor_c: 0 });
    expect([off(-4.9, before), off(-5, before)]).toEqual([true, false]);
  });

  it('ends a boost', () => {
    const schedule: Schedule = { ...SETBACK, boost: { supply_k: 5, for_s: 7200 } };
    const evening = {
      ...step(undefined, schedule, { now: MONDAY + 21 * HOUR }),
      boost: { shift_k: 5, until: SIX },
    };
    expect(step(evening, schedule).boost).toBeUndefined();
    expect(step(evening, schedule, { now: MONDAY + 21 * HOUR + MINUTE }).boost).toBeDefined();
  });

  it('that lowers nothing is followed by no boost', () => {
    const schedule: Schedule = {
      ...SETBACK,
      night: { kind: 'setback', room_k: 0 },
      boost: { supply_k: 5, for_s: 3600 },
    };
    expect(step(step(undefined, schedule), schedule, { now: SIX }).boost).toBeUndefined();
  });

  it('counts its length from where it began, and comfort too', () => {
    const night = step(undefined, SETBACK);
    expect(night).toMatchObject({ phase: 'night', since: NIGHT, comfort_at: SIX });
    expect(step(night, SETBACK, { now: NIGHT + HOUR }).since).toBe(NIGHT);
    const day = step(night, SETBACK, { now: SIX });
    expect(day).toMatchObject({ phase: 'comfort', since: SIX, comfort_at: SIX });
    expect(step(day, SETBACK, { now: SIX + HOUR })).toMatchObject({ since: SIX, comfort_at: SIX });
  });

  it('ends so early that what rooms lack can be made up', () => {
    const phase = (now: number, room_c: number) =>
      step(step(undefined, optimised), optimised, { now, room_c }).phase;
    // A kelvin at half a kelvin an hour, and a quarter of an hour for the water.
    const lead = 2.25 * HOUR;
    expect([phase(SIX - lead - 1, 17), phase(SIX - lead, 17)]).toEqual(['night', 'warm_up']);
    expect(phase(SIX - 1, 18)).toBe('night');
    const blind = { now: SIX - 1, outdoor_c: undefined };
    expect(step(step(undefined, optimised), optimised, blind).phase).toBe('night');
  });

  it('without rooms expects them to have cooled for as long as it lasted, by the set-back at most', () => {
    // 1.2 K of 3 at −5 °C, fallen to after (18 + 5)·(1 − e^(−t/60 h)): 3 h 13 min.
    const lead = (1.2 / 0.5 + 0.25) * HOUR;
    const at = (schedule: Schedule, now: number) =>
      step(step(undefined, schedule, { outdoor_c: -5 }), schedule, { now, outdoor_c: -5 }).phase;
    expect([at(optimised, SIX - lead - MINUTE), at(optimised, SIX - lead + MINUTE)]).toEqual([
      'night',
      'warm_up',
    ]);
    // Without heat they cool on: 6 h after eleven by 1.9 K at 1 °C.
    const off: Schedule = { ...optimised, night: { kind: 'off' } };
    const mild = (now: number) =>
      step(step(undefined, off, { outdoor_c: 1 }), off, { now, outdoor_c: 1 }).phase;
    expect(mild(SIX - 3.2 * HOUR)).toBe('night');
    expect(mild(SIX - 2.5 * HOUR)).toBe('warm_up');
  });

  it('does not come back once the heat is there, whatever rooms say', () => {
    const warming = step(step(undefined, optimised), optimised, { now: SIX - HOUR, room_c: 17 });
    expect(warming.phase).toBe('warm_up');
    expect(step(warming, optimised, { now: SIX - HOUR + MINUTE, room_c: 18 }).phase).toBe('warm_up');
    const other = { ...warming, comfort_at: SIX - 24 * HOUR };
    expect(step(other, optimised, { now: SIX - HOUR + MINUTE, room_c: 18 }).phase).toBe('night');
  });

  it('teaches nothing before it is over', () => {
    const night = step(undefined, optimised, { room_c: 17 });
    const watched = {
      ...night,
      start: { ...night.start, warm_up: { at: NIGHT - HOUR, room_c: 16, target_c: 18 } },
    };
    expect(step(watched, optimised, { room_c: 18 }).start.mornings).toBe(0);
  });
});

describe('a week', () => {
  const always = { ...SETBACK, comfort: [{ days: DAYS, from: '06:00', to: '06:00' }] };
  const sunday: Schedule = {
    ...SETBACK,
    comfort: [{ days: [7], from: '22:00', to: '02:00' }],
    holidays: [
      { from: '2026-12-24', to: '2026-12-26' },
      { from: '2027-01-01', to: '2027-01-01' },
    ],
  };

  it('goes round from Sunday to Monday', () => {
    const at = (weekday: number, minute: number) => isComfort(sunday, { day: 20_000, weekday, minute });
    expect([at(7, 1320), at(1, 119), at(1, 120), at(2, 60)]).toEqual([true, true, false, false]);
  });

  it('of comfort from six to six has no night', () => {
    for (const minute of [0, 359, 360, 1439])
      expect(isComfort(always, { day: 20_000, weekday: 3, minute })).toBe(true);
  });

  it('may have several holidays', () => {
    const days = [
      dayNumber(2026, 12, 23),
      dayNumber(2026, 12, 26),
      dayNumber(2027, 1, 1),
      dayNumber(2027, 1, 2),
    ];
    expect(days.map((day) => isHoliday(sunday, day))).toEqual([false, true, true, false]);
  });

  it('names the next of several beginnings, and not the one that is now', () => {
    const comfort = [
      { days: DAYS, from: '16:00', to: '22:00' },
      { days: DAYS, from: '05:37', to: '08:00' },
    ];
    const next = (now: number) => (nextComfort({ ...SETBACK, comfort }, CLOCK, now) ?? 0) - MONDAY;
    expect(next(MONDAY)).toBe(5 * HOUR + 37 * MINUTE);
    expect(next(MONDAY + 5 * HOUR + 37 * MINUTE)).toBe(16 * HOUR);
    expect(next(MONDAY + 16 * HOUR)).toBe(29 * HOUR + 37 * MINUTE);
  });
});
