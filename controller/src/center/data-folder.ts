/** The folder that holds everything the center keeps: who may use it, and where its parts lie. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeatError } from '@heat-center/contract/errors.ts';
import writeFileAtomic from 'write-file-atomic';
import { takeFolder } from './folder-lock.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

export interface DataFolder {
  readonly dir: string;
  readonly journal: string;
  readonly snapshots: string;
  readonly history: string;
  readonly registry: string;
  readonly audit: string;
  /** Files with weather forecasts that others write. */
  readonly weather: string;
  /** Bearer token with which the command line speaks to the running center. */
  readonly cliTokenFile: string;
  readonly cliToken: string;
  /** Says where this center listens; removed at the end. */
  announce(run: RunFile): Promise<void>;
  release(): Promise<void>;
}

export interface RunFile {
  readonly pid: number;
  /** The process to end with `pnpm heat stop`: the supervisor where there is one. */
  readonly supervisor_pid: number;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly url: string;
    /** File of the certificate that is shown there. */
    readonly tls_cert?: string;
  };
  readonly mqtt: { readonly host: string; readonly port: number; readonly url: string };
}

/** A center that is just ending still flushes and snapshots: it is waited for so long. */
const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

async function takeLock(dir: string): Promise<() => void> {
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const release = takeFolder(dir);
    if (release) return release;
    if (waited >= WAIT_MS) throw new HeatError('data_dir_locked', `Another center uses ${dir}.`, { dir });
    await sleep(LOOK_EVERY_MS);
  }
}

async function tokenOf(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const token = randomBytes(32).toString('base64url');
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Begins the name of a folder that a restore works in; it is gone once all is in place. */
export const UNFINISHED = 'restoring-';

async function requireWhole(dir: string): Promise<void> {
  const left = (await readdir(dir)).find((name) => name.startsWith(UNFINISHED));
  if (left !== undefined) throw new HeatError('restore_unfinished', `${join(dir, left)} is still there.`);
}

/** Creates and locks the folder (relative to the workspace root). Throws `data_dir_locked`, `restore_unfinished`. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const dir = isAbsolute(path) ? path : join(ROOT, path);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const unlock = await takeLock(dir);
  await requireWhole(dir).catch((error: unknown) => {
    unlock();
    throw error;
  });
  const cliTokenFile = join(dir, 'cli-token');
  const runFile = join(dir, 'run.json');
  return {
    dir,
    journal: join(dir, 'journal'),
    snapshots: join(dir, 'snapshots'),
    history: join(dir, 'history.duckdb'),
    registry: join(dir, 'registry.sqlite'),
    audit: join(dir, 'audit'),
    weather: join(dir, 'weather'),
    cliTokenFile,
    cliToken: await tokenOf(cliTokenFile),
    announce: (run) => writeFileAtomic(runFile, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 }),
    async release() {
      await rm(runFile, { force: true });
      unlock();
    },
  };
}
