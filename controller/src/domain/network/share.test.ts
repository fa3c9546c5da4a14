import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelFor, shareAt, takenAt, type Claim } from './share.ts';

const claim = (changes: Partial<Claim> = {}): Claim => ({
  design_kw: 1000,
  want: 1,
  floor: 0.4,
  priority: false,
  ...changes,
});

describe('the level', () => {
  it('is the same relative load for all, and the sum what there is', () => {
    const claims = [claim({ want: 1.1 }), claim({ want: 0.9, design_kw: 3000 })];
    const { level, reachable } = levelFor(claims, 3000, 0.95);
    expect(reachable).toBe(true);
    expect(level).toBeCloseTo(0.75, 5);
  });

  it('leaves alone who takes less than the share', () => {
    const claims = [claim({ want: 1.2 }), claim({ want: 0.5 })];
    expect(levelFor(claims, 1300, 0.85).level).toBeCloseTo(0.8, 5);
    expect(levelFor(claims, 1700, 0.85)).toEqual({ level: Infinity, reachable: true });
  });

  it('lets priority stations wait for a tenth, and give half as much from there on', () => {
    const hospital = claim({ priority: true, want: 1.05, floor: 0.6 });
    expect(shareAt(hospital, 0.91, 1)).toBeCloseTo(1.05, 9);
    expect(shareAt(hospital, 0.7, 1)).toBeCloseTo(1.05 * 0.9, 9);
    expect(shareAt(hospital, 0, 1)).toBeCloseTo(0.6, 9);
  });

  it('says when even the floors are too much', () => {
    expect(levelFor([claim()], 300, 1)).toMatchObject({ reachable: false });
  });
});

const claims = fc.array(
  fc.record({
    design_kw: fc.double({ min: 10, max: 10_000, noNaN: true }),
    want: fc.double({ min: 0.1, max: 1.6, noNaN: true }),
    floor: fc.double({ min: 0, max: 0.8, noNaN: true }),
    priority: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);
const part = fc.double({ min: 0.05, max: 1.2, noNaN: true });
const normals = fc.double({ min: 0.4, max: 1.4, noNaN: true });

describe('sharing, whoever asks for whatever', () => {
  it('never gives more than there is, unless floors take it; and then says so', () => {
    fc.assert(
      fc.property(claims, part, normals, (all, share, normal) => {
        const wanted_kw = all.reduce((sum, { want, design_kw }) => sum + want * design_kw, 0);
        const there_kw = share * wanted_kw;
        const { level, reachable } = levelFor(all, there_kw, normal);
        const taken_kw = takenAt(all, level, normal);
        const floors_kw = takenAt(all, 0, normal);
        expect(taken_kw).toBeLessThanOrEqual(Math.max(there_kw, floors_kw) * (1 + 1e-9));
        expect(reachable).toBe(floors_kw <= there_kw);
        // What is there is also given.
        expect(taken_kw).toBeGreaterThan(Math.min(there_kw, wanted_kw) * 0.999);
      }),
    );
  });

  it('holds nobody below its floor, and no priority station below what ordinary ones get', () => {
    fc.assert(
      fc.property(claims, part, normals, (all, level, normal) => {
        for (const one of all) {
          const share = shareAt(one, level, normal);
          expect(share).toBeGreaterThanOrEqual(one.floor);
          expect(share).toBeGreaterThanOrEqual(level);
          expect(shareAt({ ...one, priority: true }, level, normal)).toBeGreaterThanOrEqual(
            shareAt({ ...one, priority: false }, level, normal),
          );
        }
      }),
    );
  });

  it('gives each of them more when there is more', () => {
    fc.assert(
      fc.property(claims, fc.tuple(part, part), normals, (all, parts, normal) => {
        const wanted_kw = all.reduce((sum, { want, design_kw }) => sum + want * design_kw, 0);
        const [less, more] = [Math.min(...parts), Math.max(...parts)].map(
          (share) => levelFor(all, share * wanted_kw, normal).level,
        );
        expect(more ?? 0).toBeGreaterThanOrEqual((less ?? 0) - 1e-5);
      }),
    );
  });
});
