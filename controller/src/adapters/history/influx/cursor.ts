/** Where InfluxDB stands in the journal, and what it refused: a small file beside the embedded store. */
import { DatabaseSync } from 'node:sqlite';
import type { SetAside } from './send.ts';

/** The oldest beyond this many are deleted. */
const KEEP_SET_ASIDE = 100_000;

export class InfluxCursor {
  readonly #database: DatabaseSync;
  readonly #target: string;

  /** `target` names server, organisation and bucket: another one starts at 0. */
  constructor(file: string, target: string) {
    this.#database = new DatabaseSync(file);
    this.#target = target;
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS cursors (target TEXT PRIMARY KEY, position INTEGER, live INTEGER) STRICT;
      CREATE TABLE IF NOT EXISTS set_aside
        (id INTEGER PRIMARY KEY, at INTEGER, target TEXT, line TEXT, reason TEXT) STRICT;
    `);
  }

  load(): { position: number; live: number | undefined } {
    const found = this.#database
      .prepare('SELECT position, live FROM cursors WHERE target = ?')
      .get(this.#target);
    return {
      position: Number(found?.position ?? 0),
      live: found?.live === null || found?.live === undefined ? undefined : Number(found.live),
    };
  }

  /** Called once a batch is stored; what was refused is kept in the same transaction. */
  save(positions: { position: number; live: number | undefined }, setAside: readonly SetAside[]): void {
    this.#database.exec('BEGIN');
    try {
      this.#database
        .prepare('INSERT OR REPLACE INTO cursors (target, position, live) VALUES (?, ?, ?)')
        .run(this.#target, positions.position, positions.live ?? null);
      if (setAside.length > 0) this.#keep(setAside);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #keep(setAside: readonly SetAside[]): void {
    const insert = this.#database.prepare(
      'INSERT INTO set_aside (at, target, line, reason) VALUES (?, ?, ?, ?)',
    );
    const at = Date.now();
    for (const { line, reason } of setAside) insert.run(at, this.#target, line, reason);
    this.#database.exec(
      `DELETE FROM set_aside WHERE id <= (SELECT max(id) FROM set_aside) - ${KEEP_SET_ASIDE}`,
    );
  }
}
