/** The last two hours of the rows in view, read a few at a time and kept for some minutes. */
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import type { Sample } from '../charts/series.ts';

export interface Recent {
  readonly supply: readonly Sample[];
  readonly set: readonly Sample[];
}

export interface RecentStore {
  readonly read: (id: string, circuit: string) => Promise<Recent>;
}

export const RECENT_MS = 2 * 3_600_000;
const KEPT_MS = 5 * 60_000;
const AT_ONCE = 2;
/** A row that is only scrolled past is not asked for. */
const SETTLED_MS = 400;
const MAX_POINTS = 48;

export function createRecent(now: () => number): RecentStore {
  const known = new Map<string, { readonly at: number; readonly answer: Promise<Recent> }>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const slot = async () => {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
  };

  const load = async (id: string, circuit: string): Promise<Recent> => {
    await slot();
    try {
      const to = now();
      const points = [`circuits.${circuit}.supply_c`, `circuits.${circuit}.supply_set_c`];
      const answer = await api.history({ id, points, from: to - RECENT_MS, to, max_points: MAX_POINTS });
      const of = (point: string | undefined) =>
        answer.series.find((series) => series.point === point)?.points ?? [];
      return { supply: of(points[0]), set: of(points[1]) };
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };

  return {
    read: (id, circuit) => {
      const key = `${id} ${circuit}`;
      const cached = known.get(key);
      if (cached && Date.now() - cached.at < KEPT_MS) return cached.answer;
      const answer = load(id, circuit);
      known.set(key, { at: Date.now(), answer });
      answer.catch(() => known.delete(key));
      return answer;
    },
  };
}

/** Null until it is known; a row that took another station's place shows nothing of the one before. */
export function useRecent(store: RecentStore, id: string, circuit: string | undefined): Recent | null {
  const [known, setKnown] = useState<{ readonly of: string; readonly recent: Recent } | null>(null);
  const of = `${id} ${circuit}`;
  useEffect(() => {
    if (circuit === undefined) return undefined;
    let over = false;
    const ask = async () => {
      // A sparkline that cannot be had is an empty cell; the values beside it stand.
      const recent = await store.read(id, circuit).catch(() => null);
      if (recent && !over) setKnown({ of, recent });
    };
    const first = setTimeout(() => void ask(), SETTLED_MS);
    const again = setInterval(() => void ask(), KEPT_MS + 1000);
    return () => {
      over = true;
      clearTimeout(first);
      clearInterval(again);
    };
  }, [store, id, circuit, of]);
  return known?.of === of ? known.recent : null;
}
