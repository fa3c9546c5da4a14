/** Who is signed in, and signing in by the one-time link or by name and password. */
import type { SessionView } from '@heat-center/api/session.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, problemOf } from '../api.ts';

export type SessionState =
  | { readonly phase: 'asking' }
  | { readonly phase: 'in'; readonly session: SessionView }
  | { readonly phase: 'out'; readonly linkFailed: boolean }
  | { readonly phase: 'unreachable' };

const LOGIN = /^#login=(.+)$/;

/** Takes the one-time token out of the address, so that it is neither kept in the history nor sent on. */
export function takeLoginToken(location: Location, history: History): string | null {
  const token = LOGIN.exec(location.hash)?.[1];
  if (token === undefined) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return decodeURIComponent(token);
}

async function ask(token: string | null): Promise<SessionState> {
  let linkFailed = false;
  try {
    if (token !== null) {
      await api.signIn(token).catch((error: unknown) => {
        if (problemOf(error).code === 'unreachable') throw error;
        linkFailed = true;
      });
    }
    return { phase: 'in', session: await api.session() };
  } catch (error) {
    const { status } = problemOf(error);
    return status === 401 || status === 403 ? { phase: 'out', linkFailed } : { phase: 'unreachable' };
  }
}

const RETRY_MS = 5000;

export interface SessionControl {
  readonly state: SessionState;
  /** Asks the center again who is signed in; a center that does not answer ends no session. */
  readonly check: () => Promise<void>;
  /** Rejects with an ApiError where name and password are refused. */
  readonly signIn: (name: string, password: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
}

export function useSession(token: string | null): SessionControl {
  const [state, setState] = useState<SessionState>({ phase: 'asking' });
  // The token works once, so it is never posted by two askers at the same time.
  const running = useRef<Promise<SessionState> | null>(null);

  useEffect(() => {
    let over = false;
    let timer: number | undefined;
    let left = token;
    const attempt = async () => {
      running.current ??= ask(left).finally(() => {
        running.current = null;
      });
      const next = await running.current;
      if (over) return;
      setState(next);
      if (next.phase === 'unreachable') timer = window.setTimeout(() => void attempt(), RETRY_MS);
      else left = null;
    };
    void attempt();
    // A link opened in a tab that already shows the page changes only the hash.
    const onHash = () => {
      left = takeLoginToken(window.location, window.history);
      if (left !== null) void attempt();
    };
    window.addEventListener('hashchange', onHash);
    return () => {
      over = true;
      window.clearTimeout(timer);
      window.removeEventListener('hashchange', onHash);
    };
  }, [token]);

  const check = useCallback(async () => {
    const next = await ask(null);
    if (next.phase === 'out') setState(next);
  }, []);

  const signIn = useCallback(async (name: string, password: string) => {
    setState({ phase: 'in', session: await api.signInAs(name, password) });
  }, []);

  const signOut = useCallback(async () => {
    // Whether or not the center heard it, what it says next is true.
    await api.signOut().catch(() => undefined);
    setState(await ask(null));
  }, []);

  return { state, check, signIn, signOut };
}
