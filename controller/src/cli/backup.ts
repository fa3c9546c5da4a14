/** Commands about backups: taken from a running center by reading its files, restored where none runs. */
import { rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import { readArchive, writeArchive } from '../backup/archive.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { restoreBackup } from '../backup/restore.ts';
import { connect, dataDirOf, type Client, type Variables } from './client.ts';
import type { Output } from './output.ts';

/** A checkpoint of a long write-ahead log may take a while on a busy disk. */
const BEGIN_WITHIN_MS = 120_000;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function summary({ at, version, epoch, files }: BackupManifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${files.length} files, ${mebibytes(bytes)}, of ${new Date(at).toISOString()}, version ${version}, epoch ${epoch}`;
}

async function requireNew(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found) throw new HeatError('already_exists', `${file} is there already; nothing was written.`);
}

/** Reads what the center named, while the center keeps it as it is. */
async function copyOut(client: Client, part: string): Promise<BackupManifest> {
  const begun = await client.call('beginBackup', { withinMs: BEGIN_WITHIN_MS });
  const view = SCHEMAS.beginBackup.response[201].parse(begun);
  const { id, at, epoch, version, journal, files } = view;
  const [written] = await Promise.allSettled([writeArchive(part, files, { at, epoch, version, journal })]);
  const ended = await client.call('endBackup', { params: { id } }).catch(() => ({ whole: false }));
  const { whole } = SCHEMAS.endBackup.response[200].parse(ended);
  if (whole && written.status === 'fulfilled') return written.value;
  await rm(part, { force: true });
  if (written.status === 'rejected') throw written.reason;
  throw new HeatError('backup_damaged', 'The center changed its files meanwhile, or ended.');
}

export async function backup(env: Variables, { print }: Output, to: string): Promise<void> {
  const file = resolve(env.INIT_CWD ?? process.cwd(), to);
  await requireNew(file);
  const client = await connect(env);
  const part = `${file}.part`;
  await rm(part, { force: true });
  const began = performance.now();
  await copyOut(client, part);
  const written_s = (performance.now() - began) / 1000;
  // Read back from the disk: what cannot be restored is no backup.
  const manifest = await readArchive(part, () => undefined);
  await rename(part, file);
  const { size } = await stat(file);
  print(`written   ${file}, ${mebibytes(size)}`);
  print(`holds     ${summary(manifest)}`);
  print(`verified  every file by its SHA-256`);
  print(
    `took      ${written_s.toFixed(1)} s to write, ${((performance.now() - began) / 1000 - written_s).toFixed(1)} s to verify`,
  );
}

export async function restore(
  env: Variables,
  { print }: Output,
  { file: from, to, moveAside }: { file: string; to: string | undefined; moveAside: boolean },
): Promise<void> {
  const here = env.INIT_CWD ?? process.cwd();
  const dir = to === undefined ? dataDirOf(env) : resolve(here, to);
  const file = resolve(here, from);
  await stat(file).catch(() => {
    throw new HeatError('not_found', `There is no file ${file}.`);
  });
  const began = performance.now();
  const { manifest, movedTo, epoch } = await restoreBackup({ file, dir, moveAside, now: Date.now() });
  print(`restored  ${dir}`);
  print(`holds     ${summary(manifest)}`);
  if (movedTo !== undefined) print(`moved     what was there is in ${movedTo}`);
  print(`epoch     the center will start above ${epoch}`);
  print(`took      ${((performance.now() - began) / 1000).toFixed(1)} s`);
  print(
    `Start it with HEAT_CENTER_DATA_DIR=${dir}, and see that no other center commands the same stations.`,
  );
}
