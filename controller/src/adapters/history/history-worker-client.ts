/** History from the main thread's side: one worker thread that is started again when it dies. */
import { Worker } from 'node:worker_threads';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { HistoryPins } from '../../backup/port.ts';
import type { HistoryLag, HistoryReader } from '../../ports.ts';
import type {
  Answer,
  Answered,
  Asked,
  FromWorker,
  HistoryWorkerData,
  InfluxTarget,
  ToWorker,
} from './protocol.ts';

type LogMethod = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export interface HistoryWorkerOptions {
  readonly journalDir: string;
  readonly file: string;
  readonly influx: InfluxTarget | undefined;
  /** How far the journal is on disk; asked often. */
  readonly durable: () => number;
  readonly onConflicts: (station: string, conflicts: number) => void;
  readonly log: { readonly info: LogMethod; readonly warn: LogMethod; readonly error: LogMethod };
}

export interface HistoryWorker extends HistoryReader, HistoryPins {
  /** Writes what is durable (for a few seconds at most) and ends the thread. */
  close(): Promise<void>;
}

const DURABLE_EVERY_MS = 100;
const FIRST_RESTART_MS = 1000;
const LAST_RESTART_MS = 30_000;
/** A worker that lived this long starts the backoff anew. */
const HEALTHY_MS = 60_000;
const CLOSE_WITHIN_MS = 15_000;
/**
 * DuckDB's memory limit, MB. Closing a day of 1,000 stations fails with 48 and works with 64; with 128 the process is
 * some 150 MB larger meanwhile.
 */
const MEMORY_MB = 96;
/** Rows live for one batch: more room for the young only makes the process larger; 48 costs 25 MB and no less CPU. */
const YOUNG_MB = 24;
/** Questions that wait for an answer; more are refused. Each holds at most its answer in memory. */
const MAX_QUESTIONS = 64;

type Pending = { readonly reject: (error: Error) => void } & (
  | { readonly question: 'query'; readonly resolve: (answer: Answer<'query'>) => void }
  | { readonly question: 'setpoints'; readonly resolve: (answer: Answer<'setpoints'>) => void }
  | { readonly question: 'count'; readonly resolve: (answer: Answer<'count'>) => void }
  | { readonly question: 'pin'; readonly resolve: (answer: Answer<'pin'>) => void }
  | { readonly question: 'unpin'; readonly resolve: (answer: Answer<'unpin'>) => void }
);

function settle(pending: Pending, answered: Answered): void {
  if (pending.question === 'query' && answered.question === 'query') pending.resolve(answered.answer);
  if (pending.question === 'setpoints' && answered.question === 'setpoints') pending.resolve(answered.answer);
  if (pending.question === 'count' && answered.question === 'count') pending.resolve(answered.answer);
  if (pending.question === 'pin' && answered.question === 'pin') pending.resolve(answered.answer);
  if (pending.question === 'unpin' && answered.question === 'unpin') pending.resolve(answered.answer);
}

class Client implements HistoryWorker {
  readonly #options: HistoryWorkerOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #timer: NodeJS.Timeout;
  #worker: Worker | undefined;
  #posted = -1;
  #asked = 0;
  #lag: HistoryLag | undefined;
  /** When the thread last said how far it is. */
  #heardAt = Date.now();
  #down: string | undefined = 'history is starting';
  #startedAt = 0;
  #restart_ms = FIRST_RESTART_MS;
  #restarting: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(options: HistoryWorkerOptions) {
    this.#options = options;
    this.#start();
    this.#timer = setInterval(() => this.#tell(), DURABLE_EVERY_MS).unref();
  }

  query: HistoryReader['query'] = (argument) =>
    new Promise((resolve, reject) => {
      this.#ask({ question: 'query', argument }, { question: 'query', resolve, reject });
    });

  setpoints: HistoryReader['setpoints'] = (argument) =>
    new Promise((resolve, reject) => {
      this.#ask({ question: 'setpoints', argument }, { question: 'setpoints', resolve, reject });
    });

  count: HistoryReader['count'] = (argument) =>
    new Promise((resolve, reject) => {
      this.#ask({ question: 'count', argument }, { question: 'count', resolve, reject });
    });

  pin: HistoryPins['pin'] = (argument) =>
    new Promise((resolve, reject) => {
      this.#ask({ question: 'pin', argument }, { question: 'pin', resolve, reject });
    });

  unpin: HistoryPins['unpin'] = (argument) =>
    new Promise((resolve, reject) => {
      this.#ask({ question: 'unpin', argument }, { question: 'unpin', resolve, reject });
    });

  lag(): HistoryLag {
    const durable = this.#options.durable();
    const last = this.#lag ?? { behind_s: 0, bytes: 0, cursor: 0 };
    // While the thread is down nobody else counts the time.
    const behind_s = last.behind_s + (this.#down === undefined ? 0 : (Date.now() - this.#heardAt) / 1000);
    // What the worker has not confirmed counts as unread, or the journal might delete it.
    return {
      ...last,
      behind_s,
      bytes: Math.max(0, durable - (last.cursor ?? 0)),
      trouble: this.#down ?? last.trouble,
    };
  }

  async close(): Promise<void> {
    if (this.#closing) return this.#ended;
    this.#tell();
    this.#closing = true;
    clearInterval(this.#timer);
    clearTimeout(this.#restarting);
    const worker = this.#worker;
    if (!worker) return undefined;
    this.#post({ type: 'close' });
    const late = setTimeout(() => void worker.terminate(), CLOSE_WITHIN_MS);
    await this.#ended;
    clearTimeout(late);
    return undefined;
  }

  #start(): void {
    const { journalDir, file, influx } = this.#options;
    const workerData: HistoryWorkerData = { journalDir, file, influx, memoryMb: MEMORY_MB };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData,
      name: 'history',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker = worker;
    this.#posted = -1;
    this.#startedAt = Date.now();
    let cause = 'it ended by itself';
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (error) => {
      cause = error instanceof Error ? error.message : String(error);
    });
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#worker = undefined;
        this.#refuseAll(cause);
        if (!this.#closing) this.#startAgain(cause);
        resolve();
      });
    });
    this.#tell();
  }

  #startAgain(cause: string): void {
    if (Date.now() - this.#startedAt > HEALTHY_MS) this.#restart_ms = FIRST_RESTART_MS;
    this.#down = `history has stopped: ${cause}`;
    this.#options.log.error({ cause, again_in_ms: this.#restart_ms }, 'the history thread died');
    this.#restarting = setTimeout(() => this.#start(), this.#restart_ms).unref();
    this.#restart_ms = Math.min(LAST_RESTART_MS, this.#restart_ms * 2);
  }

  #refuseAll(cause: string): void {
    for (const { reject } of this.#pending.values()) reject(new HeatError('not_ready', cause));
    this.#pending.clear();
  }

  #tell(): void {
    const position = this.#options.durable();
    if (!this.#worker || position === this.#posted) return;
    this.#posted = position;
    this.#post({ type: 'durable', position });
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: FromWorker): void {
    if (message.type === 'lag') {
      this.#lag = message.lag;
      this.#heardAt = Date.now();
      this.#down = undefined;
    } else if (message.type === 'conflicts') {
      this.#options.onConflicts(message.station, message.conflicts);
    } else if (message.type === 'log') {
      this.#options.log[message.level](message.fields, message.message);
    } else {
      const pending = this.#pending.get(message.id);
      if (!pending) return;
      this.#pending.delete(message.id);
      if (message.type === 'answer') settle(pending, message);
      else pending.reject(new HeatError('not_ready', `history cannot answer now: ${message.message}`));
    }
  }

  #ask(asked: Asked, pending: Pending): void {
    if (!this.#worker || this.#closing) {
      pending.reject(new HeatError('not_ready', this.#down ?? 'history is ending'));
      return;
    }
    if (this.#pending.size >= MAX_QUESTIONS) {
      pending.reject(new HeatError('busy', 'History has more questions than it can answer at once.'));
      return;
    }
    this.#asked += 1;
    this.#pending.set(this.#asked, pending);
    this.#post({ type: 'ask', id: this.#asked, ...asked });
  }
}

/**
 * Starts the history thread. Its questions reject with `not_ready` while it is down; it starts again by
 * itself after 1–30 s. Everything durable in the journal reaches the store in the end.
 */
export function createHistoryWorker(options: HistoryWorkerOptions): HistoryWorker {
  return new Client(options);
}
