/** A bad network between center and station: it loses, repeats, delays, reorders, remembers and replays. */
import { uniform, type Random } from '@heat-center/simulators/plant/random.ts';

const LOST = 0.2;
const REPEATED = 0.3;

interface Letter {
  readonly due_ms: number;
  readonly open: (now_ms: number) => void;
}

export class Network {
  /** Nothing passes until then, true ms. */
  cut_until_ms = -Infinity;
  readonly #random: Random;
  #letters: Letter[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Most are quick, some are late by seconds, a few by minutes. */
  #delay_ms(): number {
    const kind = uniform(this.#random);
    const longest_ms = kind < 0.75 ? 300 : kind < 0.95 ? 5000 : 120_000;
    return uniform(this.#random) * longest_ms;
  }

  send(now_ms: number, open: (now_ms: number) => void): void {
    if (now_ms < this.cut_until_ms) return;
    if (uniform(this.#random) >= LOST) this.#post(now_ms, open);
    if (uniform(this.#random) < REPEATED) this.#post(now_ms, open);
  }

  #post(now_ms: number, open: (now_ms: number) => void): void {
    this.#letters.push({ due_ms: now_ms + this.#delay_ms(), open });
  }

  /** Delivers what is due by then, in the order of its delay and not of its sending. */
  deliver(until_ms: number): void {
    const due = this.#letters.filter(({ due_ms }) => due_ms <= until_ms);
    if (due.length === 0) return;
    this.#letters = this.#letters.filter(({ due_ms }) => due_ms > until_ms);
    for (const { due_ms, open } of due.toSorted((a, b) => a.due_ms - b.due_ms)) open(due_ms);
  }
}
