/** What stations keep on disk: non-volatile memory and outboxes, in one SQLite file that survives a kill. */
import { DatabaseSync } from 'node:sqlite';

export interface BootRow {
  readonly boot: string;
  /** Highest seq given out, settled, and lost because the ring was full. */
  readonly last: number;
  readonly settled: number;
  readonly dropped: number;
}

export interface StoredSample {
  readonly seq: number;
  /** JSON text of the sample with its seq. */
  readonly body: string;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS memory (
    station TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (station, name)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS boots (
    station TEXT NOT NULL, boot TEXT NOT NULL, made INTEGER NOT NULL,
    last INTEGER NOT NULL, settled INTEGER NOT NULL, dropped INTEGER NOT NULL,
    PRIMARY KEY (station, boot)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (
    station TEXT NOT NULL, boot TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (station, boot, seq)) WITHOUT ROWID;
`;

type Prepare = DatabaseSync['prepare'];

/** Every statement, compiled once. */
const statements = (prepare: Prepare) => ({
  recall: prepare('SELECT value FROM memory WHERE station = ? AND name = ?'),
  remember: prepare('INSERT OR REPLACE INTO memory VALUES (?, ?, ?)'),
  forget: prepare('DELETE FROM memory WHERE station = ? AND name = ?'),
  boots: prepare('SELECT boot, last, settled, dropped FROM boots WHERE station = ? ORDER BY made, boot'),
  addBoot: prepare(
    'INSERT OR IGNORE INTO boots VALUES (?, ?, (SELECT COALESCE(MAX(made), 0) + 1 FROM boots), 0, 0, 0)',
  ),
  saveBoot: prepare('UPDATE boots SET last = ?, settled = ?, dropped = ? WHERE station = ? AND boot = ?'),
  dropBoot: prepare('DELETE FROM boots WHERE station = ? AND boot = ?'),
  add: prepare('INSERT OR REPLACE INTO outbox VALUES (?, ?, ?, ?)'),
  remove: prepare('DELETE FROM outbox WHERE station = ? AND boot = ? AND seq <= ?'),
  from: prepare(
    'SELECT seq, body FROM outbox WHERE station = ? AND boot = ? AND seq > ? ORDER BY seq LIMIT ?',
  ),
  count: prepare('SELECT COUNT(*) AS n FROM outbox WHERE station = ?'),
});

export class Store {
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof statements>;

  /** `:memory:` keeps nothing. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#sql = statements((sql) => this.#database.prepare(sql));
  }

  close(): void {
    this.#database.close();
  }

  /** Runs all of it or none of it. */
  atomically<T>(work: () => T): T {
    this.#database.exec('BEGIN');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** JSON text that was remembered under a name. */
  recall(station: string, name: string): string | undefined {
    const row = this.#sql.recall.get(station, name);
    return row && String(row.value);
  }

  remember(station: string, name: string, text: string): void {
    this.#sql.remember.run(station, name, text);
  }

  forget(station: string, name: string): void {
    this.#sql.forget.run(station, name);
  }

  /** Oldest first. */
  boots(station: string): BootRow[] {
    return this.#sql.boots.all(station).map((row) => ({
      boot: String(row.boot),
      last: Number(row.last),
      settled: Number(row.settled),
      dropped: Number(row.dropped),
    }));
  }

  addBoot(station: string, boot: string): void {
    this.#sql.addBoot.run(station, boot);
  }

  saveBoot(station: string, row: BootRow): void {
    this.#sql.saveBoot.run(row.last, row.settled, row.dropped, station, row.boot);
  }

  dropBoot(station: string, boot: string): void {
    this.#sql.remove.run(station, boot, Number.MAX_SAFE_INTEGER);
    this.#sql.dropBoot.run(station, boot);
  }

  add(station: string, boot: string, sample: StoredSample): void {
    this.#sql.add.run(station, boot, sample.seq, sample.body);
  }

  removeUpTo(station: string, boot: string, seq: number): void {
    this.#sql.remove.run(station, boot, seq);
  }

  samplesAfter(station: string, boot: string, range: { seq: number; limit: number }): StoredSample[] {
    return this.#sql.from
      .all(station, boot, range.seq, range.limit)
      .map((row) => ({ seq: Number(row.seq), body: String(row.body) }));
  }

  count(station: string): number {
    return Number(this.#sql.count.get(station)?.n);
  }
}

/** One kind of thing that stations remember. Another form of it takes another name, so that an old one is not misread. */
export class Memory<T> {
  readonly #store: Store;
  readonly #name: string;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  get(station: string): T | undefined {
    const text = this.#store.recall(station, this.#name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  set(station: string, value: T): void {
    this.#store.remember(station, this.#name, JSON.stringify(value));
  }

  forget(station: string): void {
    this.#store.forget(station, this.#name);
  }
}
