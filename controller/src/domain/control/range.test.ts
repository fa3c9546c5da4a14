import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everything, explain, endsOf, narrow, outcomeOf, resolve, type Allowed, type Said } from './range.ts';

const reason = (value: number) => ({ code: 'hard_limits', params: { value } }) as const;
const CURVE = { code: 'weather_curve', params: {} } as const;

function limit(min: number | undefined, max: number | undefined, index = 0): Said {
  return { reason: reason(index), min, max };
}

function reduce(limits: readonly Said[]): Allowed {
  const left = everything();
  for (const [index, next] of limits.entries()) narrow(left, endsOf(next), index);
  return left;
}

function decide(wanted: number, limits: readonly Said[]) {
  const allowed = reduce(limits);
  const resolved = resolve(wanted, allowed);
  const { binding } = resolved;
  const { overridden } = allowed;
  return { ...resolved, ...explain({ value: wanted, reason: CURVE }, limits, { binding, overridden }) };
}

describe('ordered ranges', () => {
  it('leaves the wanted value where it is allowed', () => {
    const { value, reason: why, trace } = decide(57.6, [limit(30, 85)]);
    expect(value).toBe(57.6);
    expect(why).toBe(CURVE);
    expect(trace.map((entry) => entry.binding)).toEqual([true, false]);
  });

  it('names the rule whose end it stops at', () => {
    const limits = [limit(undefined, 85, 0), limit(30, 70, 1), limit(undefined, 80, 2)];
    const { value, reason: why, trace } = decide(82, limits);
    expect(value).toBe(70);
    expect(why).toEqual(reason(1));
    expect(trace.map((entry) => entry.binding)).toEqual([false, false, true, false]);
  });

  it('lets the earlier stand where two do not meet, and stays next to the later', () => {
    const limits = [limit(49.8, 50.2, 0), limit(58, 58, 1)];
    const { value, trace, reason: why } = decide(48, limits);
    expect(value).toBe(50.2);
    expect(why).toEqual(reason(0));
    expect(trace[2]?.overridden).toBe(true);
  });

  it('lets nothing further down pull away from an overridden rule', () => {
    // Ramp, return limit, wish: the return limit wins over the wish although the ramp hides both.
    expect(decide(60, [limit(79.8, 80.2), limit(undefined, 60), limit(80, 80)]).value).toBe(79.8);
  });

  it('does not round past an end', () => {
    expect(decide(90, [limit(undefined, 84.97)]).value).toBe(84.9);
    expect(decide(90, [limit(84.96, 84.97)]).value).toBe(84.97);
    expect(decide(57.64, [limit(undefined, 84.97)]).value).toBe(57.6);
    expect(decide(90, [limit(55.2213, 55.25133)]).value).toBe(55.25);
    expect(decide(90, [limit(55.251, 55.25133)]).value).toBe(55.25133);
  });

  it('does not round past an end that is a tenth but for the last bit', () => {
    expect(decide(90, [limit(30, 10 + 48.099999999999994)]).value).toBe(58);
  });

  it('takes a range with crossed ends as its lower end', () => {
    expect(decide(50, [limit(55, 45)]).value).toBe(55);
  });

  const bound = fc.option(fc.double({ min: -50, max: 150, noNaN: true }), { nil: undefined });
  const anyLimits = fc.array(
    fc.tuple(bound, bound).map(([a, b]) => limit(a, b === undefined || a === undefined ? b : Math.max(a, b))),
    { minLength: 1, maxLength: 6 },
  );

  it('keeps to the first rule always, and to each later one that was not overridden', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 150, noNaN: true }), anyLimits, (wanted, limits) => {
        const { value, exact, trace } = decide(wanted, limits);
        for (const [index, { min, max }] of limits.entries()) {
          if (trace[index + 1]?.overridden) continue;
          for (const output of [value, exact]) {
            expect(output).toBeGreaterThanOrEqual(min ?? -1000);
            expect(output).toBeLessThanOrEqual(max ?? 1000);
          }
        }
        expect(trace[1]?.overridden).toBe(false);
      }),
      { seed: 7 },
    );
  });

  it('is as near to the wanted value as what is left allows, and exactly one entry binds', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 150, noNaN: true }), anyLimits, (wanted, limits) => {
        const { exact, trace } = decide(wanted, limits);
        const left = reduce(limits);
        expect(exact).toBe(Math.min(Math.max(wanted, left.min), left.max));
        expect(trace.filter((entry) => entry.binding)).toHaveLength(1);
      }),
      { seed: 7 },
    );
  });

  it('never lets a later rule change what the earlier ones exclude', () => {
    fc.assert(
      fc.property(anyLimits, anyLimits, (first, then) => {
        const before = reduce(first);
        const after = reduce([...first, ...then]);
        expect(after.min).toBeGreaterThanOrEqual(before.min);
        expect(after.max).toBeLessThanOrEqual(before.max);
      }),
      { seed: 7 },
    );
  });
});

describe('ranges that touch', () => {
  it('meet, and the earlier of two equal ends is named', () => {
    const { value, trace } = decide(70, [limit(30, 50, 0), limit(50, 60, 1)]);
    expect(value).toBe(50);
    expect(trace.map(({ overridden }) => overridden)).toEqual([false, false, false]);
    expect(decide(20, [limit(30, 50, 0), limit(10, 30, 1)]).trace[2]?.overridden).toBe(false);
    expect(decide(20, [limit(30, 80, 0), limit(30, 80, 1)]).reason).toEqual(reason(0));
    expect(decide(90, [limit(30, 80, 0), limit(30, 80, 1)]).reason).toEqual(reason(0));
  });

  it('do not bind a wanted value at their very end', () => {
    expect(decide(30, [limit(30, 80)])).toMatchObject({ value: 30, reason: CURVE, binding: -1 });
    expect(decide(80, [limit(30, 80)])).toMatchObject({ value: 80, reason: CURVE, binding: -1 });
  });

  it('are rounded inwards from either end', () => {
    expect(decide(0, [limit(5.24, 10)]).value).toBe(5.3);
    expect(decide(90, [limit(0, 5.26)]).value).toBe(5.2);
    expect(decide(-90, [limit(-5.26, 0)]).value).toBe(-5.2);
  });
});

describe('what is told', () => {
  it('is what was wanted, its corrections, and each range with the ends that it has', () => {
    const notes = [{ reason: { code: 'boost', params: {} }, binding: false, overridden: false }] as const;
    const said = [
      limit(undefined, 85, 0),
      limit(30, undefined, 1),
      limit(40, 50, 2),
      limit(undefined, undefined, 3),
    ];
    const { trace } = explain({ value: 57, reason: CURVE, notes }, said, { binding: 2, overridden: 0b1000 });
    expect(trace).toStrictEqual([
      { reason: CURVE, binding: false, overridden: false },
      notes[0],
      { reason: reason(0), max: 85, binding: false, overridden: false },
      { reason: reason(1), min: 30, binding: false, overridden: false },
      { reason: reason(2), min: 40, max: 50, binding: true, overridden: false },
      { reason: reason(3), binding: false, overridden: true },
    ]);
  });

  it('has another number for each other outcome', () => {
    const outcomes = new Set<number>();
    for (const shape of [0, 1, 2, 2 ** 29])
      for (const binding of [-1, 0, 1, 11])
        for (const overridden of [0, 1, 2 ** 11]) outcomes.add(outcomeOf(shape, binding, overridden));
    expect(outcomes.size).toBe(4 * 4 * 3);
  });
});
