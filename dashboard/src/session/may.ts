/** Who is signed in and what they may do: what they may not is not offered. */
import type { Action } from '@heat-center/api/access.ts';
import type { SessionView } from '@heat-center/api/session.ts';
import { createContext, useContext } from 'react';

const SessionContext = createContext<SessionView | null>(null);
export const SessionProvider = SessionContext.Provider;

export function useWho(): SessionView {
  const session = useContext(SessionContext);
  if (!session) throw new Error('SessionProvider is missing above this component');
  return session;
}

/** The center refuses it all the same; here it only is not shown. */
export function useMay(): (action: Action) => boolean {
  const { may } = useWho();
  return (action) => may.includes(action);
}
