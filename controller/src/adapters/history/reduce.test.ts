import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reducer, type Tuple } from './reduce.ts';

const series = fc
  .uniqueArray(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 400 })
  .chain((times) =>
    fc.tuple(
      ...times.map((at) =>
        fc
          .record({
            value: fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 5 }),
            quality: fc.constantFrom('good' as const, 'uncertain' as const, 'bad' as const),
          })
          .map(({ value, quality }): Tuple => [at, value, value === null ? 'bad' : quality]),
      ),
    ),
  );

function reduce(tuples: readonly Tuple[], maxPoints: number): ReturnType<Reducer['finish']> {
  const reducer = new Reducer(maxPoints);
  for (const tuple of tuples) reducer.push(tuple);
  return reducer.finish();
}

const usable = (tuples: readonly Tuple[]): number[] =>
  tuples.flatMap(([, value, quality]) => (value === null || quality === 'bad' ? [] : [value]));

describe('Reducer', () => {
  it('keeps extremes and ends, invents nothing and stays within the limit, in any order of arrival', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 4, max: 100 }), (tuples, maxPoints) => {
        const { total, points } = reduce(tuples, maxPoints);
        const ordered = tuples.toSorted((a, b) => a[0] - b[0]);
        expect(total).toBe(tuples.length);
        expect(points.length).toBeLessThanOrEqual(maxPoints);
        expect(points.every((point) => tuples.includes(point))).toBe(true);
        expect([points[0], points.at(-1)]).toEqual([ordered[0], ordered.at(-1)]);
        expect(Math.min(...usable(points))).toBe(Math.min(...usable(tuples)));
        expect(Math.max(...usable(points))).toBe(Math.max(...usable(tuples)));
        expect(points).toEqual(points.toSorted((a, b) => a[0] - b[0]));
        expect(reduce(ordered, maxPoints).points).toEqual(points);
        expect(points.length).toBeGreaterThanOrEqual(Math.min(tuples.length, 4) / 4);
      }),
    );
  });

  it('gives a dense series about as many points as asked for', () => {
    const tuples = Array.from({ length: 20_000 }, (_, index): Tuple => [
      index * 1000,
      Math.sin(index),
      'good',
    ]);
    expect(reduce(tuples, 500).points.length).toBeGreaterThan(200);
  });

  it('shows a bucket without a usable reading by its first', () => {
    const tuples = Array.from({ length: 1000 }, (_, index): Tuple =>
      index < 500 ? [index, 1, 'good'] : [index, null, 'bad'],
    );
    const bad = reduce(tuples, 20).points.filter(([, value]) => value === null);
    expect(bad.length).toBeGreaterThan(2);
  });

  it('leaves a series alone that is short enough', () => {
    fc.assert(
      fc.property(series, (tuples) => {
        expect(reduce(tuples, tuples.length).points).toEqual(tuples.toSorted((a, b) => a[0] - b[0]));
      }),
    );
  });

  it('answers nothing to nothing', () => {
    expect(reduce([], 100)).toEqual({ total: 0, points: [] });
  });
});
