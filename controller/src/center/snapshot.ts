/** Snapshots of the running state, so that a start replays only the journal's tail. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import writeFileAtomic from 'write-file-atomic';
import type { RunningState } from './state.ts';

export interface Snapshot {
  /** Journal position up to which inputs are in it. */
  readonly position: number;
  readonly state: RunningState;
}

/** Rises whenever the form of the running state changes: older snapshots are then passed over and the journal replayed. */
const FORM = 1;
const SUFFIX = '.snapshot';
const KEEP = 2;
const HASH_BYTES = 32;

const hashOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

async function names(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.endsWith(SUFFIX)).toSorted();
}

/** Writes a snapshot atomically and keeps the newest two. The state is copied before anything else can change it. */
export async function saveSnapshot(dir: string, snapshot: Snapshot): Promise<void> {
  const body = serialize({ form: FORM, ...snapshot });
  await mkdir(dir, { recursive: true });
  const name = `${String(snapshot.position).padStart(16, '0')}${SUFFIX}`;
  await writeFileAtomic(join(dir, name), Buffer.concat([hashOf(body), body]), { mode: 0o600 });
  for (const old of (await names(dir)).slice(0, -KEEP)) await unlink(join(dir, old));
}

function parse(bytes: Buffer): Snapshot | undefined {
  const body = bytes.subarray(HASH_BYTES);
  if (!hashOf(body).equals(bytes.subarray(0, HASH_BYTES))) return undefined;
  const value: unknown = deserialize(body);
  if (typeof value !== 'object' || value === null || !('form' in value) || value.form !== FORM)
    return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by saveSnapshot in this form and checksummed
  return value as unknown as Snapshot;
}

/** The newest snapshot that is whole and of this form; undefined when there is none. Tells of those that are not. */
export async function loadSnapshot(
  dir: string,
  onUnusable: (file: string) => void = () => undefined,
): Promise<Snapshot | undefined> {
  await mkdir(dir, { recursive: true });
  for (const name of (await names(dir)).toReversed()) {
    const snapshot = parse(await readFile(join(dir, name)));
    if (snapshot) return snapshot;
    onUnusable(join(dir, name));
  }
  return undefined;
}
