/** Numbers for (station, part): an integer key is small in the file and lets whole row groups be skipped. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { textOf } from '../values.ts';

export class SeriesIds {
  readonly #ids = new Map<string, Map<string, number>>();
  #added: { id: number; station: string; part: string }[] = [];
  #next = 1;

  /** Reads the stored numbers anew; what was not stored is forgotten. */
  async load(connection: DuckDBConnection): Promise<void> {
    this.#ids.clear();
    this.#added = [];
    this.#next = 1;
    const found = await connection.runAndReadAll('SELECT id, station, part FROM series ORDER BY id');
    for (const [id, station, part] of found.getRowsJson())
      this.#put(textOf(station), textOf(part), Number(id));
  }

  find(station: string, part: string): number | undefined {
    return this.#ids.get(station)?.get(part);
  }

  /** All parts of a station with their numbers. */
  of(station: string): ReadonlyMap<string, number> {
    return this.#ids.get(station) ?? new Map();
  }

  /** Finds or gives a number; `save` must follow in the same transaction. */
  give(station: string, part: string): number {
    const known = this.find(station, part);
    if (known !== undefined) return known;
    const id = this.#next;
    this.#put(station, part, id);
    this.#added.push({ id, station, part });
    return id;
  }

  async save(connection: DuckDBConnection): Promise<void> {
    if (this.#added.length === 0) return;
    const appender = await connection.createAppender('series');
    for (const { id, station, part } of this.#added) {
      appender.appendInteger(id);
      appender.appendVarchar(station);
      appender.appendVarchar(part);
      appender.endRow();
    }
    appender.closeSync();
    this.#added = [];
  }

  #put(station: string, part: string, id: number): void {
    let parts = this.#ids.get(station);
    if (!parts) this.#ids.set(station, (parts = new Map()));
    parts.set(part, id);
    this.#next = Math.max(this.#next, id + 1);
  }
}
