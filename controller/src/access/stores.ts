/**
 * What is kept of people, their sessions and the tokens of programs; the registry implements these. What cannot be
 * written throws `not_ready`.
 */
import type { Action, Role } from '@heat-center/api/access.ts';
import type { Actor } from '../ports.ts';

export interface UserRecord {
  readonly id: string;
  readonly full_name: string | null;
  readonly role: Role;
  readonly disabled: boolean;
  /** Hash with its parameters and salt, as `Passwords` writes it. */
  readonly password: string;
  readonly created_at: number;
  /** Last sign-in, ms UTC. */
  readonly signed_in_at: number | null;
}

/** Changes are noted for the audit in the same transaction, without the password. */
export interface UserStore {
  users(): UserRecord[];
  user(id: string): UserRecord | undefined;
  /** Throws `already_exists`. */
  addUser(user: UserRecord, actor: Actor): void;
  /** Replaces the record; `endSessions` ends all sessions of the person but the one given. */
  changeUser(user: UserRecord, actor: Actor, endSessions: false | { except?: Uint8Array }): void;
  /** Removes the person with all sessions. */
  removeUser(id: string, actor: Actor): void;
  /** The last sign-in, and a hash that was made anew with present parameters. */
  signedIn(id: string, at: number, password?: string): void;
}

/** A browser that is signed in; the cookie's value is kept as SHA-256 only. */
export interface SessionRecord {
  /** Who signed in with a password; null for the printed link. */
  readonly user: string | null;
  readonly created_at: number;
  /** Last use, ms UTC. */
  readonly seen_at: number;
}

export interface SessionStore {
  addSession(sha256: Uint8Array, session: SessionRecord): void;
  session(sha256: Uint8Array): SessionRecord | undefined;
  /** Notes the last use. Never fails for want of disk: whoever looks at a center in trouble must stay signed in. */
  touchSession(sha256: Uint8Array, seenAt: number): void;
  removeSession(sha256: Uint8Array): void;
  /** Removes, as far as the disk lets it, sessions that were last used or opened before these times, ms UTC. */
  pruneSessions(seenBefore: number, createdBefore: number): void;
  /** How many sessions each person has. */
  sessionsByUser(): ReadonlyMap<string, number>;
}

export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Only these of the role's actions; null = all. */
  readonly scope: readonly Action[] | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number;
  readonly used_at: number | null;
}

/** Tokens are kept as SHA-256 only; changes are noted for the audit in the same transaction. */
export interface TokenStore {
  tokens(): TokenRecord[];
  token(id: string): TokenRecord | undefined;
  tokenBySecret(sha256: Uint8Array): TokenRecord | undefined;
  /** Throws `already_exists` when the name is taken. */
  addToken(token: TokenRecord, sha256: Uint8Array, actor: Actor): void;
  /** Throws `not_found`. */
  removeToken(id: string, actor: Actor): void;
  /** Notes the last use, as `touchSession` does. */
  touchToken(id: string, usedAt: number): void;
}
