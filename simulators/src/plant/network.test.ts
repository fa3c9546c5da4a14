import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf, solveNetwork, type SectionDesign } from './network.ts';

const CHAIN: SectionDesign[] = [
  { id: 'near', length_m: 800, inner_m: 0.2 },
  { id: 'middle', parent: 'near', length_m: 1500, inner_m: 0.15 },
  { id: 'far', parent: 'middle', length_m: 2500, inner_m: 0.1 },
];
const held = () => 300;

describe('a network', () => {
  it('loses what Darcy and Weisbach say in one pipe', () => {
    const network = networkOf([{ id: 'one', length_m: 1000, inner_m: 0.2 }]);
    const { kg_s, dp_kpa } = solveNetwork(network, Float64Array.of(2), held);
    const flow = kg_s[0] ?? 0;
    const speed_m_s = flow / 978 / ((Math.PI / 4) * 0.2 ** 2);
    const loss_kpa = (2 * 0.0228 * (1000 / 0.2) * 978 * speed_m_s ** 2) / 2 / 1000;
    expect(300 - (dp_kpa[0] ?? 0)).toBeCloseTo(loss_kpa, 0);
    expect(flow).toBeCloseTo(2 * Math.sqrt(dp_kpa[0] ?? 0), 9);
  });

  it('lets stations compete: one that opens takes from all behind and beside it', () => {
    const network = networkOf(CHAIN);
    const before = solveNetwork(network, Float64Array.of(1, 0.5, 0.4), held);
    const after = solveNetwork(network, Float64Array.of(3, 0.5, 0.4), held);
    expect(after.dp_kpa[2]).toBeLessThan(0.95 * (before.dp_kpa[2] ?? 0));
    expect(before.dp_kpa[0]).toBeGreaterThan(before.dp_kpa[1] ?? 0);
    expect(before.dp_kpa[1]).toBeGreaterThan(before.dp_kpa[2] ?? 0);
  });

  it('conserves water and meets every pressure loss, whatever the tree', () => {
    const tree = fc
      .array(
        fc.record({
          parent: fc.nat(),
          length_m: fc.integer({ min: 20, max: 4000 }),
          inner_m: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
          opening: fc.double({ min: 0, max: 5, noNaN: true }),
        }),
        { minLength: 1, maxLength: 30 },
      )
      .map((rows) =>
        rows.map((row, at) => ({ ...row, parent: at === 0 || row.parent % 4 === 0 ? -1 : row.parent % at })),
      );
    fc.assert(
      fc.property(tree, (rows) => {
        const network = networkOf(
          rows.map(({ parent, length_m, inner_m }, at) => ({
            id: `s${at}`,
            ...(parent < 0 ? {} : { parent: `s${parent}` }),
            length_m,
            inner_m,
          })),
        );
        const conductance = Float64Array.from(rows, ({ opening }) => opening);
        const solved = solveNetwork(network, conductance, held);
        for (const [at, { parent, pipe }] of network.sections.entries()) {
          const flow = solved.kg_s[at] ?? 0;
          const above = parent < 0 ? 300 : (solved.dp_kpa[parent] ?? 0);
          const here = solved.dp_kpa[at] ?? 0;
          expect(above - here).toBeCloseTo(2 * pipe.resistance * flow ** 2, 6);
          const children = network.sections.reduce(
            (sum, child, index) => sum + (child.parent === at ? (solved.kg_s[index] ?? 0) : 0),
            0,
          );
          expect(flow).toBeCloseTo(children + (conductance[at] ?? 0) * Math.sqrt(Math.max(0, here)), 6);
        }
      }),
      { seed: 2, numRuns: 100 },
    );
  });
});
