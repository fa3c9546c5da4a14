import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { filledPipe, pipeOf, pipeStored_kj, stepPipe } from './pipe.ts';
import { WATER_KJ_KG_K } from './water.ts';

/** Test bench of the University of Liège: 39 m of DN 50 steel, 52.48 mm inside, 3.9 mm of wall, 13 mm of insulation. */
const BENCH = { length_m: 39, inner_m: 0.05248, wall_m: 0.0039, loss_w_m_k: 0.6 };

function halfRise_s(kg_s: number): number {
  const pipe = pipeOf(BENCH, 20);
  const state = filledPipe(pipe, 15);
  for (let second = 1; second < 1000; second += 1) {
    const { out_c } = stepPipe(pipe, state, { kg_s, in_c: 30, ambient_c: 18, dt_s: 1 });
    if (out_c >= 22.5) return second - 0.5;
  }
  return Infinity;
}

describe('a pipe', () => {
  it.each([
    [0.589, 178],
    [1.245, 89],
    [1.618, 71],
    [2.269, 52],
  ])('passes a front at %s kg/s after about %s s, as was measured', (kg_s, measured_s) => {
    expect(Math.abs(halfRise_s(kg_s) / measured_s - 1)).toBeLessThan(0.1);
  });

  it('whose water is shared behaves as the whole one with all of its flow', () => {
    const shape = { length_m: 900, inner_m: 0.6, wall_m: 0.008, loss_w_m_k: 0.5 };
    const [whole, part] = [pipeOf(shape), pipeOf({ ...shape, share: 0.1 })];
    const [one, other] = [filledPipe(whole, 60), filledPipe(part, 60)];
    for (let step = 0; step < 200; step += 1) {
      const given = { in_c: 60 + step / 4, ambient_c: 5, dt_s: 10 };
      const all = stepPipe(whole, one, { ...given, kg_s: 200 });
      const tenth = stepPipe(part, other, { ...given, kg_s: 20 });
      expect(tenth.out_c).toBeCloseTo(all.out_c, 6);
      expect(10 * tenth.lost_kw).toBeCloseTo(all.lost_kw, 6);
    }
    expect(part.resistance * 20 ** 2).toBeCloseTo(whole.resistance * 200 ** 2, 9);
  });

  it('cools in steady flow as the exponential law says', () => {
    const pipe = pipeOf({ length_m: 2000, inner_m: 0.2, wall_m: 0.005, loss_w_m_k: 0.4 });
    const state = filledPipe(pipe, 100);
    let out_c = 0;
    for (let step = 0; step < 2000; step += 1)
      ({ out_c } = stepPipe(pipe, state, { kg_s: 10, in_c: 100, ambient_c: 5, dt_s: 10 }));
    const expected_c = 5 + 95 * Math.exp(-(0.4 * 2000) / 1000 / (10 * WATER_KJ_KG_K));
    expect(out_c).toBeCloseTo(expected_c, 1);
  });

  it('conserves heat to the last bit under any flow', () => {
    const steps = fc.array(
      fc.record({
        kg_s: fc.double({ min: 0, max: 60, noNaN: true }),
        in_c: fc.double({ min: 5, max: 130, noNaN: true }),
        dt_s: fc.constantFrom(1, 5, 10),
      }),
      { minLength: 1, maxLength: 120 },
    );
    fc.assert(
      fc.property(steps, (course) => {
        const pipe = pipeOf({ length_m: 120, inner_m: 0.1, wall_m: 0.0036, loss_w_m_k: 0.3 });
        const state = filledPipe(pipe, 60);
        let in_kj = pipeStored_kj(state);
        let out_kj = 0;
        let lowest_c = 60;
        let highest_c = 60;
        for (const { kg_s, in_c, dt_s } of course) {
          const moved = kg_s * WATER_KJ_KG_K * dt_s;
          const { out_c, lost_kw } = stepPipe(pipe, state, { kg_s, in_c, ambient_c: 5, dt_s });
          in_kj += moved * in_c;
          out_kj += moved * out_c + lost_kw * dt_s;
          lowest_c = Math.min(lowest_c, in_c, 5);
          highest_c = Math.max(highest_c, in_c);
          expect(out_c).toBeGreaterThanOrEqual(lowest_c - 1e-6);
          expect(out_c).toBeLessThanOrEqual(highest_c + 1e-6);
        }
        expect(Math.abs(in_kj - out_kj - pipeStored_kj(state))).toBeLessThan(1e-9 * in_kj + 1e-6);
        expect(state.plugs_c.length).toBeLessThan(90);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});
