import { describe, expect, it } from 'vitest';
import { T0 } from '../../testing.ts';
import { NEW_NETWORK } from '../network.ts';
import { ProgrammeBuilder } from './linear-programme.ts';
import {
  exceeded_kw,
  isOver,
  meanStart,
  outcomeOf,
  planTargets,
  roomsNow,
  type Plan,
  type PlanClass,
  type PlanHour,
} from './plan.ts';
import { isPlanDue, NEW_PLAN_STATE, settlePlan, takePlan } from './state.ts';
import { planSummary } from './view.ts';

const HOUR = 3_600_000;

const CLASS: PlanClass = {
  stations: [
    ['a', 0.4],
    ['b', 0],
  ],
  time_constant_h: 10,
  learned: 0,
  band_k: 1,
  loss_kw_k: 10,
  colder_k: [2, -1, 0],
  room_k: [0.3, 0.1, 0],
};

function planWith(
  changes: Partial<PlanClass> = {},
  hours: readonly Partial<PlanHour>[] = [{}, {}, {}],
): Plan {
  return {
    made_at: T0,
    outdoor_from: 'held',
    load_from: 'design',
    solve_ms: 1,
    hours: hours.map((hour, nth) => ({
      from: T0 + nth * HOUR,
      to: T0 + (nth + 1) * HOUR,
      outdoor_c: 0,
      baseline_kw: 100,
      planned_kw: 100,
      ...hour,
    })),
    classes: [{ ...CLASS, ...changes }],
  };
}

describe('what a plan asks', () => {
  it('is its step of this hour and the mean of what its rooms pass through', () => {
    const at = (now: number) => planTargets(planWith(), now).get('b');
    expect(at(T0)).toEqual({ colder_k: 2, room_k: expect.closeTo((0.2 + 0.3) / 2, 9), until: T0 + HOUR });
    expect(at(T0 + HOUR)).toEqual({ colder_k: -1, room_k: expect.closeTo(0.2, 9), until: T0 + 2 * HOUR });
    expect(at(T0 - 1)).toBeUndefined();
    expect(planTargets(undefined, T0).size).toBe(0);
  });

  it('fades in twelve steps after two hours, and is over after three', () => {
    const plan = planWith({ colder_k: [2, 2, 2] });
    const left = (now: number) => planTargets(plan, now).get('a')?.colder_k;
    expect(left(T0 + 2 * HOUR)).toBe(2);
    expect(left(T0 + 2.5 * HOUR)).toBeCloseTo(1, 9);
    expect(left(T0 + 2.99 * HOUR)).toBeCloseTo(2 / 12, 9);
    expect(left(T0 + 3 * HOUR)).toBeUndefined();
    expect([isOver(plan, T0 + 3 * HOUR - 1), isOver(plan, T0 + 3 * HOUR)]).toEqual([false, true]);
  });

  it('is nothing where nobody would feel it', () => {
    const asked = (colder: number, room: number) =>
      planTargets(planWith({ stations: [['a', 0]], colder_k: [colder], room_k: [room] }), T0).size;
    expect(asked(0.019, 0.038)).toBe(0);
    expect(asked(0.02, 0)).toBe(1);
    expect(asked(0, 0.04)).toBe(1);
  });
});

describe('where rooms stand', () => {
  it('is where they began and what was asked, each coming back with the time of the building', () => {
    const left = (hours: number) => Math.exp(-hours / 10);
    const rooms = roomsNow(planWith(), T0 + HOUR);
    expect(rooms.get('b')).toBeCloseTo(2 * (1 - left(1)), 9);
    expect(rooms.get('a')).toBeCloseTo(2 * (1 - left(1)) + 0.4 * left(1), 9);
    const idle = roomsNow(planWith({ colder_k: [0, 0, 0] }), T0 + 5 * HOUR);
    expect(idle.get('a')).toBeCloseTo(0.4 * left(5), 9);
    expect(roomsNow(planWith(), T0 - HOUR).get('a')).toBe(0.4);
  });

  it('is told of a class as the mean of its stations', () => {
    expect(meanStart(CLASS)).toBeCloseTo(0.2, 9);
    expect(meanStart({ stations: [] })).toBe(0);
  });
});

describe('what becomes of a cap', () => {
  const hours = (...planned: number[]) => planned.map((planned_kw) => ({ planned_kw, cap_kw: 100 }));

  it('is passed by the most of any hour, rounding aside', () => {
    expect(exceeded_kw(planWith({}, hours(90, 112, 105)))).toBe(12);
    expect(exceeded_kw(planWith({}, hours(100.1)))).toBe(0);
    expect(exceeded_kw(planWith({}, hours(100.2)))).toBeCloseTo(0.2, 9);
    expect(exceeded_kw(planWith())).toBe(0);
  });

  it('is kept, passed, or needs nothing', () => {
    expect(outcomeOf(planWith({}, hours(112)))).toBe('exceeded');
    expect(outcomeOf(planWith({ colder_k: [0, 0.02, 0] }))).toBe('kept');
    expect(outcomeOf(planWith({ colder_k: [0, -0.019, 0] }))).toBe('idle');
  });
});

describe('the state of the plan', () => {
  const on = { shaving: { on: true } };
  const network = (plan: Plan | undefined, asked_at = 0) => ({ plan: { plan, asked_at }, settings: on });

  it('is due until there is one, when it was asked for, and when its first hour was learned from', () => {
    expect(isPlanDue(network(undefined), T0)).toBe(true);
    expect(isPlanDue(network({ ...planWith(), hours: [] }), T0)).toBe(true);
    expect(isPlanDue(network(planWith(), T0), T0)).toBe(false);
    expect(isPlanDue(network(planWith(), T0 + 1), T0 + 1)).toBe(true);
    expect(isPlanDue(network(planWith()), T0 + HOUR + 89_999)).toBe(false);
    expect(isPlanDue(network(planWith()), T0 + HOUR + 90_000)).toBe(true);
  });

  it('ends now when shaving is turned off, and is asked for anew when settings change', () => {
    const state = { plan: planWith(), asked_at: 0 };
    expect(settlePlan(state, {}, T0 + 1.5 * HOUR).plan?.hours.map(({ to }) => to - T0)).toEqual([
      HOUR,
      1.5 * HOUR,
    ]);
    expect(settlePlan(state, {}, T0 + HOUR).plan?.hours).toHaveLength(1);
    expect(settlePlan(state, on, T0 + 7)).toEqual({ plan: state.plan, asked_at: T0 + 7 });
    expect(settlePlan(NEW_PLAN_STATE, {}, T0).plan).toBeUndefined();
  });

  it('takes no plan that is older than its own', () => {
    const state = { plan: planWith(), asked_at: 0 };
    expect(takePlan(state, { ...planWith(), made_at: T0 - 1 })).toBe(state);
    const again = planWith();
    expect(takePlan(state, again).plan).toBe(again);
  });
});

describe('the plan as people see it', () => {
  const summary = (plan: Plan | undefined, on = true, now = T0) =>
    planSummary(
      { ...NEW_NETWORK, settings: { shaving: { on } }, plan: { plan, asked_at: 0 } },
      new Map(),
      now,
    );

  it('is off, awaited, or over', () => {
    const none = {
      plan: undefined,
      until: undefined,
      exceeded_kw: undefined,
      shifted_kwh: undefined,
      saved: undefined,
      left_out: [],
    };
    expect(summary(planWith(), false)).toEqual({ status: 'off', ...none });
    expect(summary(undefined)).toEqual({ status: 'waiting', ...none });
    expect(summary(planWith(), true, T0 + 3 * HOUR)).toMatchObject({
      status: 'lapsed',
      until: T0 + 3 * HOUR,
    });
  });

  it('says what comes at another time and what it saves', () => {
    const plan = planWith({}, [
      { planned_kw: 1100, baseline_kw: 1000, price_per_mwh: 20 },
      { planned_kw: 800, baseline_kw: 1000, price_per_mwh: 50, to: T0 + 1.5 * HOUR },
    ]);
    // 100 kWh more at 20, 100 kWh less at 50 a MWh.
    expect(summary(plan)).toMatchObject({
      status: 'kept',
      shifted_kwh: 100,
      saved: expect.closeTo(3, 9),
      exceeded_kw: 0,
    });
    expect(summary(planWith()).saved).toBeUndefined();
  });
});

describe('a programme', () => {
  it('is collected column by column and row by row', () => {
    const builder = new ProgrammeBuilder();
    expect([builder.column(3, 0, 1), builder.column(-1, -2, Infinity)]).toEqual([0, 1]);
    builder.row(
      [
        [0, 2],
        [1, 5],
      ],
      -4,
      4,
    );
    builder.row([[1, 7]], 0, 9);
    const { starts, columns, values, ...bounds } = builder.done();
    expect([[...starts], [...columns], [...values]]).toEqual([
      [0, 2, 3],
      [0, 1, 1],
      [2, 5, 7],
    ]);
    expect(Object.fromEntries(Object.entries(bounds).map(([name, list]) => [name, [...list]]))).toEqual({
      cost: [3, -1],
      lower: [0, -2],
      upper: [1, Infinity],
      row_lower: [-4, 0],
      row_upper: [4, 9],
    });
  });
});
