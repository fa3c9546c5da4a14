import { describe, expect, it } from 'vitest';
import { stepCap, type CapState } from './supply-cap.ts';

const MINUTE = 60_000;
const RETURN = { gain: 0.5, adaptation_s: 5400 } as const;

/** A return that follows its supply after half an hour and a lag of ten minutes, by half. */
function simulate(course: { limit_c: number; target_c: (minute: number) => number; minutes: number }) {
  const supplies: number[] = [];
  const returns: number[] = [];
  let state: CapState | undefined;
  let supply_c = course.target_c(0);
  let return_c = 25 + supply_c / 2;
  for (let minute = 0; minute < course.minutes; minute += 1) {
    const arriving_c = 25 + (supplies[minute - 30] ?? course.target_c(0)) / 2;
    return_c += (arriving_c - return_c) / 10;
    const target_c = course.target_c(minute);
    const step = stepCap(state, {
      ...RETURN,
      now: minute * MINUTE,
      margin_k: course.limit_c - return_c,
      from_c: supply_c,
      floor_c: 30,
      target_c,
    });
    ({ state } = step);
    supply_c = Math.max(30, Math.min(target_c, step.max_c ?? target_c));
    supplies.push(supply_c);
    returns.push(return_c);
  }
  return { supplies, returns, state };
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

describe('return limit', () => {
  it('brings a return down to its limit and settles in spite of the transit', () => {
    const { returns, supplies } = simulate({ limit_c: 50, target_c: () => 60, minutes: 24 * 60 });
    const settled = returns.slice(-120);
    expect(Math.abs((settled.at(-1) ?? 0) - 50)).toBeLessThan(0.1);
    expect(spread(settled)).toBeLessThan(0.1);
    expect(Math.min(...supplies)).toBeGreaterThan(48);
  });

  it('ends when the wanted supply itself keeps the limit', () => {
    const target_c = (minute: number) => (minute < 12 * 60 ? 60 : 45);
    expect(simulate({ limit_c: 50, target_c, minutes: 12 * 60 }).state).toBeDefined();
    const { state, supplies } = simulate({ limit_c: 50, target_c, minutes: 30 * 60 });
    expect(state).toBeUndefined();
    expect(supplies.at(-1)).toBe(45);
  });

  it('does not wind up below the floor', () => {
    // Unreachable for ten hours, then easy: the supply must be back within the adaptation time.
    let state: CapState | undefined;
    const base = { ...RETURN, from_c: 60, floor_c: 40, target_c: 60 };
    for (let minute = 0; minute < 600; minute += 1) {
      ({ state } = stepCap(state, { ...base, now: minute * MINUTE, margin_k: -8 }));
    }
    expect(state?.cap_c).toBe(40);
    let minutes = 0;
    while (state && minutes < 1000) {
      minutes += 1;
      ({ state } = stepCap(state, { ...base, now: (600 + minutes) * MINUTE, margin_k: 5 }));
    }
    expect(minutes).toBeLessThanOrEqual(181);
  });

  it('does not ease when a return that was too warm falls silent, nor for another that is unknown', () => {
    const base = { ...RETURN, from_c: 60, floor_c: 30, target_c: 60 };
    const { state, max_c } = stepCap({ cap_c: 52, at: 0 }, { ...base, now: MINUTE, margin_k: -8 });
    expect(max_c).toBeLessThan(48);
    expect(stepCap(state, { ...base, now: 2 * MINUTE, margin_k: undefined }).max_c).toBe(max_c);
    expect(stepCap(state, { ...base, now: 2 * MINUTE, margin_k: -1, held: true }).max_c).toBe(max_c);
    expect(stepCap(state, { ...base, now: 2 * MINUTE, margin_k: -1 }).max_c).toBeGreaterThan(max_c ?? 60);
  });

  it('stays as it is while the return is unknown', () => {
    const base = { ...RETURN, from_c: 60, floor_c: 30, target_c: 60, margin_k: undefined };
    expect(stepCap({ cap_c: 52, at: 0 }, { ...base, now: 9 * MINUTE })).toEqual({
      state: { cap_c: 52, at: 9 * MINUTE },
      max_c: 52,
    });
    expect(stepCap(undefined, { ...base, now: 0 }).max_c).toBeUndefined();
  });
});

describe('a slow limit', () => {
  const base = { ...RETURN, now: MINUTE, from_c: 60, floor_c: 30, target_c: 58 };

  it('does not act before it is passed', () => {
    for (const margin_k of [0, 0.1])
      expect(stepCap(undefined, { ...base, margin_k })).toEqual({ state: undefined, max_c: undefined });
    expect(stepCap(undefined, { ...base, margin_k: undefined })).toEqual({
      state: undefined,
      max_c: undefined,
    });
  });

  it('begins at the setpoint in force, no higher than what is wanted, with half a kelvin for each at once', () => {
    expect(stepCap(undefined, { ...base, margin_k: -2 })).toEqual({
      state: { cap_c: 58, at: MINUTE, max_c: 57 },
      max_c: 57,
    });
    expect(stepCap(undefined, { ...base, from_c: 50, margin_k: -2 }).max_c).toBe(49);
  });

  it('counts a pause as one minute, and none where the clock went back', () => {
    const after = (at: number) => stepCap({ cap_c: 55, at }, { ...base, margin_k: -2 }).state?.cap_c ?? 0;
    expect(after(MINUTE - 10_000)).toBeCloseTo(55 - 20 / 2700, 9);
    expect(after(MINUTE - 3_600_000)).toBeCloseTo(55 - 120 / 2700, 9);
    expect(after(2 * MINUTE)).toBe(55);
  });

  it('ends at what is wanted once it is kept, not before', () => {
    const at = (cap_c: number, margin_k: number) => stepCap({ cap_c, at: 0 }, { ...base, margin_k });
    expect(at(58, 0)).toEqual({ state: undefined, max_c: undefined });
    expect(at(57, 1).state?.cap_c).toBeCloseTo(57 + 60 / 2700, 9);
    expect(at(58, -1).state?.cap_c).toBeLessThan(58);
  });

  it('that another unknown holds may begin', () => {
    expect(stepCap(undefined, { ...base, margin_k: -2, held: true }).max_c).toBe(57);
  });
});
