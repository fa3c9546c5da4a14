/** Signed-in browsers. Role and rights are the person's of now, so a change counts at once. */
import { actionsOf } from '@heat-center/api/access.ts';
import { unnamed, type Caller } from './caller.ts';
import { newToken, sha256 } from './secrets.ts';
import type { SessionRecord, SessionStore, UserStore } from './stores.ts';

/** A session that is not used for so long ends, ms; an open live feed is use. */
export const SESSION_IDLE_MS = 24 * 3_600_000;
/** It ends after so long in any case, ms. */
export const SESSION_MAX_MS = 30 * 86_400_000;
/** The last use is written at most this often, ms. */
const TOUCH_EVERY_MS = 10 * 60_000;
/** Who signed in by the printed link. */
export const LINK_NAME = 'administrator';

const PREFIX = 'session:';
const keyOf = (digest: Uint8Array): string => PREFIX + Buffer.from(digest).toString('hex');
/** The stored hash of a session's key; undefined for another kind of key. */
export const digestOf = (key: string): Buffer | undefined =>
  key.startsWith(PREFIX) ? Buffer.from(key.slice(PREFIX.length), 'hex') : undefined;

/** The store holds only hashes of what the cookies hold. */
export class Sessions {
  readonly #store: SessionStore;
  readonly #users: UserStore;

  constructor(store: SessionStore, users: UserStore) {
    this.#store = store;
    this.#users = users;
  }

  /** The cookie's value of a new session; `user` is null for the printed link. */
  create(user: string | null, now: number): string {
    this.#store.pruneSessions(now - SESSION_IDLE_MS, now - SESSION_MAX_MS);
    const token = newToken();
    this.#store.addSession(sha256(token), { user, created_at: now, seen_at: now });
    return token;
  }

  find(token: string, now: number): Caller | undefined {
    return this.#find(sha256(token), now);
  }

  /** By the key of a caller, as long as the session stands; undefined for another kind of key. */
  byKey(key: string, now: number): Caller | undefined {
    const digest = digestOf(key);
    return digest && this.#find(digest, now);
  }

  /** Ends the session that the cookie's value stands for. */
  end(token: string): void {
    this.#store.removeSession(sha256(token));
  }

  /** Ends the session of a caller; another kind of key ends nothing. */
  endKey(key: string): void {
    const digest = digestOf(key);
    if (digest) this.#store.removeSession(digest);
  }

  #find(digest: Uint8Array, now: number): Caller | undefined {
    const session = this.#store.session(digest);
    if (!session) return undefined;
    if (now - session.seen_at > SESSION_IDLE_MS || now - session.created_at > SESSION_MAX_MS)
      return undefined;
    const caller = this.#callerOf(session);
    if (caller && now - session.seen_at > TOUCH_EVERY_MS) this.#store.touchSession(digest, now);
    return caller && { ...caller, expiresAt: session.created_at + SESSION_MAX_MS, key: keyOf(digest) };
  }

  #callerOf({ user }: SessionRecord): Caller | undefined {
    if (user === null) return unnamed(LINK_NAME, 'link');
    const person = this.#users.user(user);
    if (!person || person.disabled) return undefined;
    const { id, full_name, role } = person;
    return { name: id, fullName: full_name, kind: 'person', role, may: actionsOf(role), expiresAt: null };
  }
}
