/** Bearer tokens: the center's own, and those that administrators gave to programs. */
import { randomUUID, timingSafeEqual } from 'node:crypto';
import { actionsOf } from '@heat-center/api/access.ts';
import type { TokenRegistration } from '@heat-center/api/tokens.ts';
import type { Actor } from '../ports.ts';
import { unnamed, type Caller } from './caller.ts';
import { newToken, sha256 } from './secrets.ts';
import type { TokenRecord, TokenStore } from './stores.ts';

const DAY_MS = 86_400_000;
/** The last use is written at most this often, ms. */
const TOUCH_EVERY_MS = 3_600_000;
const PREFIX = 'token:';

export interface OwnToken {
  readonly token: string;
  /** The name under which it acts. */
  readonly name: string;
}

export class BearerTokens {
  readonly #own: readonly { readonly digest: Buffer; readonly name: string }[];
  readonly #store: TokenStore;

  constructor(own: readonly OwnToken[], store: TokenStore) {
    this.#own = own.map(({ token, name }) => ({ digest: sha256(token), name }));
    this.#store = store;
  }

  /** Own tokens, which people may have chosen, are compared in constant time; others have 256 random bits. */
  find(token: string, now: number): Caller | undefined {
    const digest = sha256(token);
    const [own] = this.#own.filter((known) => timingSafeEqual(known.digest, digest));
    if (own) return unnamed(own.name, 'automation');
    return this.#callerOf(this.#store.tokenBySecret(digest), now);
  }

  /** By the key of a caller, as long as the token stands; undefined for another kind of key. */
  byKey(key: string, now: number): Caller | undefined {
    if (!key.startsWith(PREFIX)) return undefined;
    return this.#callerOf(this.#store.token(key.slice(PREFIX.length)), now);
  }

  list(): TokenRecord[] {
    return this.#store.tokens();
  }

  /** Throws `not_found`. */
  remove(id: string, actor: Actor): void {
    this.#store.removeToken(id, actor);
  }

  /** A new token with its record; the token is shown once. Throws `already_exists`. */
  create(asked: TokenRegistration, actor: Actor): { token: string; record: TokenRecord } {
    const token = `heat_${newToken()}`;
    const { name, role, scope, valid_days } = asked;
    const record: TokenRecord = {
      id: randomUUID(),
      name,
      role,
      scope: scope ?? null,
      created_at: actor.at,
      created_by: actor.by,
      expires_at: actor.at + valid_days * DAY_MS,
      used_at: null,
    };
    this.#store.addToken(record, sha256(token), actor);
    return { token, record };
  }

  #callerOf(record: TokenRecord | undefined, now: number): Caller | undefined {
    if (!record || now >= record.expires_at) return undefined;
    const { id, name, role, scope, expires_at, used_at } = record;
    if (used_at === null || now - used_at > TOUCH_EVERY_MS) this.#store.touchToken(id, now);
    return {
      name: PREFIX + name,
      fullName: null,
      kind: 'token',
      role,
      may: actionsOf(role, scope),
      expiresAt: expires_at,
      key: PREFIX + id,
    };
  }
}
