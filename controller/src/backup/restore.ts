/** From a backup to a data folder, all or nothing. Nothing is ever deleted or written over. */
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HeatError } from '@heat-center/contract/errors.ts';
import { UNFINISHED } from '../center/data-folder.ts';
import { takeFolder } from '../center/folder-lock.ts';
import { EPOCH_SETTING } from '../center/gate.ts';
import { readArchive } from './archive.ts';
import type { BackupManifest } from './manifest.ts';

/** What a center keeps; the rest of the folder (locks, tokens, the simulated city) is none of a backup's business. */
const DATA = /^(registry\.sqlite|history|restoring-).*|^(journal|snapshots|audit)$/;

export interface RestoreOptions {
  readonly file: string;
  /** The data folder to make; it may exist. */
  readonly dir: string;
  /** Whether data that is there already is moved into a folder of its own; else it is refused. */
  readonly moveAside: boolean;
  /** ms UTC. */
  readonly now: number;
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** Where the data went that was there before. */
  readonly movedTo: string | undefined;
  /** The center will start above this. */
  readonly epoch: number;
}

async function unpack(file: string, staging: string): Promise<BackupManifest> {
  for (const part of ['journal', 'snapshots', 'audit']) await mkdir(join(staging, part), { recursive: true });
  return readArchive(file, (name) =>
    createWriteStream(join(staging, name), { flags: 'wx', mode: 0o600, flush: true }),
  );
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  await folder.sync();
  await folder.close();
}

function storedEpoch(registry: string): number {
  if (!existsSync(registry)) return 0;
  const database = new DatabaseSync(registry, { readOnly: true });
  try {
    const row = database.prepare('SELECT value FROM settings WHERE name = ?').get(EPOCH_SETTING);
    return Number(row?.value ?? 0) || 0;
  } catch {
    // A registry that cannot be read may be the very reason for restoring.
    return 0;
  } finally {
    database.close();
  }
}

/** Writes the epoch to start above, and that this was restored: the audit log takes the note at the start. */
function raiseEpoch(registry: string, epoch: number, note: { at: number; after: string }): void {
  const database = new DatabaseSync(registry);
  try {
    database.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
    database
      .prepare('INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(EPOCH_SETTING, String(epoch));
    database
      .prepare('INSERT INTO audit (at, by, action, subject, before, after) VALUES (?, ?, ?, ?, NULL, ?)')
      .run(note.at, 'command line', 'restore', 'center', note.after);
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

async function moveInto(from: string, to: string, names: readonly string[]): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  for (const name of names) await rename(join(from, name), join(to, name));
  await syncFolder(to);
}

const stampOf = (now: number): string => new Date(now).toISOString().replaceAll(/[:.]/g, '-');

async function restoreLocked({ file, dir, moveAside, now }: RestoreOptions): Promise<Restored> {
  const present = (await readdir(dir)).filter((name) => DATA.test(name));
  if (present.length > 0 && !moveAside) {
    throw new HeatError('folder_not_empty', `${dir} holds ${present.join(', ')}.`);
  }
  const stamp = stampOf(now);
  // A center does not start beside it: so a restore that was cut off is never taken for a whole one.
  const staging = join(dir, `${UNFINISHED}${stamp}`);
  await mkdir(staging, { mode: 0o700 });
  const manifest = await unpack(file, staging).catch(async (error: unknown) => {
    await rm(staging, { recursive: true, force: true });
    throw error;
  });
  const epoch = Math.max(
    manifest.epoch,
    storedEpoch(join(staging, 'registry.sqlite')),
    storedEpoch(join(dir, 'registry.sqlite')),
    Math.floor(now / 1000),
  );
  const after = JSON.stringify({ of: manifest.at, version: manifest.version, epoch });
  raiseEpoch(join(staging, 'registry.sqlite'), epoch, { at: now, after });
  let movedTo: string | undefined;
  if (present.length > 0) {
    movedTo = join(dir, `before-restore-${stamp}`);
    await moveInto(dir, movedTo, present);
  }
  for (const name of await readdir(staging)) await rename(join(staging, name), join(dir, name));
  await rmdir(staging);
  await syncFolder(dir);
  return { manifest, movedTo, epoch };
}

/**
 * Restores into a folder that no center uses. Throws `data_dir_locked`, `folder_not_empty` and `backup_damaged`; then
 * the data that was there is as it was.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const release = takeFolder(options.dir);
  if (!release) throw new HeatError('data_dir_locked', `A center runs on ${options.dir}.`);
  try {
    return await restoreLocked(options);
  } finally {
    release();
    await syncFolder(dirname(options.dir));
  }
}
