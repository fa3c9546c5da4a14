import { describe, expect, it } from 'vitest';
import { errorAt, errorOf, fitRows, inverse, type Row } from './regression.ts';
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
