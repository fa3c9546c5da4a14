/** Entries of the log for a choice: the newest page, followed, and older pages when asked for. */
import type { AuditEntryView } from '@heat-center/api/audit.ts';
import type { Problem } from '@heat-center/api/common.ts';
import { useCallback, useEffect, useState } from 'react';
import { api, problemOf } from '../api.ts';
import { useLive } from '../feed/context.tsx';
import { auditQueryOf } from './choice.ts';
import type { LogChoice } from './choice.ts';

const AGAIN_MS = 15_000;

interface Known {
  readonly choice: LogChoice | null;
  readonly entries: readonly AuditEntryView[];
  /** Where older ones begin; undefined when there are none. */
  readonly next: number | undefined;
}

export interface Log extends Known {
  readonly problem: Problem | null;
  readonly older: () => void;
}

const NOTHING: Known = { choice: null, entries: [], next: undefined };

/** Newest first, each once. */
function joined(
  known: readonly AuditEntryView[],
  more: readonly AuditEntryView[],
): readonly AuditEntryView[] {
  const byNumber = new Map([...known, ...more].map((entry) => [entry.n, entry]));
  return [...byNumber.values()].toSorted((a, b) => b.n - a.n);
}

export function useLog(choice: LogChoice): Log {
  const { clock } = useLive();
  const [known, setKnown] = useState(NOTHING);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    const ending = new AbortController();
    const load = async () => {
      try {
        const page = await api.audit(auditQueryOf(choice, clock.now()), ending.signal);
        setProblem(null);
        setKnown((old) =>
          old.choice === choice
            ? { ...old, entries: joined(old.entries, page.entries) }
            : { choice, entries: page.entries, next: page.next },
        );
      } catch (error) {
        if (!ending.signal.aborted) setProblem(problemOf(error));
      }
    };
    void load();
    const timer = setInterval(() => void load(), AGAIN_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [choice, clock]);

  const { next } = known;
  const older = useCallback(() => {
    if (next === undefined) return;
    api.audit(auditQueryOf(choice, clock.now(), next)).then(
      (page) =>
        setKnown((old) =>
          old.choice === choice
            ? { choice, entries: joined(old.entries, page.entries), next: page.next }
            : old,
        ),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, [choice, clock, next]);

  return { ...known, problem, older };
}
