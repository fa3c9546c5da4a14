import { describe, expect, it } from 'vitest';
import { stepOutdoor, type OutdoorFilter } from './outdoor-filter.ts';

const HOUR = 3_600_000;

function run(course: (hour: number) => number, hours: number, step: number): OutdoorFilter {
  let filter: OutdoorFilter = { at: 0, raw_c: course(0), value_c: course(0) };
  for (let at = step; at <= hours * HOUR; at += step) {
    filter = stepOutdoor(filter, { at, outdoor_c: course(at / HOUR) });
  }
  return filter;
}

describe('outdoor filter', () => {
  it('starts at the first measurement', () => {
    expect(stepOutdoor(undefined, { at: 5, outdoor_c: -3 })).toEqual({ at: 5, raw_c: -3, value_c: -3 });
  });

  it('has gone 63 % of a step after its time constant', () => {
    const filter = run((hour) => (hour === 0 ? 5 : -10), 6, 10_000);
    expect(filter.value_c).toBeCloseTo(-10 + 15 * Math.exp(-1), 2);
  });

  it('does not depend on the rate of sampling', () => {
    const course = (hour: number) => -2 * hour;
    expect(run(course, 12, 60_000).value_c).toBeCloseTo(run(course, 12, HOUR).value_c, 6);
  });

  it('bridges a gap of hours without a jump beyond what was measured', () => {
    const filter = stepOutdoor({ at: 0, raw_c: 0, value_c: 0 }, { at: 5 * HOUR, outdoor_c: -6 });
    expect(filter.value_c).toBeLessThan(0);
    expect(filter.value_c).toBeGreaterThan(-6);
  });

  it('starts anew after more than a day', () => {
    expect(stepOutdoor({ at: 0, raw_c: 0, value_c: 0 }, { at: 25 * HOUR, outdoor_c: -6 }).value_c).toBe(-6);
  });

  it('ignores what is not newer', () => {
    const filter = { at: 10, raw_c: 1, value_c: 1 };
    expect(stepOutdoor(filter, { at: 10, outdoor_c: 40 })).toBe(filter);
    expect(stepOutdoor(filter, { at: 3, outdoor_c: 40 })).toBe(filter);
  });
});
