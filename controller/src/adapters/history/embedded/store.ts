/** History in a DuckDB file: no primary key, the journal's cursor in the same transaction as the rows. */
import { stat } from 'node:fs/promises';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { History, HistoryBatch, WriteOutcome } from '../../../ports.ts';
import { Marks } from '../marks.ts';
import { groupTelemetry, setpointRows, type Group, type SetpointRow } from '../rows.ts';
import { STATION_TABLE } from '../schema.ts';
import { StoreBroken } from '../trouble.ts';
import { textOf } from '../values.ts';
import { appendRows, appendSetpoints } from './append.ts';
import { closedSlices, closeSlice, deleteBefore } from './compact.ts';
import { mergeLate, type LateRow } from './merge.ts';
import { countStation, querySeries, querySetpoints, type Reading } from './read.ts';
import { SeriesIds } from './series.ts';
import { prepareTables, type StoredTable } from './tables.ts';

export interface EmbeddedOptions {
  readonly file: string;
  /** DuckDB's own limit, MB. */
  readonly memoryMb: number;
  /** Rows measured longer ago than this are not taken, and deleted by `compact`. Without it all is kept. */
  readonly retention_ms?: number | undefined;
  /** ms UTC; only retention asks. */
  readonly now: () => number;
}

export interface EmbeddedHistory extends History {
  /**
   * Brings everything written so far into the file and leaves its first `bytes` alone until `unpin`: what is written
   * meanwhile goes to the write-ahead log and behind those bytes.
   */
  pin(id: string): Promise<{ file: string; bytes: number; cursor: number }>;
  /** Whether the file stood until now under this pin. */
  unpin(id: string): Promise<boolean>;
  /** Sorts closed days and applies the retention; ends early once `isWanted` says no. Returns slices moved. */
  compact(now: number, isWanted?: () => boolean): Promise<number>;
}

/** A write-ahead log that is never long enough for DuckDB to check point by itself. */
const NEVER = '1TB';

class EmbeddedStore implements EmbeddedHistory {
  readonly source = 'embedded';
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #tables: readonly StoredTable[];
  readonly #ids: SeriesIds;
  readonly #options: EmbeddedOptions;
  readonly #marks = new Marks();
  #queue: Promise<unknown> = Promise.resolve();
  #pin: { readonly id: string; readonly threshold: string } | undefined;

  constructor(
    open: { instance: DuckDBInstance; connection: DuckDBConnection; tables: StoredTable[]; ids: SeriesIds },
    options: EmbeddedOptions,
  ) {
    this.#instance = open.instance;
    this.#connection = open.connection;
    this.#tables = open.tables;
    this.#ids = open.ids;
    this.#options = options;
  }

  write(batch: HistoryBatch): Promise<WriteOutcome> {
    return this.#alone(async () => {
      try {
        await this.#connection.run('BEGIN');
        const outcome = await this.#writeBatch(batch);
        await this.#connection.run('COMMIT');
        return outcome;
      } catch (error) {
        await this.#recover();
        throw error;
      }
    });
  }

  async cursor(): Promise<number> {
    const found = await this.#alone(() => this.#connection.runAndReadAll('SELECT position FROM state'));
    return Number(found.getRows()[0]?.[0] ?? 0);
  }

  query: History['query'] = (query) => this.#read((reading) => querySeries(reading, query));
  /** One cursor is enough: writing here is quicker than telemetry comes. */
  async liveCursor(): Promise<undefined> {
    return undefined;
  }

  setpoints: History['setpoints'] = (query) => this.#read((reading) => querySetpoints(reading, query));
  count: History['count'] = (station) => this.#read((reading) => countStation(reading, station));

  async compact(now: number, isWanted: () => boolean = () => true): Promise<number> {
    const { retention_ms } = this.#options;
    // Moving a day ends with a checkpoint, and a pinned file must not see one.
    if (this.#pin) return 0;
    if (retention_ms !== undefined) {
      await this.#alone(() => deleteBefore(this.#connection, this.#tables, now - retention_ms));
    }
    const slices = await this.#alone(() => closedSlices(this.#connection, this.#tables, now));
    let moved = 0;
    for (const slice of slices) {
      if (!isWanted() || this.#pin) return moved;
      await this.#alone(async () => {
        try {
          await closeSlice(this.#connection, slice);
          // Until then DuckDB keeps the moved blocks in memory, and the next slice would not fit.
          await this.#connection.run('CHECKPOINT');
        } catch (error) {
          await this.#recover();
          throw error;
        }
      });
      moved += 1;
    }
    if (retention_ms !== undefined && !this.#pin) await this.#alone(() => this.#connection.run('CHECKPOINT'));
    return moved;
  }

  pin(id: string): Promise<{ file: string; bytes: number; cursor: number }> {
    return this.#alone(async () => {
      if (this.#pin) throw new Error('the history file is being copied already');
      const before = await this.#connection.runAndReadAll(`SELECT current_setting('checkpoint_threshold')`);
      this.#pin = { id, threshold: textOf(before.getRowsJson()[0]?.[0] ?? null) };
      // Between two checkpoints DuckDB changes no block that the file's header leads to.
      await this.#connection.run(`SET GLOBAL checkpoint_threshold = '${NEVER}'`);
      await this.#connection.run('CHECKPOINT');
      const found = await this.#connection.runAndReadAll('SELECT position FROM state');
      const { size: bytes } = await stat(this.#options.file);
      return { file: this.#options.file, bytes, cursor: Number(found.getRows()[0]?.[0] ?? 0) };
    });
  }

  unpin(id: string): Promise<boolean> {
    return this.#alone(async () => {
      if (this.#pin?.id !== id) return false;
      await this.#connection.run(`SET GLOBAL checkpoint_threshold = '${this.#pin.threshold}'`);
      this.#pin = undefined;
      return true;
    });
  }

  async close(): Promise<void> {
    await this.#alone(async () => {
      this.#connection.closeSync();
      this.#instance.closeSync();
    });
  }

  /** One piece of work on the writing connection at a time. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #read<T>(work: (reading: Reading) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await work({ connection, tables: this.#tables, ids: this.#ids });
    } finally {
      connection.closeSync();
    }
  }

  /** After a failed transaction: nothing of it may stay in memory. */
  async #recover(): Promise<void> {
    this.#marks.clear();
    // The rollback fails where the failure has already ended the transaction.
    await this.#connection.run('ROLLBACK').catch(() => undefined);
    try {
      await this.#ids.load(this.#connection);
    } catch (cause) {
      throw new StoreBroken('the history file must be opened anew', { cause });
    }
  }

  async #writeBatch(batch: HistoryBatch): Promise<WriteOutcome> {
    const { groups, conflicts } = groupTelemetry(batch.telemetry);
    const kept = groups.filter(({ at }) => this.#isKept(at));
    const { fresh, late } = await this.#marks.split(kept, (stations, since) => this.#newest(stations, since));
    for (const stored of this.#tables) {
      const rows = await mergeLate(this.#connection, stored, { rows: this.#rows(stored, late), conflicts });
      await appendRows(this.#connection, stored, [...rows, ...this.#rows(stored, fresh)]);
    }
    await this.#writeSetpoints(setpointRows(batch.decisions).filter(({ at }) => this.#isKept(at)));
    await this.#ids.save(this.#connection);
    await this.#connection.run(`UPDATE state SET position = ${batch.cursor}`);
    this.#marks.stored(kept);
    return { conflicts, setAside: [] };
  }

  #isKept(at: number): boolean {
    const { retention_ms, now } = this.#options;
    return retention_ms === undefined || at >= now() - retention_ms;
  }

  #rows(stored: StoredTable, groups: readonly Group[]): LateRow[] {
    const rows: LateRow[] = [];
    for (const group of groups) {
      for (const row of group.rows) {
        if (row.table !== stored.table) continue;
        rows.push({ station: group.station, series: this.#ids.give(group.station, row.part), group, row });
      }
    }
    return rows;
  }

  async #newest(stations: readonly string[], since: number): Promise<Map<string, number>> {
    const ids = new Map<number, string>();
    for (const station of stations) {
      const id = this.#ids.find(station, '');
      if (id !== undefined) ids.set(id, station);
    }
    const newest = new Map<string, number>();
    if (ids.size === 0) return newest;
    for (const half of [`${STATION_TABLE.name}_open`, `${STATION_TABLE.name}_closed`]) {
      const found = await this.#connection.runAndReadAll(
        `SELECT series, max(ts) FROM ${half}
         WHERE ts >= ${since} AND series IN (${[...ids.keys()].join(',')}) GROUP BY series`,
      );
      for (const [series, ts] of found.getRows()) {
        const station = ids.get(Number(series)) ?? '';
        newest.set(station, Math.max(newest.get(station) ?? 0, Number(ts)));
      }
    }
    return newest;
  }

  async #writeSetpoints(rows: readonly SetpointRow[]): Promise<void> {
    if (rows.length === 0) return;
    const keyed = rows.map((row) => ({ ...row, series: this.#ids.give(row.station, row.circuit) }));
    const times = keyed.map(({ at }) => at);
    const keys = keyed.map(({ series, at, name }) => `(${series}, ${at}, '${name.replaceAll("'", "''")}')`);
    await this.#connection.run(
      `DELETE FROM setpoints WHERE ts BETWEEN ${Math.min(...times)} AND ${Math.max(...times)}
         AND (series, ts, name) IN (VALUES ${keys.join(',')})`,
    );
    await appendSetpoints(this.#connection, keyed);
  }
}

/**
 * Opens or makes the store. Throws when another process holds the file or its schema is of another version.
 * DuckDB works on one thread within `memoryMb` and spills beside the file. Its allocator
 * would keep up to 128 MB of what was freed; told to give that back, the process stays some 40 MB smaller after checkpoints.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedHistory> {
  const instance = await DuckDBInstance.create(options.file, {
    memory_limit: `${options.memoryMb}MB`,
    threads: '1',
    temp_directory: `${options.file}.tmp`,
    allocator_flush_threshold: '4MB',
    allocator_bulk_deallocation_flush_threshold: '8MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const tables = await prepareTables(connection);
    const ids = new SeriesIds();
    await ids.load(connection);
    return new EmbeddedStore({ instance, connection, tables, ids }, options);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
