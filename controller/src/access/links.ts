/** One-time tokens of printed links. */
import { newToken, sha256 } from './secrets.ts';

/** How long a printed link works, ms. */
export const LINK_VALID_MS = 15 * 60_000;
/** Links that are open at once: the oldest gives way. */
const MAX_LINKS = 100;

/** Kept in memory only: a restart prints a new link anyway. */
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
