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
  const [asked, setAsked] = useState(0);
  const live = useFeed((state) => state.commands.get(id)) ?? NONE;

  useEffect(() => {
    const ending = new AbortController();
    const load = () =>
      api.station(id, ending.signal).then(
        (answer) => {
          setDetail(answer);
          setProblem(null);
        },
        (error: unknown) => {
          if (!ending.signal.aborted) setProblem(problemOf(error));
        },
      );
    void load();
    const timer = setInterval(() => void load(), AGAIN_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [id, phase, asked]);

  const reload = useCallback(() => setAsked((count) => count + 1), []);
  const commands = useMemo(() => mergeCommands(detail?.commands ?? [], live), [detail, live]);
  return { detail, commands, problem, reload };
}
