/** The backup's file: written, and read back entry by entry. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { HeatError } from '@heat-center/contract/errors.ts';
import { extract, pack, type Pack } from 'tar-stream';
import { backupManifest, BACKUP_FORMAT, entryName, MANIFEST, type BackupManifest } from './manifest.ts';

const CHUNK_BYTES = 1024 * 1024;
/**
 * The history is compressed already; the journal shrinks to a tenth even at the quickest level. The checksum is over
 * everything: the manifest has hashes of the files, but none of itself.
 */
const ZSTD = {
  params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
};

export interface Source {
  readonly name: string;
  readonly path: string;
  /** How many bytes from its beginning. */
  readonly bytes: number;
}

function hashing(hash: Hash): Transform {
  return new Transform({
    readableHighWaterMark: CHUNK_BYTES,
    writableHighWaterMark: CHUNK_BYTES,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

async function addFile(tar: Pack, { name, path, bytes }: Source): Promise<BackupManifest['files'][number]> {
  const hash = createHash('sha256');
  const content =
    bytes === 0
      ? Readable.from([])
      : createReadStream(path, { start: 0, end: bytes - 1, highWaterMark: CHUNK_BYTES });
  await pipeline(content, hashing(hash), tar.entry({ name, size: bytes, mode: 0o600 }));
  return { name, bytes, sha256: hash.digest('hex') };
}

async function addAll(
  tar: Pack,
  sources: readonly Source[],
  head: Omit<BackupManifest, 'format' | 'files'>,
): Promise<BackupManifest> {
  const files: BackupManifest['files'] = [];
  for (const source of sources) files.push(await addFile(tar, source));
  const manifest: BackupManifest = { format: BACKUP_FORMAT, ...head, files };
  tar.entry({ name: MANIFEST, mode: 0o600 }, `${JSON.stringify(manifest, null, 1)}\n`);
  tar.finalize();
  return manifest;
}

/** Writes a new file, flushed to disk. Throws when it exists, or when a source is shorter than it should be. */
export async function writeArchive(
  file: string,
  sources: readonly Source[],
  head: Omit<BackupManifest, 'format' | 'files'>,
): Promise<BackupManifest> {
  const tar = pack();
  const written = pipeline(
    tar,
    createZstdCompress(ZSTD),
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
  );
  const added = addAll(tar, sources, head).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  // Whichever fails first is the cause; the other must not be left without a listener.
  const [outcome, manifest] = await Promise.allSettled([written, added]);
  if (manifest.status === 'rejected') throw manifest.reason;
  if (outcome.status === 'rejected') throw outcome.reason;
  return manifest.value;
}

const damaged = (file: string, what: string): HeatError =>
  new HeatError('backup_damaged', `${file}: ${what}`);

/** Where an entry's bytes go; undefined only to check them. */
export type Keep = (name: string) => NodeJS.WritableStream | undefined;

interface Seen {
  readonly bytes: number;
  readonly sha256: string;
}

/** tar-stream gives buffers and does not say so. */
async function* buffers(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk;
}

async function readEntry(
  entry: AsyncIterable<unknown>,
  target: NodeJS.WritableStream | undefined,
): Promise<Seen> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of buffers(entry)) {
      hash.update(chunk);
      bytes += chunk.length;
      if (target) yield chunk;
    }
  }
  if (target) await pipeline(counted, target);
  else for await (const _ of counted());
  return { bytes, sha256: hash.digest('hex') };
}

async function readManifest(entry: AsyncIterable<unknown>): Promise<BackupManifest> {
  return backupManifest.parse(JSON.parse(await text(Readable.from(buffers(entry)))));
}

function compare(file: string, manifest: BackupManifest, seen: ReadonlyMap<string, Seen>): void {
  for (const { name, bytes, sha256 } of manifest.files) {
    const found = seen.get(name);
    if (found?.bytes !== bytes || found.sha256 !== sha256)
      throw damaged(file, `${name} is not what was written`);
  }
  if (seen.size !== manifest.files.length)
    throw damaged(file, 'it holds files that its manifest does not name');
}

/** Reads the whole file and checks every byte by the manifest. Throws `backup_damaged`. */
export async function readArchive(file: string, keep: Keep): Promise<BackupManifest> {
  const tar = extract();
  const seen = new Map<string, Seen>();
  let manifest: BackupManifest | undefined;
  const fed = pipeline(createReadStream(file, { highWaterMark: CHUNK_BYTES }), createZstdDecompress(), tar);
  const read = async (): Promise<void> => {
    for await (const entry of tar) {
      const { name } = entry.header;
      if (name === MANIFEST) manifest = await readManifest(entry);
      else if (!entryName.safeParse(name).success || seen.has(name))
        throw new Error(`the entry ${name} is none of ours`);
      else seen.set(name, await readEntry(entry, keep(name)));
    }
  };
  const outcomes = await Promise.allSettled([read(), fed]);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    if (outcome.reason instanceof Error && 'code' in outcome.reason && outcome.reason.code === 'ENOENT')
      throw outcome.reason;
    throw damaged(file, outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason));
  }
  if (!manifest) throw damaged(file, 'it ends before its manifest');
  compare(file, manifest, seen);
  return manifest;
}
