import { describe, expect, it } from 'vitest';
import { clockOf, instantOf, localAt } from '../domain/network/clock.ts';
import { localTimeOf } from './local-time.ts';

const shanghai = localTimeOf('Asia/Shanghai');
const belgrade = localTimeOf('Europe/Belgrade');

describe('local time', () => {
  it('follows the zone and its clock changes', () => {
    const noon = Date.UTC(2024, 2, 31, 12);
    expect(shanghai(noon)).toEqual({ year: 2024, month: 3, day: 31, weekday: 7, minute_of_day: 1200 });
    expect(belgrade(noon).minute_of_day).toBe(14 * 60);
    expect(belgrade(Date.UTC(2024, 2, 30, 12)).minute_of_day).toBe(13 * 60);
    expect(shanghai(Date.UTC(2024, 11, 31, 16))).toMatchObject({
      year: 2025,
      month: 1,
      day: 1,
      weekday: 3,
      minute_of_day: 0,
    });
  });

  it('tells a change of the clocks some days before', () => {
    const change = { at: Date.UTC(2024, 2, 31, 1), offset_min: 120 };
    expect(belgrade(Date.UTC(2024, 2, 28))).toMatchObject({ change });
    expect(belgrade(Date.UTC(2024, 1, 28))).not.toHaveProperty('change');
    expect(belgrade(change.at).change).toBeUndefined();
  });

  it('lets schedules know every local moment around the change', () => {
    const tick = Date.UTC(2024, 9, 26, 22);
    const clock = clockOf(tick, belgrade(tick));
    expect(clock).toMatchObject({ offset_min: 120, change: { offset_min: 60 } });
    for (let at = tick; at < tick + 12 * 3_600_000; at += 7 * 60_000) {
      const { weekday, minute_of_day: minute } = belgrade(at);
      expect(localAt(clock, at)).toMatchObject({ weekday, minute });
    }
    // Half past two comes twice: the first counts. Six comes an hour later than the day before.
    const { day } = localAt(clock, tick + 6 * 3_600_000);
    expect(instantOf(clock, { day, minute: 150 })).toBe(Date.UTC(2024, 9, 27, 0, 30));
    expect(instantOf(clock, { day, minute: 360 })).toBe(Date.UTC(2024, 9, 27, 5));
    // In spring half past two does not come: it is three at once.
    const spring = Date.UTC(2024, 2, 30, 20);
    const skipping = clockOf(spring, belgrade(spring));
    const next = localAt(skipping, spring).day + 1;
    expect(instantOf(skipping, { day: next, minute: 150 })).toBe(Date.UTC(2024, 2, 31, 1));
  });
});
