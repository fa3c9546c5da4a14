/** Ways to prove who asks: one-time links, session cookies, bearer tokens; and the brake on guessing. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { actionsOf, type Action, type Role } from '@heat-center/api/access.ts';
import type { SessionView } from '@heat-center/api/session.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { SessionStore } from '../../ports.ts';
import { sha256 } from '../registry/secrets.ts';

/** How long a printed link works, ms. */
export const LINK_VALID_MS = 15 * 60_000;
/** A session that is not used for so long ends, ms. */
export const SESSION_IDLE_MS = 30 * 86_400_000;
/** The last use is written at most this often, ms. */
const TOUCH_EVERY_MS = 3_600_000;
/** Failed attempts that one address has in a window of this length (ms). */
const FAILURES_ALLOWED = 10;
const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;
/** Links that are open at once: the oldest gives way. */
const MAX_LINKS = 100;

export interface Caller {
  /** Who is named in the audit and in commands. */
  readonly name: string;
  readonly fullName: string | null;
  readonly kind: SessionView['kind'];
  readonly role: Role;
  readonly may: readonly Action[];
  /** When the session or token ends at the latest, ms UTC. */
  readonly expiresAt: number | null;
  /** Hex of the session's hash, where a cookie signed in. */
  readonly session?: string;
}

/** Who came by a way that names nobody in particular. */
const anonymous = (name: string, kind: 'link' | 'automation'): Caller => ({
  name,
  fullName: null,
  kind,
  role: 'administrator',
  may: actionsOf('administrator'),
  expiresAt: null,
});

const newToken = (): string => randomBytes(32).toString('base64url');

/** One-time tokens of printed links; kept in memory only, a restart prints a new link anyway. */
export class LoginLinks {
  readonly #open = new Map<string, number>();

  create(now: number): { token: string; expiresAt: number } {
    for (const [key, expiresAt] of this.#open) if (expiresAt <= now) this.#open.delete(key);
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MAX_LINKS && oldest !== undefined) this.#open.delete(oldest);
    const token = newToken();
    const expiresAt = now + LINK_VALID_MS;
    this.#open.set(sha256(token).toString('hex'), expiresAt);
    return { token, expiresAt };
  }

  /** Whether the token is good; it is good once. */
  take(token: string, now: number): boolean {
    const key = sha256(token).toString('hex');
    const expiresAt = this.#open.get(key);
    this.#open.delete(key);
    return expiresAt !== undefined && now < expiresAt;
  }
}

/** Sessions of browsers; the store holds only hashes. */
export class Sessions {
  readonly #store: SessionStore;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** The cookie's value of a new session. */
  create(name: string, now: number): string {
    this.#store.pruneSessions(now - SESSION_IDLE_MS);
    const token = newToken();
    this.#store.addSession(sha256(token), { name, created_at: now, seen_at: now });
    return token;
  }

  find(token: string, now: number): Caller | undefined {
    return this.#caller(sha256(token), now);
  }

  /** Whether the session that a caller came with still stands. */
  stands(session: string, now: number): boolean {
    return this.#caller(Buffer.from(session, 'hex'), now) !== undefined;
  }

  end(session: string): void {
    this.#store.removeSession(Buffer.from(session, 'hex'));
  }

  #caller(key: Buffer, now: number): Caller | undefined {
    const session = this.#store.session(key);
    if (!session || now - session.seen_at > SESSION_IDLE_MS) return undefined;
    if (now - session.seen_at > TOUCH_EVERY_MS) this.#store.touchSession(key, now);
    return { ...anonymous(session.name, 'link'), session: key.toString('hex') };
  }
}

/** Bearer tokens with the name that each acts under; compared in constant time. */
export class BearerTokens {
  readonly #tokens: readonly { readonly digest: Buffer; readonly name: string }[];

  constructor(tokens: readonly { readonly token: string; readonly name: string }[]) {
    this.#tokens = tokens.map(({ token, name }) => ({ digest: sha256(token), name }));
  }

  find(token: string): Caller | undefined {
    const digest = sha256(token);
    const [found] = this.#tokens.filter((known) => timingSafeEqual(known.digest, digest));
    return found && anonymous(found.name, 'automation');
  }
}

/** Counts failures by address; an address with too many is refused unheard until its window ends. */
export class Throttle {
  readonly #failures = new Map<string, { count: number; until: number }>();

  /** Throws `too_many_attempts`. */
  check(address: string, now: number): void {
    const entry = this.#failures.get(address);
    if (!entry || entry.until <= now || entry.count < FAILURES_ALLOWED) return;
    throw new HeatError('too_many_attempts', 'Too many failed attempts from this address.');
  }

  fail(address: string, now: number): void {
    const entry = this.#failures.get(address);
    const current = entry && entry.until > now ? entry : { count: 0, until: now + WINDOW_MS };
    this.#failures.delete(address);
    this.#failures.set(address, { ...current, count: current.count + 1 });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MAX_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
  }
}
