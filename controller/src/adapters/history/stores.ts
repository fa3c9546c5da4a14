/** The stores of a center and who answers: the embedded one alone, or InfluxDB with the embedded one beside it. */
import { basename, dirname, extname, join } from 'node:path';
import type { HistoryPins } from '../../backup/port.ts';
import type { History, HistoryLag, HistoryReader } from '../../ports.ts';
import { openEmbedded, type EmbeddedHistory } from './embedded/store.ts';
import { openInflux } from './influx/store.ts';
import type { HistoryWorkerData } from './protocol.ts';
import type { HistoryWriter } from './writer.ts';

const BESIDE_MS = 48 * 3_600_000;
/** Further behind than this, InfluxDB leaves young spans to the embedded store. */
const LAGS_S = 10;

export interface Stores {
  readonly embedded: EmbeddedHistory;
  readonly influx: History | undefined;
}

/** `data/history.duckdb` → `data/history-recent.duckdb`: what was stored before InfluxDB came is not touched. */
const beside = (file: string, suffix: string): string =>
  join(dirname(file), basename(file, extname(file)) + suffix);

export async function openStores(data: HistoryWorkerData): Promise<Stores> {
  const { influx, file, memoryMb } = data;
  const now = Date.now;
  if (!influx) return { embedded: await openEmbedded({ file, memoryMb, now }), influx: undefined };
  const recent = beside(file, '-recent.duckdb');
  return {
    embedded: await openEmbedded({ file: recent, memoryMb, retention_ms: BESIDE_MS, now }),
    influx: openInflux({ ...influx, cursorFile: beside(file, '-influx.sqlite') }),
  };
}

export interface Writers {
  readonly embedded: HistoryWriter;
  readonly influx: HistoryWriter | undefined;
}

/** The lag of the store that answers; what the journal must keep is what the slower one has not read. */
export function lagOf(writers: Writers): HistoryLag {
  const embedded = writers.embedded.lag();
  const influx = writers.influx?.lag();
  if (!influx) return embedded;
  return {
    ...influx,
    bytes: Math.max(influx.bytes, embedded.bytes),
    cursor: Math.min(influx.cursor ?? 0, embedded.cursor ?? 0),
    trouble: influx.trouble ?? embedded.trouble,
  };
}

/** Answers from the store that holds the span. */
export function answersOf(stores: Stores, writers: Writers): Omit<HistoryReader & HistoryPins, 'lag'> {
  const { embedded, influx } = stores;

  /** Embedded where it is as good: alone, or for a young span while InfluxDB lags; and where InfluxDB fails. */
  async function from<T>(span: { from: number }, ask: (store: History) => Promise<T>): Promise<[T, History]> {
    if (!influx) return [await ask(embedded), embedded];
    const young = span.from >= Date.now() - BESIDE_MS;
    if (young && (writers.influx?.lag().behind_s ?? 0) > LAGS_S) return [await ask(embedded), embedded];
    try {
      return [await ask(influx), influx];
    } catch (error) {
      if (!young) throw error;
      return [await ask(embedded), embedded];
    }
  }

  return {
    async query(query) {
      const [series, { source }] = await from(query, (store) => store.query(query));
      return { series, source };
    },
    async setpoints(query) {
      const [setpoints] = await from(query, (store) => store.setpoints(query));
      return setpoints;
    },
    // A count of two days would be taken for the whole.
    count: (station) => (influx ?? embedded).count(station),
    async pin({ id }) {
      const pinned = await embedded.pin(id);
      // The journal must be kept from where the slower store stands.
      return { ...pinned, cursor: Math.min(pinned.cursor, (await influx?.cursor()) ?? pinned.cursor) };
    },
    unpin: ({ id }) => embedded.unpin(id),
  };
}
