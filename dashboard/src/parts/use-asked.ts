/** Asking the API for something that the live feed does not carry. */
import type { Problem } from '@heat-center/api/common.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { problemOf } from '../api.ts';

const AGAIN_MS = 15_000;

export interface Asked<T> {
  readonly answer: T | null;
  readonly problem: Problem | null;
  /** Asks at once, for example after a change. */
  readonly again: () => void;
}

/**
 * Asks now and again every 15 s, or as often as said (ms; 0: once); the old answer stays until the new one is there.
 * `ask` must keep its identity.
 */
export function useAsked<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | null,
  again_ms = AGAIN_MS,
): Asked<T> {
  const [asked, setAsked] = useState<Omit<Asked<T>, 'again'>>({ answer: null, problem: null });
  const asking = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!ask) return undefined;
    const ending = new AbortController();
    const load = () =>
      ask(ending.signal).then(
        (answer) => setAsked({ answer, problem: null }),
        (error: unknown) => {
          if (!ending.signal.aborted) setAsked((old) => ({ ...old, problem: problemOf(error) }));
        },
      );
    asking.current = () => void load();
    void load();
    const timer = again_ms > 0 ? setInterval(() => void load(), again_ms) : undefined;
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [ask, again_ms]);
  const again = useCallback(() => asking.current(), []);
  return { ...asked, again };
}
