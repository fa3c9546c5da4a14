/** A station's past from the API, continued by the live feed. */
import type { Problem } from '@heat-center/api/common.ts';
import type { StationView } from '@heat-center/api/stations.ts';
import { useEffect, useRef, useState } from 'react';
import { api, problemOf } from '../api.ts';
import { appendSample } from '../charts/series.ts';
import type { Sample, ShownSeries } from '../charts/series.ts';
import { useConnection, useFromTime, useLive } from '../feed/context.tsx';
import { definitionOf } from '../format/point.ts';

/** recharts draws this many points of a series well within a frame's budget at two updates a second. */
const MAX_POINTS = 480;
const AGAIN_MS = 4 * 60_000;

export interface Past {
  readonly series: readonly ShownSeries[];
  readonly behind_s: number;
  readonly from: number;
  readonly to: number;
  readonly problem: Problem | null;
  /** The first answer for this choice is still to come. */
  readonly loading: boolean;
}

interface Answer {
  readonly series: readonly ShownSeries[];
  readonly behind_s: number;
  /** The choice that it answers. */
  readonly key: string;
}

const EMPTY: Answer = { series: [], behind_s: 0, key: '' };

/** Words of states become the codes that history answers with, so that both join in one line. */
export function liveSample(view: StationView, point: string): Sample | null {
  const tuple = view.points[point];
  if (!tuple) return null;
  const [at, value, quality] = tuple;
  if (typeof value === 'number' || value === null) return [at, value, quality];
  const code = definitionOf(point)?.codes?.indexOf(value) ?? -1;
  return code < 0 ? null : [at, code, quality];
}

export function useHistory(view: StationView, points: readonly string[], span_s: number): Past {
  const { clock, feed } = useLive();
  const { phase } = useConnection();
  const [answer, setAnswer] = useState(EMPTY);
  const [problem, setProblem] = useState<Problem | null>(null);
  const tails = useRef(new Map<string, readonly Sample[]>());
  const key = `${points.join(',')} ${span_s}`;
  const { id } = view;

  useEffect(() => {
    const ending = new AbortController();
    const load = async () => {
      const to = clock.now();
      const asked = { id, points, from: to - span_s * 1000, to, max_points: MAX_POINTS };
      try {
        const { series, behind_s } = await api.history({ ...asked, signal: ending.signal });
        tails.current.clear();
        setAnswer({ series, behind_s, key });
        setProblem(null);
      } catch (error) {
        if (!ending.signal.aborted) setProblem(problemOf(error));
      }
    };
    if (points.length > 0) void load();
    const timer = setInterval(() => {
      if (points.length > 0 && !document.hidden) void load();
    }, AGAIN_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
    // oxlint-disable-next-line react/exhaustive-deps -- `key` stands for points and span; a new phase asks again
  }, [id, key, phase, clock]);

  // One step of the window a second for an hour, slower for more: nobody sees less than a pixel move.
  const step = Math.max(1000, (span_s * 1000) / 1200);
  const to = useFromTime((now) => Math.ceil(now / step) * step);
  const from = to - span_s * 1000;
  const current = feed.state().stations.get(id) ?? view;
  const series = answer.series
    .filter(({ point }) => points.includes(point))
    .map((each) => {
      const live = liveSample(current, each.point);
      const before = tails.current.get(each.point) ?? each.points;
      const joined = live ? appendSample(before, live, from) : before;
      tails.current.set(each.point, joined);
      return {
        ...each,
        points: joined,
        total: each.total + joined.length - each.points.length,
      };
    });
  return { series, behind_s: answer.behind_s, from, to, problem, loading: answer.key !== key && !problem };
}
