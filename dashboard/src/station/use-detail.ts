/** What the live feed does not carry of a station: commands of the past, counters, gaps. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { Problem } from '@heat-center/api/common.ts';
import type { StationDetail } from '@heat-center/api/stations.ts';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, problemOf } from '../api.ts';
import { useConnection, useFeed } from '../feed/context.tsx';
import { mergeCommands } from '../feed/state.ts';

const AGAIN_MS = 30_000;
const NONE: readonly CommandView[] = [];

export interface Detail {
  readonly detail: StationDetail | null;
  readonly commands: readonly CommandView[];
  readonly problem: Problem | null;
  readonly reload: () => void;
}

export function useDetail(id: string): Detail {
  const { phase } = useConnection();
  const [detail, setDetail] = useState<StationDetail | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const live = useFeed((state) => state.commands.get(id)) ?? NONE;

  const load = useCallback(
    async (signal?: AbortSignal) => {
      try {
        setDetail(await api.station(id, signal));
        setProblem(null);
      } catch (error) {
        if (!signal?.aborted) setProblem(problemOf(error));
      }
    },
    [id],
  );

  useEffect(() => {
    if (phase !== 'live') return undefined;
    const ending = new AbortController();
    // oxlint-disable-next-line react/set-state-in-effect -- what it sets comes with the answer, later
    void load(ending.signal);
    const timer = setInterval(() => void load(ending.signal), AGAIN_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [load, phase]);

  const reload = useCallback(() => void load(), [load]);
  const commands = useMemo(() => mergeCommands(detail?.commands ?? [], live), [detail, live]);
  return { detail, commands, problem, reload };
}
