/** Whoever asks, once it is proved who that is. */
import { actionsOf, type Action, type Role } from '@heat-center/api/access.ts';
import type { SessionView } from '@heat-center/api/session.ts';

export interface Caller {
  /** Named in the audit and in commands. */
  readonly name: string;
  readonly fullName: string | null;
  readonly kind: SessionView['kind'];
  readonly role: Role;
  readonly may: readonly Action[];
  /** When the session or token ends at the latest, ms UTC. */
  readonly expiresAt: number | null;
  /** What can be ended before that: `session:HEX` or `token:ID`; absent for the center's own tokens. */
  readonly key?: string;
}

/** A caller with every right whose way in names nobody in particular. */
export function unnamed(name: string, kind: 'link' | 'automation'): Caller {
  const role = 'administrator';
  return { name, fullName: null, kind, role, may: actionsOf(role), expiresAt: null };
}
