import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanFree, type Wished } from './mean-free.ts';

const free = (wished_k: number, area_m2 = 1): Wished => ({ area_m2, wished_k, low_k: -5, high_k: 5 });
const meanOf = (wishes: readonly Wished[], found: readonly number[]): number =>
  wishes.reduce((sum, { area_m2 }, index) => sum + area_m2 * (found[index] ?? NaN), 0) /
  wishes.reduce((sum, { area_m2 }) => sum + area_m2, 0);

const wish = fc
  .record({
    area_m2: fc.integer({ min: 100, max: 200_000 }),
    wished_k: fc.double({ min: -8, max: 8, noNaN: true }),
    ends: fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
  })
  .map(({ ends, ...rest }): Wished => ({ ...rest, low_k: Math.min(...ends), high_k: Math.max(...ends) }));

describe('corrections with a mean of nothing', () => {
  it('move all by the same where no bound is near, by area', () => {
    const found = meanFree([free(1), free(2), free(0, 2)]);
    expect(found.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([0.25, 1.25, -0.75]);
    expect(meanFree([])).toEqual([]);
    expect(meanFree([free(3)])[0]).toBeCloseTo(0, 9);
  });

  it('let those that are free make up for those at a bound', () => {
    const bound = { ...free(4), high_k: 1 };
    const wishes = [bound, free(0), free(0)];
    expect(meanFree(wishes).map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, -0.5, -0.5]);
  });

  it('are within their bounds, and their mean is 0 or as near as bounds allow', () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 30 }), (wishes) => {
        const found = meanFree(wishes);
        for (const [index, { low_k, high_k }] of wishes.entries()) {
          expect(found[index]).toBeGreaterThanOrEqual(low_k);
          expect(found[index]).toBeLessThanOrEqual(high_k);
        }
        const least = meanOf(
          wishes,
          wishes.map(({ low_k }) => low_k),
        );
        const most = meanOf(
          wishes,
          wishes.map(({ high_k }) => high_k),
        );
        expect(meanOf(wishes, found)).toBeCloseTo(Math.min(Math.max(0, least), most), 8);
      }),
    );
  });

  it('keep the order of wishes that may go equally far', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 2 }), (wished) => {
        const found = meanFree(wished.toSorted((one, other) => one - other).map((value) => free(value)));
        const falls = found.filter((value, index) => value < (found[index - 1] ?? value) - 1e-9);
        expect(falls).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
