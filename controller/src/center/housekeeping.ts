/** What the running center does beside its cycles: snapshots and the journal's retention. */
import type { Logger } from 'pino';
import type { HistoryLag } from '../ports.ts';
import type { Journal } from '../adapters/journal/writer.ts';
import type { Runtime } from './runtime.ts';
import { saveSnapshot } from './snapshot.ts';

export interface HousekeepingOptions {
  readonly runtime: Runtime;
  /** The center's time, ms UTC. */
  readonly now: () => number;
  readonly journal: Journal;
  readonly snapshots: string;
  /** Inputs that the start had to replay. */
  readonly replayed: number;
  readonly log: Logger;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** How far history has read, bytes of the journal. */
  readonly history: () => HistoryLag;
}

export interface Housekeeping {
  /** A last snapshot; then nothing more happens. */
  close(): Promise<void>;
}

const EVERY_MS = 60_000;
/** After a longer replay a snapshot is taken at once, or a center that dies again and again would start ever more slowly. */
const LONG_REPLAY = 2000;

export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { runtime, journal, log } = options;
  let previous = journal.start;
  let working: Promise<void> | undefined;

  async function snapshot(): Promise<void> {
    const position = runtime.applied;
    await saveSnapshot(options.snapshots, { position, state: runtime.state });
    const { bytes } = options.history();
    // Two snapshots are kept, so the tail behind the older one stays as well.
    const unread = Math.min(previous, journal.durable - bytes);
    previous = position;
    const retained = await journal.retain({
      maxAgeMs: options.maxAgeMs,
      maxBytes: options.maxBytes,
      unread,
      now: options.now(),
    });
    if (retained.blockedBytes > 0) {
      log.warn(
        { mebibytes: Math.round(retained.blockedBytes / 2 ** 20) },
        'the journal exceeds its limits, but history has not read it yet: look at why history lags',
      );
    }
  }

  const run = (): void => {
    working ??= snapshot()
      .catch((error: unknown) => log.error({ error }, 'a snapshot could not be written; the journal goes on'))
      .finally(() => {
        working = undefined;
      });
  };
  const timer = setInterval(run, EVERY_MS);
  if (options.replayed > LONG_REPLAY) run();
  return {
    async close() {
      clearInterval(timer);
      await working;
      // What the end itself brought (sessions that closed) is applied first, so that the next start replays nothing.
      if (journal.writable) {
        await new Promise<void>((resolve) => {
          journal.whenDurable(journal.end, resolve);
        });
      }
      await snapshot();
    },
  };
}
