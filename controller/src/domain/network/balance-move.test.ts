import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BALANCE } from './balance-testing.ts';
import { moveAll, NO_CORRECTION, type Correction, type Mover } from './balance-move.ts';
import type { Blocked, LeftOut, Part } from './balance-part.ts';

const warmth = (relative: number, excess_k = 30): Part['warmth'] => ({
  relative,
  why: undefined,
  mean_c: 18 + relative * excess_k,
  design_mean_c: 18 + excess_k,
  excess_k,
});

const mover = (relative: number, more: Partial<Mover> & Partial<Part> = {}): Mover => ({
  area_m2: more.area_m2 ?? 100,
  before: more.before ?? NO_CORRECTION,
  part: { warmth: more.warmth ?? warmth(relative), why: more.why, blocked: more.blocked },
});

const STEP = { settings: { ...BALANCE, deadband: 0, rate_k_per_h: 3 }, reference: 1, passed_h: 1 / 60 };
const sumOf = ({ shift_k, kept_k }: Correction): number => shift_k + kept_k;
const meanOf = (movers: readonly Mover[], after: readonly Correction[]): number =>
  movers.reduce((sum, { area_m2 }, index) => sum + area_m2 * sumOf(after[index] ?? NO_CORRECTION), 0) /
  movers.reduce((sum, { area_m2 }) => sum + area_m2, 0);

describe('one step of the balance', () => {
  it('is K·(r_ref − r): a tenth too cold at 10 K/h makes 1 K/h', () => {
    const [cold, warm] = moveAll([mover(0.9), mover(1.1)], STEP);
    expect(cold?.shift_k).toBeCloseTo(1 / 60, 9);
    expect(warm?.shift_k).toBeCloseTo(-1 / 60, 9);
  });

  it('leaves what is within the deadband, and begins beyond it without a jump', () => {
    const settings = { ...STEP.settings, deadband: 0.01 };
    expect(moveAll([mover(0.99), mover(1.01)], { ...STEP, settings })[0]?.shift_k).toBeCloseTo(0, 12);
    const [cold] = moveAll([mover(0.98), mover(1.02)], { ...STEP, settings });
    expect(cold?.shift_k).toBeCloseTo((10 * 0.01) / 60, 9);
  });

  it('makes up what is missing no faster than over an hour and a half', () => {
    const mild = (relative: number) => mover(relative, { warmth: warmth(relative, 9) });
    const [cold] = moveAll([mild(0.9), mild(1.1)], STEP);
    expect(cold?.shift_k).toBeCloseTo(((9 / 1.5) * 0.1) / 60, 9);
  });
});

const WHY: readonly (LeftOut | undefined)[] = [
  undefined,
  undefined,
  undefined,
  undefined,
  'local',
  'no_data',
];
const BLOCKED: readonly (Blocked | undefined)[] = [
  undefined,
  undefined,
  undefined,
  'valve',
  'limit_up',
  'limit_down',
];

const circuit = fc.record({
  area_m2: fc.integer({ min: 500, max: 100_000 }),
  relative: fc.double({ min: 0.7, max: 1.2, noNaN: true }),
  excess_k: fc.double({ min: 8, max: 50, noNaN: true }),
});
/** What happens to a circuit, minute by minute. */
const fate = fc.record({ why: fc.constantFrom(...WHY), blocked: fc.constantFrom(...BLOCKED) });

const SETTINGS = { ...BALANCE, rate_k_per_h: 2 };
const TEN_MINUTES = { settings: SETTINGS, reference: 1, passed_h: 1 / 6 };
const MOST_K = SETTINGS.rate_k_per_h / 6 + 1e-9;

/** What is wrong with a step of one circuit, in words. */
function broken({ part, before: was }: Mover, now: Correction): string[] {
  const rose_k = sumOf(now) - sumOf(was);
  const tests: readonly (readonly [string, boolean])[] = [
    ['beyond the bound', Math.abs(sumOf(now)) > SETTINGS.bound_k + 1e-9],
    ['in force beyond the bound', Math.abs(now.shift_k) > SETTINGS.bound_k + 1e-9],
    ['less than nothing kept back', now.kept_k < -1e-12],
    ['too fast', Math.abs(now.shift_k - was.shift_k) > MOST_K],
    ['winds up at an open valve', part.blocked === 'valve' && now.shift_k > was.shift_k],
    ['winds up at an upper limit', part.blocked === 'limit_up' && rose_k > 1e-12],
    ['winds up at a lower limit', part.blocked === 'limit_down' && rose_k < -1e-12],
    ['moves without data', part.why === 'no_data' && now !== was],
  ];
  return tests.flatMap(([what, holds]) => (holds ? [what] : []));
}

type Circuits = readonly { area_m2: number; relative: number; excess_k: number }[];

const moversOf = (circuits: Circuits, before: readonly Correction[]): Mover[] =>
  circuits.map(({ area_m2, relative, excess_k }, index) =>
    mover(relative, {
      area_m2,
      before: before[index] ?? NO_CORRECTION,
      warmth: warmth(relative, excess_k),
    }),
  );

describe('any course of a network', () => {
  it('keeps each correction bounded, at its rate, free of wind-up, and finds the mean of nothing again', () => {
    fc.assert(
      fc.property(
        fc.array(circuit, { minLength: 2, maxLength: 12 }),
        fc.array(fc.array(fate, { minLength: 12, maxLength: 12 }), { minLength: 5, maxLength: 40 }),
        (circuits, fates) => {
          let before: readonly Correction[] = circuits.map(() => NO_CORRECTION);
          for (const minute of fates) {
            const movers = moversOf(circuits, before).map((one, index): Mover => {
              const { why, blocked } = minute[index] ?? {};
              return { ...one, part: { ...one.part, why, blocked: why ? undefined : blocked } };
            });
            before = moveAll(movers, TEN_MINUTES);
            const wrong = movers.flatMap((one, index) => broken(one, before[index] ?? NO_CORRECTION));
            expect(wrong).toEqual([]);
          }
          // Then all take part: within the time that the rate needs the mean is nothing again.
          for (let step = 0; step < 40; step += 1) before = moveAll(moversOf(circuits, before), TEN_MINUTES);
          expect(meanOf(moversOf(circuits, before), before)).toBeCloseTo(0, 8);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('with all free has a mean of nothing after every step', () => {
    fc.assert(
      fc.property(fc.array(circuit, { minLength: 2, maxLength: 20 }), (circuits) => {
        let before: readonly Correction[] = circuits.map(() => NO_CORRECTION);
        for (let step = 0; step < 30; step += 1) {
          const movers = moversOf(circuits, before);
          before = moveAll(movers, TEN_MINUTES);
          expect(meanOf(movers, before)).toBeCloseTo(0, 8);
        }
      }),
      { numRuns: 40 },
    );
  });
});
