/** Who uses a data folder: a lock of the kernel, which ends with the process that holds it, however that ends. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLite's errcode when another process holds the lock. */
const BUSY = 5;

function tryLock(dir: string): DatabaseSync | undefined {
  // Nothing is ever written to it: only SQLite's way of locking a file is wanted.
  const database = new DatabaseSync(join(dir, 'in-use'));
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return undefined;
    throw error;
  }
}

/** Takes the folder; undefined when another process has it. The result gives it back. */
export function takeFolder(dir: string): (() => void) | undefined {
  const lock = tryLock(dir);
  return lock && (() => lock.close());
}

/** Whether a process uses the folder now. */
export function isInUse(dir: string): boolean {
  const lock = tryLock(dir);
  lock?.close();
  return lock === undefined;
}
