import { describe, expect, it } from 'vitest';
import { errorAt, errorOf, fitAll, fitRows, inverse, type Row } from './regression.ts';
import { noise } from './testing.ts';

/** y = 3·x + 40 with noise. */
function line(count: number, sigma: number, seed = 1): Row[] {
  const random = noise(seed);
  return Array.from({ length: count }, () => {
    const x = 20 + 8 * random();
    return { x: [x, 1], y: 3 * x + 40 + sigma * random(), weight: 1 };
  });
}

describe('a fit', () => {
  it('inverts what can be inverted', () => {
    expect(
      inverse([
        [4, 2],
        [2, 3],
      ])?.flat(),
    ).toEqual([0.375, -0.25, -0.25, 0.5].map((v) => expect.closeTo(v, 12)));
    expect(
      inverse([
        [1, 2],
        [2, 4],
      ]),
    ).toBeUndefined();
  });

  it('lies within two standard errors in nineteen of twenty cases', () => {
    let within = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const fit = fitRows(line(30, 5, seed), 2);
      if (fit && Math.abs((fit.coefficients[0] ?? 0) - 3) < 2 * errorOf(fit, 0)) within += 1;
    }
    expect(within).toBeGreaterThan(178);
    expect(within).toBeLessThan(200);
  });

  it('is not bent by days that are wrong, however wrong', () => {
    const rows = line(40, 4);
    const spoilt = rows.map((row, index) =>
      index % 8 === 3 ? { ...row, y: index % 16 === 3 ? 8e6 : 0 } : row,
    );
    const fit = fitRows(spoilt, 2);
    expect(fit?.coefficients[0]).toBeCloseTo(3, 0);
    expect(fit?.used.filter((is) => !is).length).toBeGreaterThanOrEqual(5);
    expect(fit?.used.filter(Boolean).length).toBeGreaterThan(30);
  });

  it('forgets: weights that fall with age follow what is new', () => {
    const before = line(60, 2).map((row) => ({ ...row, y: row.y - 30 }));
    const rows = [...before, ...line(60, 2, 2)].map((row, index) => ({
      ...row,
      weight: 0.9 ** (119 - index),
    }));
    expect(fitRows(rows, 2)?.coefficients[1]).toBeGreaterThan(35);
  });

  it('says nothing where rows are alike or too few', () => {
    expect(fitRows(line(3, 1), 2)).toBeUndefined();
    expect(
      fitRows(
        line(20, 1).map((row) => ({ ...row, x: [5, 1] })),
        2,
      ),
    ).toBeUndefined();
  });

  it('is less sure far from what was seen', () => {
    const fit = fitRows(line(30, 3), 2);
    if (!fit) throw new Error('no fit');
    expect(errorAt(fit, [60, 1])).toBeGreaterThan(3 * errorAt(fit, [20, 1]));
  });

  it('is less sure where neighbours err alike', () => {
    const random = noise(5);
    let drift = 0;
    const rows = line(60, 0).map((row) => {
      drift = 0.8 * drift + 3 * random();
      return { ...row, y: row.y + drift };
    });
    const shuffled = rows
      .map((row, index) => ({ ...row, at: (index * 37) % 60 }))
      .toSorted((a, b) => a.at - b.at);
    const [one, other] = [fitRows(rows, 2), fitRows(shuffled, 2)];
    if (!one || !other) throw new Error('no fit');
    expect(errorOf(one, 0)).toBeGreaterThan(1.3 * errorOf(other, 0));
  });
});

/** Rows of one coefficient that is their mean. */
const around = (values: readonly number[], weights: readonly number[] = []): Row[] =>
  values.map((y, index) => ({ x: [1], y, weight: weights[index] ?? 1 }));

describe('figures that can be reckoned by hand', () => {
  it('inverts by the greatest pivot, also where the diagonal has none', () => {
    expect(
      inverse([
        [0, 2],
        [4, 0],
      ]),
    ).toEqual([
      [0, 0.25],
      [0.5, 0],
    ]);
    const of = [
      [4, 1, -2],
      [1, 3, 0.5],
      [-2, 0.5, 6],
    ];
    const found = inverse(of) ?? [];
    const product = of.map((row) =>
      of.map((_, j) => row.reduce((sum, value, k) => sum + value * (found[k]?.[j] ?? NaN), 0)),
    );
    for (const [i, row] of product.entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 12);
    expect(inverse([[1e-12]])).toEqual([[1e12]]);
  });

  it('gives a mean, its scatter and its error, widened for neighbours that err alike', () => {
    const fit = fitAll(around([1, 3, 5, 7]), 1);
    if (!fit) throw new Error('no fit');
    expect(fit.coefficients[0]).toBeCloseTo(4, 12);
    // Σ 20 over 3 degrees of freedom.
    expect(fit.sigma).toBeCloseTo(Math.sqrt(20 / 3), 12);
    // Neighbours: (3 − 1 + 3)/20 = ¼, so (1 + ¼)/(1 − ¼).
    expect(errorOf(fit, 0)).toBeCloseTo(Math.sqrt((20 / 3 / 4) * (5 / 3)), 12);
    expect(fit.used).toEqual([true, true, true, true]);
  });

  it('does not narrow errors where neighbours err against each other, nor widen them beyond nine times', () => {
    const swinging = fitAll(around([1, -1, 1, -1, 1, -1]), 1);
    expect(swinging && errorOf(swinging, 0)).toBeCloseTo(Math.sqrt(6 / 5 / 6), 12);
    const steps = Array.from({ length: 80 }, (_, index) => (index < 40 ? -1 : 1));
    const drifted = fitAll(around(steps), 1);
    expect(drifted && errorOf(drifted, 0)).toBeCloseTo(Math.sqrt((80 / 79 / 80) * 9), 9);
  });

  it('weighs rows', () => {
    const fit = fitAll(around([10, 0, 20, 0], [3, 1, 3, 1]), 1);
    if (!fit) throw new Error('no fit');
    expect(fit.coefficients[0]).toBeCloseTo(90 / 8, 12);
    const square = (3 * 1.25 ** 2 + 11.25 ** 2 + 3 * 8.75 ** 2 + 11.25 ** 2) / 8;
    expect(fit.sigma).toBeCloseTo(Math.sqrt(square * (4 / 3)), 12);
    // Residuals −1.25, −11.25, 8.75, −11.25: against each other, so nothing is widened. Σw² = 20, (Σw)² = 64.
    expect(errorOf(fit, 0)).toBeCloseTo(fit.sigma * Math.sqrt(20 / 64), 12);
  });

  it('tells the error of a sum of coefficients by their covariance', () => {
    const fit = fitAll(line(12, 4), 2);
    if (!fit) throw new Error('no fit');
    const [[aa = 0, ab = 0] = [], [, bb = 0] = []] = fit.covariance;
    expect(fit.covariance[1]?.[0]).toBeCloseTo(ab, 9);
    expect(errorAt(fit, [2, -3])).toBeCloseTo(Math.sqrt(4 * aa - 12 * ab + 9 * bb), 9);
    expect(errorAt(fit, [1, 0])).toBeCloseTo(errorOf(fit, 0), 12);
  });

  it('asks for two rows more than coefficients, also of those that count', () => {
    expect(fitAll(around([1, 2]), 1)).toBeUndefined();
    expect(fitAll(around([1, 2, 3]), 1)).toBeDefined();
    expect(fitRows(around([1, 2]), 1)).toBeUndefined();
    expect(fitRows(around([1, 2, 3]), 1)?.coefficients[0]).toBeCloseTo(2, 9);
    // One of three is wrong: two are too few.
    expect(fitRows(around([1, 1, 900]), 1)).toBeUndefined();
  });

  it('drops what lies beyond three sigma by the median, and only that', () => {
    // Deviations 1: σ 1.48, so 4.4 is within and 4.5 beyond.
    const level = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 1 : -1));
    const off = (far: number) => fitRows(around([...level, far, -far]), 1)?.used.filter((is) => !is).length;
    expect(off(4.4)).toBe(0);
    expect(off(4.5)).toBe(2);
    const fit = fitRows(around([...level, 50, -500]), 1);
    expect(fit?.used.slice(-3)).toEqual([true, false, false]);
    expect(fit?.coefficients[0]).toBeCloseTo(0, 9);
    expect(fit?.sigma).toBeCloseTo(Math.sqrt(20 / 19), 9);
  });

  it('takes rows on the line as good however exactly the others lie on it', () => {
    const exact = Array.from({ length: 10 }, (_, index) => ({
      x: [index, 1],
      y: 1000 + 2 * index + (index === 4 ? 1e-4 : 0),
      weight: 1,
    }));
    expect(fitRows(exact, 2)?.used.every(Boolean)).toBe(true);
  });
});
