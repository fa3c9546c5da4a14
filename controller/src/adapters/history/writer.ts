/** Carries the journal into a store: never ahead of the disk, in order, again and again until it is taken. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { History, HistoryLag, JournalReader, WriteOutcome } from '../../ports.ts';
import { JournalGap } from '../journal/reader.ts';
import { JournalBatches } from './journal-batches.ts';
import { StoreBroken, StoreTrouble } from './trouble.ts';

export type HistoryLog = (
  level: 'info' | 'warn' | 'error',
  fields: Readonly<Record<string, unknown>>,
  message: string,
) => void;

export interface WriterOptions {
  readonly journal: JournalReader;
  readonly history: History;
  /** When more than 10 s behind: live samples first, the backlog beside them. */
  readonly liveFirst: boolean;
  readonly now: () => number;
  /** Waits; rejects when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly onOutcome: (outcome: WriteOutcome) => void;
  readonly log: HistoryLog;
}

/** Batches are formed for this long, unless there is more to write anyway. */
const GATHER_MS = 500;
const ENOUGH_BYTES = 256 * 1024;
const BEHIND_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
/** A disk that was full should not be waited for after it has room again. */
const LAST_LOCAL_RETRY_MS = 4000;

export class HistoryWriter {
  readonly #options: WriterOptions;
  readonly #wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly #main: JournalBatches;
  #live: JournalBatches | undefined;
  #durable = 0;
  /** Set while everything durable is stored: since when something new waits. */
  #noticedAt: number | undefined;
  #oldestAt: number | undefined;
  #trouble: string | undefined;
  #setAside = 0;
  #retries = 0;
  #drainUntil: number | undefined;
  readonly #stopping = new AbortController();
  #wake: (() => void) | undefined;
  readonly #ended: Promise<void>;

  private constructor(options: WriterOptions, positions: { cursor: number; live: number | undefined }) {
    this.#options = options;
    this.#wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
    this.#main = new JournalBatches(options.journal, positions.cursor);
    if (options.liveFirst && positions.live !== undefined && positions.live > positions.cursor) {
      this.#live = new JournalBatches(options.journal, positions.live, true);
    }
    this.#ended = this.#run();
    // Whoever awaits `ended` or `stop` hears of it.
    this.#ended.catch(() => undefined);
  }

  /** Begins where the store stands. */
  static async start(options: WriterOptions): Promise<HistoryWriter> {
    const cursor = await options.history.cursor();
    return new HistoryWriter(options, { cursor, live: await options.history.liveCursor() });
  }

  /** Rejects with `StoreBroken` when the store must be opened anew. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Everything before the position is on disk and may be written. */
  durable(position: number): void {
    if (position <= this.#durable && this.#durable !== 0) return;
    if (position < this.#main.position) {
      const fields = { cursor: this.#main.position, journal: position };
      this.#options.log(
        'warn',
        fields,
        'history is ahead of the journal; it reads the journal from its start',
      );
      this.#main.jump(0);
      this.#live = undefined;
    }
    this.#durable = position;
    this.#noticedAt ??= this.#options.now();
    this.#wake?.();
  }

  lag(): HistoryLag {
    const bytes = Math.max(0, this.#durable - this.#main.position);
    const since = this.#oldestAt ?? this.#noticedAt ?? this.#options.now();
    return {
      behind_s: bytes === 0 ? 0 : Math.max(0, (this.#options.now() - since) / 1000),
      bytes,
      trouble: this.#trouble,
      set_aside: this.#setAside,
      cursor: this.#main.position,
    };
  }

  /** Writes what is durable for at most `drain_ms`, or until the store fails, then ends. */
  async stop(drain_ms = 0): Promise<void> {
    this.#drainUntil = this.#options.now() + drain_ms;
    this.#stopping.abort();
    this.#wake?.();
    await this.#ended;
  }

  get #isDrained(): boolean {
    if (this.#drainUntil === undefined) return false;
    return this.#isCaughtUp || this.#retries > 0 || this.#options.now() >= this.#drainUntil;
  }

  get #isCaughtUp(): boolean {
    return this.#main.position >= this.#durable;
  }

  async #run(): Promise<void> {
    while (!this.#isDrained) {
      if (this.#isCaughtUp) {
        this.#noticedAt = undefined;
        this.#oldestAt = undefined;
        if (this.#drainUntil === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
        this.#wake = undefined;
        continue;
      }
      if (this.#durable - this.#main.position < ENOUGH_BYTES) await this.#pause(GATHER_MS);
      await this.#attempt();
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#drainUntil !== undefined) return;
    await this.#wait(ms, this.#stopping.signal).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) throw error;
    });
  }

  async #attempt(): Promise<void> {
    try {
      if (this.#options.liveFirst) await this.#split();
      if (this.#live) await this.#writeLive(this.#live);
      const wrote = await this.#writeNext();
      this.#retries = 0;
      this.#trouble = undefined;
      if (!wrote) await this.#pause(GATHER_MS);
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<void> {
    if (error instanceof StoreBroken) throw error;
    const { log } = this.#options;
    if (error instanceof JournalGap) {
      const fields = { from: this.#main.position, to: error.start };
      log('warn', fields, 'the journal no longer holds what history has not read; it goes on after the gap');
      this.#main.jump(error.start);
      this.#live = undefined;
      return;
    }
    this.#trouble = error instanceof Error ? error.message : String(error);
    const longest_ms = this.#options.history.source === 'embedded' ? LAST_LOCAL_RETRY_MS : LAST_RETRY_MS;
    const backoff_ms = Math.min(longest_ms, FIRST_RETRY_MS * 2 ** this.#retries);
    this.#retries += 1;
    const wait_ms = (error instanceof StoreTrouble ? error.retryAfter_ms : undefined) ?? backoff_ms;
    log('warn', { trouble: this.#trouble, wait_ms }, 'history could not be written; the journal keeps it');
    await this.#pause(wait_ms);
  }

  /** Begins to write live data ahead of the backlog, or lets it jump to now when it has fallen behind too. */
  async #split(): Promise<void> {
    const { journal, now } = this.#options;
    const track = this.#live ?? this.#main;
    const oldestAt = await track.oldestAt(this.#durable);
    if (oldestAt === undefined || now() - oldestAt <= BEHIND_MS) return;
    if (this.#live) this.#live.jump(this.#durable);
    else this.#live = new JournalBatches(journal, this.#durable, true);
  }

  async #writeLive(live: JournalBatches): Promise<void> {
    const batch = await live.batch(this.#durable);
    if (!batch) return;
    const { telemetry, decisions, end } = batch;
    await this.#options.history.write({ telemetry, decisions, cursor: this.#main.position, live: end });
    // Conflicts are counted when the backlog comes by: it writes everything again, in the journal's order.
    live.stored(batch);
  }

  /** The next batch of the backlog, or of everything; false when there was none. */
  async #writeNext(): Promise<boolean> {
    if (this.#live && this.#main.position >= this.#live.position) this.#live = undefined;
    const until = this.#live?.position ?? this.#durable;
    const batch = await this.#main.batch(until);
    this.#oldestAt = batch?.oldestAt;
    if (!batch) return false;
    const { telemetry, decisions, end } = batch;
    const live = end >= until ? undefined : this.#live?.position;
    const outcome = await this.#options.history.write({ telemetry, decisions, cursor: end, live });
    this.#main.stored(batch);
    this.#oldestAt = undefined;
    if (live === undefined) this.#live = undefined;
    this.#setAside += outcome.setAside.length;
    this.#options.onOutcome(outcome);
    return true;
  }
}
