/** The balance of the network as rows: who is how warm beside the others, and what will change; pure. */
import type { BalanceCircuit, BalanceView } from '@heat-center/api/balance.ts';

export interface BalanceRow extends BalanceCircuit {
  readonly station: string;
  /** Relative warmth beside the network's mean; null where it cannot be judged. */
  readonly off: number | null;
  /** Correction in an hour if it goes on like this, K; null where it is left out or frozen. */
  readonly next_k: number | null;
}

export const BALANCE_SORTS = ['cold', 'warm', 'correction'] as const;
export type BalanceSort = (typeof BALANCE_SORTS)[number];

const KEYS: Record<BalanceSort, (row: BalanceRow) => number> = {
  cold: ({ relative }) => relative ?? Infinity,
  warm: ({ relative }) => -(relative ?? -Infinity),
  correction: ({ shift_k }) => -Math.abs(shift_k),
};

/** A circuit for each row; those that are left out come last, whatever the order. */
export function balanceRows(
  { stations, reference, frozen, on }: BalanceView,
  sort: BalanceSort,
  bound_k: number,
): BalanceRow[] {
  const rows = stations.flatMap(({ id, circuits }) =>
    circuits.map((circuit): BalanceRow => {
      const { relative, why, shift_k, change_k_per_h } = circuit;
      const moved_k = Math.min(bound_k, Math.max(-bound_k, shift_k + change_k_per_h));
      return {
        ...circuit,
        station: id,
        off: relative === null || reference === null ? null : relative - reference,
        next_k: on && !frozen && why === null ? moved_k : null,
      };
    }),
  );
  const key = KEYS[sort];
  return rows.toSorted((a, b) => {
    if ((a.why === null) !== (b.why === null)) return a.why === null ? -1 : 1;
    return key(a) - key(b) || a.station.localeCompare(b.station) || a.id.localeCompare(b.id);
  });
}
