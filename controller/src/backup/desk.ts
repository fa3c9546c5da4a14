/**
 * The running center's part of a backup. It makes copies of what is small, keeps the history's file unchanged for a
 * while, and says which bytes of which files belong together; whoever asked reads them at leisure. Nothing waits for it:
 * telemetry is taken and commands are sent as ever.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BackupView } from '@heat-center/api/backup.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { BackupDesk, HistoryPins } from './port.ts';

/** Where copies lie while somebody reads them, in the data folder. */
export const STAGING = 'backup';
/** Whoever began and never said that it is done is forgotten after this. */
const FORGET_AFTER_MS = 30 * 60_000;

export interface DeskOptions {
  readonly folder: {
    readonly dir: string;
    readonly journal: string;
    readonly snapshots: string;
    readonly history: string;
    readonly audit: string;
  };
  /** Writes a consistent copy of the registry. */
  readonly copyRegistry: (file: string) => Promise<void>;
  /** Writes a consistent copy of another SQLite file. */
  readonly copyDatabase: (from: string, to: string) => Promise<void>;
  readonly pins: HistoryPins;
  readonly journalEnd: () => number;
  readonly now: () => number;
  readonly epoch: () => number;
  readonly version: string;
}

type File = BackupView['files'][number];

/** Names begin with a position: those files from the one that holds `from` on. */
function holding(names: readonly string[], from: number): string[] {
  const sorted = names.toSorted();
  const first = sorted.findLastIndex((name) => Number(name.slice(0, 16)) <= from);
  return sorted.slice(Math.max(0, first));
}

async function namesIn(dir: string, suffix: string): Promise<string[]> {
  return (await readdir(dir).catch(() => [])).filter((name) => name.endsWith(suffix));
}

class Desk implements BackupDesk {
  readonly #options: DeskOptions;
  #open: { readonly id: string; readonly forget: NodeJS.Timeout } | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  async begin(): Promise<BackupView> {
    if (this.#open) throw new HeatError('already_exists', 'A backup is being taken already.');
    const id = randomUUID();
    const forget = setTimeout(() => void this.end(id), FORGET_AFTER_MS).unref();
    this.#open = { id, forget };
    try {
      return await this.#begin(id);
    } catch (error) {
      await this.end(id);
      throw error;
    }
  }

  async end(id: string): Promise<boolean> {
    if (this.#open?.id !== id) return false;
    clearTimeout(this.#open.forget);
    this.#open = undefined;
    await rm(this.#staging, { recursive: true, force: true });
    // False when the history's file was let go in between, for example because its thread was started again.
    return this.#options.pins.unpin({ id }).catch(() => false);
  }

  get #staging(): string {
    return join(this.#options.folder.dir, STAGING);
  }

  async #begin(id: string): Promise<BackupView> {
    const { folder, pins, now, epoch, version, journalEnd } = this.#options;
    const at = now();
    await rm(this.#staging, { recursive: true, force: true });
    await mkdir(this.#staging, { recursive: true, mode: 0o700 });
    const pinned = await pins.pin({ id });
    const files: File[] = [
      { name: basename(pinned.file), path: pinned.file, bytes: pinned.bytes },
      ...(await this.#copies()),
    ];
    const snapshots = await namesIn(folder.snapshots, '.snapshot');
    const snapshot = snapshots.toSorted().at(-1);
    if (snapshot !== undefined) files.push(await this.#whole('snapshots', snapshot));
    // After the registry, so that the end of the log which the registry remembers is in it.
    for (const name of await namesIn(folder.audit, '.audit')) files.push(await this.#whole('audit', name));
    for (const name of await namesIn(folder.audit, '.torn')) files.push(await this.#whole('audit', name));
    const from = Math.min(pinned.cursor, snapshot === undefined ? 0 : Number(snapshot.slice(0, 16)));
    const to = journalEnd();
    files.push(...(await this.#journal(from, to)));
    return { id, at, epoch: epoch(), version, journal: { from, to }, files };
  }

  async #copies(): Promise<File[]> {
    const { folder, copyRegistry, copyDatabase } = this.#options;
    const registry = join(this.#staging, 'registry.sqlite');
    await copyRegistry(registry);
    const files: File[] = [await sized('registry.sqlite', registry)];
    // Where InfluxDB stands in the journal; the past itself is InfluxDB's to back up.
    const cursor = `${basename(folder.history, '.duckdb')}-influx.sqlite`;
    const file = join(dirname(folder.history), cursor);
    if (existsSync(file)) {
      await copyDatabase(file, join(this.#staging, cursor));
      files.push(await sized(cursor, join(this.#staging, cursor)));
    }
    return files;
  }

  #whole(part: 'snapshots' | 'audit', name: string): Promise<File> {
    return sized(`${part}/${name}`, join(this.#options.folder[part], name));
  }

  /** Whole files from the one that holds `from`; of the last only what is on disk. */
  async #journal(from: number, to: number): Promise<File[]> {
    const { journal } = this.#options.folder;
    const files: File[] = [];
    for (const name of holding(await namesIn(journal, '.journal'), from)) {
      const file = await sized(`journal/${name}`, join(journal, name));
      const start = Number(name.slice(0, 16));
      if (start <= to) files.push({ ...file, bytes: Math.min(file.bytes, to - start) });
    }
    return files;
  }
}

async function sized(name: string, path: string): Promise<File> {
  return { name, path, bytes: (await stat(path)).size };
}

export const createBackupDesk = (options: DeskOptions): BackupDesk => new Desk(options);
