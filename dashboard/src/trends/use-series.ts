/** Histories of several stations over one span, and of the same span earlier. */
import type { Problem } from '@heat-center/api/common.ts';
import { useEffect, useState } from 'react';
import { api, problemOf } from '../api.ts';
import type { ShownSeries } from '../charts/series.ts';
import { useLive } from '../feed/context.tsx';
import { EARLIER, keyOf, SPANS } from './choice.ts';
import type { Choice, Pick } from './choice.ts';

/** recharts draws this many points of a series well within a frame's budget. */
const MAX_POINTS = 480;
/** The present moves on by less than a pixel in this time, for the shortest span. */
const AGAIN_MS = 20_000;

export interface Answered {
  readonly from: number;
  readonly to: number;
  /** By `keyOf`; the earlier ones with their times moved to the span that is shown. */
  readonly now: ReadonlyMap<string, ShownSeries>;
  readonly earlier: ReadonlyMap<string, ShownSeries>;
  readonly behind_s: number;
}

export interface Series {
  /** The last answer stays until the next is there. */
  readonly answered: Answered | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** Added to every time of the answer, ms. */
  readonly shift: number;
  readonly signal: AbortSignal;
}

async function ask(picks: readonly Pick[], { from, to, shift, signal }: Span) {
  const points = new Map<string, string[]>();
  for (const { id, point } of picks) points.set(id, [...(points.get(id) ?? []), point]);
  const series = new Map<string, ShownSeries>();
  let behind_s = 0;
  for (const [id, of] of points) {
    const asked = { id, points: of, from: from - shift, to: to - shift, max_points: MAX_POINTS, signal };
    const answer = await api.history(asked);
    behind_s = Math.max(behind_s, answer.behind_s);
    for (const each of answer.series) {
      const moved =
        shift === 0
          ? each.points
          : each.points.map(([at, value, quality]) => [at + shift, value, quality] as const);
      series.set(keyOf({ id, point: each.point }), { ...each, points: moved });
    }
  }
  return { series, behind_s };
}

export function useSeries(choice: Choice): Series {
  const { clock } = useLive();
  const [state, setState] = useState<Omit<Series, 'loading'> & { readonly choice: Choice | null }>({
    answered: null,
    problem: null,
    choice: null,
  });

  useEffect(() => {
    if (choice.picks.length === 0) return undefined;
    const ending = new AbortController();
    const load = async () => {
      const to = choice.end ?? clock.now();
      const span = { from: to - SPANS[choice.span] * 1000, to, signal: ending.signal };
      const shift = EARLIER[choice.earlier] * 1000;
      try {
        const now = await ask(choice.picks, { ...span, shift: 0 });
        const before = shift === 0 ? null : await ask(choice.picks, { ...span, shift });
        const earlier = before?.series ?? new Map<string, ShownSeries>();
        const { from } = span;
        const answered = { from, to, now: now.series, earlier, behind_s: now.behind_s };
        setState({ answered, problem: null, choice });
      } catch (error) {
        if (!ending.signal.aborted) setState((old) => ({ ...old, problem: problemOf(error), choice }));
      }
    };
    void load();
    const timer = setInterval(() => {
      if (choice.end === null && !document.hidden) void load();
    }, AGAIN_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [choice, clock]);

  const { answered, problem } = state;
  return { answered, problem, loading: choice.picks.length > 0 && state.choice !== choice };
}
