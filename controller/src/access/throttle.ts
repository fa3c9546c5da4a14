/** The brake on guessing: attempts are counted before they are judged, so that many at once gain nothing. */
import { isIPv6 } from 'node:net';
import { HeatError } from '@heat-center/contract/errors.ts';

export interface ThrottleRules {
  /** Attempts that one key has in a window. */
  readonly allowed: number;
  readonly windowMs: number;
  /** Keys that are remembered; the oldest give way. */
  readonly most: number;
  /** What a key is, for people: `this address`. */
  readonly what: string;
}

export const BY_ADDRESS: ThrottleRules = {
  allowed: 10,
  windowMs: 60_000,
  most: 10_000,
  what: 'from this address',
};
export const BY_ACCOUNT: ThrottleRules = {
  allowed: 10,
  windowMs: 10 * 60_000,
  most: 10_000,
  what: 'for this account',
};

interface Count {
  count: number;
  readonly until: number;
}

/** A key with too many failures is refused unheard until its window ends. */
export class Throttle {
  readonly #rules: ThrottleRules;
  readonly #counts = new Map<string, Count>();

  constructor(rules: ThrottleRules) {
    this.#rules = rules;
  }

  /** Throws `too_many_attempts` with `retry_after_s`. */
  check(key: string, now: number): void {
    const entry = this.#current(key, now);
    if (!entry || entry.count < this.#rules.allowed) return;
    const retry_after_s = Math.ceil((entry.until - now) / 1000);
    throw new HeatError('too_many_attempts', `Too many failed attempts ${this.#rules.what}.`, {
      retry_after_s,
    });
  }

  /** Counts a failure, or an attempt that is about to be judged. */
  fail(key: string, now: number): void {
    const entry = this.#current(key, now) ?? { count: 0, until: now + this.#rules.windowMs };
    entry.count += 1;
    this.#counts.delete(key);
    this.#counts.set(key, entry);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > this.#rules.most && oldest !== undefined) this.#counts.delete(oldest);
  }

  /** Takes one count back: the attempt was good, or was not judged. */
  forgive(key: string, now: number): void {
    const entry = this.#current(key, now);
    if (entry) entry.count = Math.max(0, entry.count - 1);
  }

  #current(key: string, now: number): Count | undefined {
    const entry = this.#counts.get(key);
    // A window that lies further ahead than its length is from before the clock was set back.
    return entry && entry.until > now && entry.until <= now + this.#rules.windowMs ? entry : undefined;
  }
}

const GROUPS = 8;
const OF_A_HOST = 4;

/** One host's addresses as one key: the /64 of IPv6, which a single machine may fill; mapped IPv4 as IPv4. */
export function addressKey(address: string): string {
  const [plain = ''] = address.replace(/^::ffff:(?=\d+\.)/i, '').split('%');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, GROUPS - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, OF_A_HOST);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
