/** The registry's file: opened, checked and brought to the present schema. */
import { chmodSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { HeatError } from '@heat-center/contract/errors.ts';

/** Each entry brings the schema one version up; entries are only ever appended. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE stations (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
   CREATE TABLE logins (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('station', 'gateway', 'reader')),
     stations TEXT NOT NULL,
     sha256 BLOB NOT NULL
   ) STRICT;
   CREATE TABLE audit (
     n INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     by TEXT NOT NULL,
     action TEXT NOT NULL,
     subject TEXT NOT NULL,
     before TEXT,
     after TEXT
   ) STRICT;
   CREATE INDEX audit_by_subject ON audit (subject, n);
   CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE sessions (
     sha256 BLOB PRIMARY KEY,
     name TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     seen_at INTEGER NOT NULL
   ) STRICT;`,
  `CREATE TABLE users (
     id TEXT PRIMARY KEY,
     full_name TEXT,
     role TEXT NOT NULL,
     disabled INTEGER NOT NULL,
     password TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     signed_in_at INTEGER
   ) STRICT;
   CREATE TABLE tokens (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     sha256 BLOB NOT NULL UNIQUE,
     role TEXT NOT NULL,
     scope TEXT,
     created_at INTEGER NOT NULL,
     created_by TEXT NOT NULL,
     expires_at INTEGER NOT NULL,
     used_at INTEGER
   ) STRICT;
   ALTER TABLE sessions DROP COLUMN name;
   ALTER TABLE sessions ADD COLUMN user TEXT;
   CREATE INDEX sessions_by_user ON sessions (user);`,
];

function migrate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > MIGRATIONS.length) {
    throw new HeatError(
      'data_newer',
      `${path} was written by a newer heat center (schema ${version}, this one knows ${MIGRATIONS.length})`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) database.exec(`BEGIN; ${sql} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function check(database: DatabaseSync, path: string): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw new HeatError('registry_damaged', `${path} is damaged: ${String(found)}`);
}

/**
 * Opens or creates the file with write-ahead logging and a flush for each change.
 * Throws `registry_damaged` when it cannot be read; never deletes or repairs anything by itself.
 */
export function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;');
    check(database, path);
    migrate(database, path);
    if (path !== ':memory:') chmodSync(path, 0o600);
    return database;
  } catch (error) {
    if (database?.isOpen) database.close();
    if (error instanceof HeatError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new HeatError('registry_damaged', `${path} cannot be opened: ${cause}`);
  }
}

/** A consistent copy in a new file (mode 0600), taken while the database is used. */
export async function copyDatabase(database: DatabaseSync, file: string): Promise<void> {
  await writeFile(file, '', { flag: 'wx', mode: 0o600 });
  await backup(database, file);
}

/** The same of a file that another thread or process has open. */
export async function copyDatabaseFile(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    await copyDatabase(database, to);
  } finally {
    database.close();
  }
}

/** SQLite's primary result codes for a file that takes no writes now: busy, read-only, I/O error, full, cannot be opened. */
const UNWRITABLE: ReadonlySet<number> = new Set([5, 8, 10, 13, 14]);
const PRIMARY_CODE = 0xff;

const isUnwritable = (error: unknown): error is Error =>
  error instanceof Error && 'errcode' in error && UNWRITABLE.has(Number(error.errcode) & PRIMARY_CODE);

/** Runs a write. Throws `not_ready` while the disk does not take it: then nothing was changed. */
export function written<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    throw new HeatError('not_ready', `The registry cannot be written: ${error.message}.`);
  }
}

/** Runs a write for whose sake nothing else shall fail: while the disk does not take it, it is lost. */
export function ifWritable(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isUnwritable(error)) throw error;
  }
}

/** Runs the work in one transaction: all of it is stored, or nothing. Throws `not_ready` as `written` does. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  return written(() => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      // Of some errors SQLite has rolled back by itself.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}
