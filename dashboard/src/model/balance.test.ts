import type { BalanceCircuit, BalanceView } from '@heat-center/api/balance.ts';
import { describe, expect, it } from 'vitest';
import { balanceRows } from './balance.ts';

const circuit = (more: Partial<BalanceCircuit>): BalanceCircuit => ({
  id: 'low',
  area_m2: 1000,
  relative: 1,
  mean_c: 50,
  design_mean_c: 50,
  shift_k: 0,
  kept_k: 0,
  change_k_per_h: 0,
  why: null,
  blocked: null,
  ...more,
});
const view: BalanceView = {
  on: true,
  at: 0,
  frozen: false,
  good_share: 1,
  reference: 1,
  spread: 0.05,
  least: 0.9,
  greatest: 1.1,
  stations: [
    { id: 'warm', relative: 1.1, circuits: [circuit({ relative: 1.1, shift_k: -4.8, change_k_per_h: -1 })] },
    { id: 'out', relative: 0.5, circuits: [circuit({ relative: 0.5, why: 'manual', shift_k: 2 })] },
    {
      id: 'cold',
      relative: 0.9,
      circuits: [circuit({ relative: 0.9, change_k_per_h: 0.6 }), circuit({ id: 'high', relative: 1 })],
    },
  ],
};
const names = (rows: ReturnType<typeof balanceRows>) => rows.map(({ station, id }) => `${station} ${id}`);

describe('the balance', () => {
  it('shows the coldest or the warmest first, and who is left out last', () => {
    expect(names(balanceRows(view, 'cold', 5))).toEqual(['cold low', 'cold high', 'warm low', 'out low']);
    expect(names(balanceRows(view, 'warm', 5))).toEqual(['warm low', 'cold high', 'cold low', 'out low']);
    expect(names(balanceRows(view, 'correction', 5))[0]).toBe('warm low');
  });

  it('says what the correction will be in an hour, within its bound', () => {
    const rows = balanceRows(view, 'cold', 5);
    expect(rows.map(({ next_k }) => next_k)).toEqual([0.6, 0, -5, null]);
    expect(rows[0]?.off).toBeCloseTo(-0.1, 9);
  });

  it('changes nothing while it is off or frozen', () => {
    for (const still of [
      { ...view, on: false },
      { ...view, frozen: true },
    ])
      expect(balanceRows(still, 'cold', 5).every(({ next_k }) => next_k === null)).toBe(true);
    expect(balanceRows({ ...view, reference: null }, 'cold', 5)[0]?.off).toBeNull();
  });
});
