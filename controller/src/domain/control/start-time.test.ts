import { describe, expect, it } from 'vitest';
import { T0 } from '../testing.ts';
import {
  beginWarmUp,
  expectedDeficit,
  leadFor,
  NEW_START,
  watchWarmUp,
  type StartState,
} from './start-time.ts';

const HOUR = 3_600_000;
const WARM_UP = { at: T0, room_c: 16, target_c: 18 };
const WATCHED: StartState = { ...NEW_START, warm_up: WARM_UP };

describe('what rooms have cooled by', () => {
  const night = { room_c: 18, outdoor_c: 0, passed_s: 8 * 3600, setback_k: 5 };

  it('follows the time without heat, up to the set-back', () => {
    // (18 − 0)·(1 − e^(−8/60)).
    expect(expectedDeficit(night)).toBeCloseTo(2.247, 3);
    expect(expectedDeficit({ ...night, setback_k: 2 })).toBe(2);
    expect(expectedDeficit({ ...night, passed_s: 0 })).toBe(0);
  });

  it('is nothing where it is warmer outdoors', () => {
    expect(expectedDeficit({ ...night, outdoor_c: 25 })).toBe(0);
  });
});

describe('time before comfort', () => {
  it('is a quarter of an hour and what the rooms lack at the learned rate, six hours at most', () => {
    expect(leadFor(NEW_START, 1)).toBe(900 + 7200);
    expect(leadFor({ ...NEW_START, rate_k_per_h: 2 }, 1)).toBe(900 + 1800);
    expect(leadFor(NEW_START, 10)).toBe(6 * 3600);
    expect(leadFor(NEW_START, 0)).toBe(0);
    expect(leadFor(NEW_START, -1)).toBe(0);
  });
});

describe('a morning', () => {
  const watch = (hours: number, room_c: number | undefined, comfort_at: number | undefined = T0 + 4 * HOUR) =>
    watchWarmUp(WATCHED, { now: T0 + hours * HOUR, room_c, comfort_at });

  it('is watched only where there is half a kelvin to make up', () => {
    expect(beginWarmUp(NEW_START, { ...WARM_UP, room_c: 17.5 }).warm_up).toBeDefined();
    expect(beginWarmUp(NEW_START, { ...WARM_UP, room_c: 17.6 })).toBe(NEW_START);
  });

  it('teaches its rate once the rooms are warm, three tenths of it', () => {
    // 1.8 K in two hours less a quarter.
    expect(watch(2, 17.8)).toEqual({
      rate_k_per_h: expect.closeTo(0.5 + 0.3 * (1.8 / 1.75 - 0.5), 9),
      mornings: 1,
    });
  });

  it('goes on while they are not, and while nobody measures', () => {
    expect(watch(2, 17.7)).toBe(WATCHED);
    expect(watch(20, undefined)).toBe(WATCHED);
    expect(watchWarmUp(NEW_START, { now: T0, room_c: 18, comfort_at: T0 })).toBe(NEW_START);
  });

  it('is given up two hours after comfort began, and teaches what it reached', () => {
    expect(watch(6, 17)).toBe(WATCHED);
    expect(watch(6.001, 17)).toMatchObject({ mornings: 1, rate_k_per_h: expect.closeTo(0.402, 2) });
    const unscheduled = watchWarmUp(WATCHED, { now: T0 + 2 * HOUR + 1, room_c: 17, comfort_at: undefined });
    expect(unscheduled.mornings).toBe(1);
  });

  it('never teaches less than 0.1 or more than 3 K/h', () => {
    expect(watch(0.25, 17.9).rate_k_per_h).toBeCloseTo(0.5 + 0.3 * 2.5, 9);
    expect(watch(7, 16).rate_k_per_h).toBeCloseTo(0.5 - 0.3 * 0.4, 9);
  });
});
