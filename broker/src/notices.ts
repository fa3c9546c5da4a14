/** Warnings about clients, at most one of a kind in ten seconds: a client that errs in a loop must not fill the log. */
import type { BrokerLog } from './handlers.ts';

const EVERY_MS = 10_000;

export class Notices {
  readonly #log: BrokerLog;
  readonly #now: () => number;
  readonly #kinds = new Map<string, { at: number; left: number }>();

  constructor(log: BrokerLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** `left` in the log: how many of the kind were left out since the last one. */
  warn(kind: string, detail: object, message: string): void {
    const at = this.#now();
    const last = this.#kinds.get(kind);
    if (last && at - last.at < EVERY_MS) {
      last.left += 1;
      return;
    }
    this.#kinds.set(kind, { at, left: 0 });
    this.#log.warn({ ...detail, left: last?.left ?? 0 }, message);
  }
}
