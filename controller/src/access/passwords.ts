/** Hashes of passwords: scrypt (RFC 7914), with the parameters in the stored text, a bounded number at a time. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { HeatError } from '@heat-center/contract/errors.ts';

/** N = 2^ln; a hash takes 128 · r · 2^ln bytes of memory and p times the work. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** As strong as the common advice of N = 2^17, p = 1, with a quarter of its memory: 32 MiB. */
export const COST: ScryptCost = { ln: 15, r: 8, p: 3 };

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** One hash at a time leaves the other core to control; more than this wait in vain. */
const MAX_WAITING = 16;
const RETRY_AFTER_S = 5;

const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+=*)\$([\w+/]+=*)$/;

interface Parsed {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

function parse(stored: string): Parsed {
  const [, ln, r, p, salt, key] = STORED.exec(stored) ?? [];
  if (salt === undefined || key === undefined) {
    throw new HeatError('registry_damaged', 'the hash of a password is not readable');
  }
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

const encode = ({ cost: { ln, r, p }, salt, key }: Parsed): string =>
  `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`;

function derive(password: string, salt: Buffer, { ln, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** ln;
  // Composed and decomposed letters are the same password.
  const typed = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(typed, salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

export class Passwords {
  readonly #cost: ScryptCost;
  /** Stands in for people who are not there: takes as long, and nothing equals it. */
  readonly #nobody: string;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(cost: ScryptCost = COST) {
    this.#cost = cost;
    this.#nobody = encode({ cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) });
  }

  /** The text to store. Throws `busy` when too many wait. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const key = await this.#inTurn(() => derive(password, salt, this.#cost));
    return encode({ cost: this.#cost, salt, key });
  }

  /**
   * Compares in constant time; without a stored text it takes as long and says `wrong`. `outdated`: right, and to be
   * hashed anew with present parameters. Throws `busy` when too many wait.
   */
  async check(password: string, stored: string | undefined): Promise<'right' | 'outdated' | 'wrong'> {
    const { cost, salt, key } = parse(stored ?? this.#nobody);
    const given = await this.#inTurn(() => derive(password, salt, cost));
    const same = timingSafeEqual(given, key);
    if (!same || stored === undefined) return 'wrong';
    const { ln, r, p } = this.#cost;
    return cost.ln === ln && cost.r === r && cost.p === p ? 'right' : 'outdated';
  }

  async #inTurn(work: () => Promise<Buffer>): Promise<Buffer> {
    if (this.#waiting >= MAX_WAITING) {
      throw new HeatError('busy', 'Too many people sign in at once.', { retry_after_s: RETRY_AFTER_S });
    }
    this.#waiting += 1;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}

const LEAST_DISTINCT = 6;
/** Shorter names stand in words by chance. */
const NAME_CHARS = 4;

/** Throws `weak_password`. Length is checked where the request is parsed. */
export function requireStrong(password: string, id: string): void {
  const typed = password.normalize('NFKC').toLowerCase();
  const why =
    new Set(typed).size < LEAST_DISTINCT
      ? `It needs at least ${LEAST_DISTINCT} different characters.`
      : id.length >= NAME_CHARS && typed.includes(id)
        ? 'It must not hold the name.'
        : undefined;
  if (why !== undefined) throw new HeatError('weak_password', why);
}
