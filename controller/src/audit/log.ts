/**
 * The audit log: appended, flushed (`fdatasync`) and never changed. Entries that come together share a flush. A torn
 * end is set aside at the next start; damage before it is left as it is, and the log goes on in a new file.
 */
import { copyFile, mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { HeatError } from '@heat-center/contract/errors.ts';
import {
  encodeLine,
  NO_RECORDS,
  NOTHING_BEFORE,
  parseLine,
  splitLines,
  type Head,
  type NumberedEntry,
} from './record.ts';
import { auditSegmentPath, listAuditSegments, type AuditSegment } from './segments.ts';

/** A new file is begun when one exceeds this; also what a search reads at once. */
const SEGMENT_BYTES = 1024 * 1024;

export interface AuditLogOptions {
  readonly dir: string;
  /** What the registry remembers of the end, so that a cut is noticed. */
  readonly anchor: Head | undefined;
  readonly segmentBytes?: number;
}

/** What the start found wrong, for the log itself and for people. */
export interface AuditTrouble {
  readonly action: 'audit_torn' | 'audit_damaged' | 'audit_cut';
  readonly detail: string;
}

export interface AuditLog {
  /** On disk together when it resolves. Rejects with `not_ready` when they cannot be written; then none of them stays. */
  append(...entries: readonly NumberedEntry[]): Promise<void>;
  /** The last record that is on disk. */
  readonly head: Head;
  /** Why it cannot be written now. */
  readonly trouble: string | undefined;
  readonly found: readonly AuditTrouble[];
  close(): Promise<void>;
}

interface End {
  readonly head: Head;
  /** The file to continue; undefined to begin a new one. */
  readonly tail: { readonly path: string; readonly bytes: number } | undefined;
  readonly found: readonly AuditTrouble[];
}

async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  await folder.sync();
  await folder.close();
}

/** Keeps a copy of the file with its torn end, then cuts the end off. */
async function cutTorn(path: string, whole: number): Promise<void> {
  await copyFile(path, `${path}.torn`);
  const file = await open(path, 'r+');
  await file.truncate(whole);
  await file.sync();
  await file.close();
}

/** Damaged lines count as records, so that a number is never given twice. */
function lastRecord(first: number, lines: readonly Buffer[]): { head: Head; damaged: boolean } {
  let head: Head = { n: first - 1, digest: NOTHING_BEFORE };
  let damaged = false;
  for (const line of lines) {
    const parsed = parseLine(line);
    damaged ||= !parsed;
    head = parsed ? { n: parsed.record.n, digest: parsed.digest } : { ...head, n: head.n + 1 };
  }
  return { head, damaged };
}

async function endOf(segment: AuditSegment | undefined, before: AuditSegment | undefined): Promise<End> {
  if (!segment) return { head: NO_RECORDS, tail: undefined, found: [] };
  const { path } = segment;
  const bytes = await readFile(path);
  const { lines, bytes: whole } = splitLines(bytes);
  const found: AuditTrouble[] = [];
  if (whole < bytes.length) {
    await cutTorn(path, whole);
    const detail = `${bytes.length - whole} bytes at the end of ${path} were no record; a copy is in ${path}.torn`;
    found.push({ action: 'audit_torn', detail });
  }
  // A kill between the making of a file and its first record leaves it empty: the chain ends in the one before.
  if (lines.length === 0) {
    const { head } = await endOf(before, undefined);
    return { head, tail: { path, bytes: 0 }, found };
  }
  const { head, damaged } = lastRecord(segment.first, lines);
  if (!damaged) return { head, tail: { path, bytes: whole }, found };
  found.push({
    action: 'audit_damaged',
    detail: `${path} holds a record that was changed; it is left as it is`,
  });
  return { head, tail: undefined, found };
}

async function findEnd({ dir, anchor }: AuditLogOptions): Promise<End> {
  const segments = await listAuditSegments(dir);
  const end = await endOf(segments.at(-1), segments.at(-2));
  if (!anchor || anchor.n <= end.head.n) return end;
  const detail = `records ${end.head.n + 1} to ${anchor.n} are missing at the end of ${dir}`;
  // The chain goes on from what was anchored, in a file of its own: so the gap shows for ever.
  return { head: anchor, tail: undefined, found: [...end.found, { action: 'audit_cut', detail }] };
}

interface Waiting {
  readonly entries: readonly NumberedEntry[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class FileAuditLog implements AuditLog {
  readonly found: readonly AuditTrouble[];
  readonly #dir: string;
  readonly #segmentBytes: number;
  #head: Head;
  #file: FileHandle | undefined;
  #bytes: number;
  #trouble: string | undefined;
  #queue: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(options: AuditLogOptions, end: End, file: FileHandle | undefined) {
    this.#dir = options.dir;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#head = end.head;
    this.#file = file;
    this.#bytes = end.tail?.bytes ?? 0;
    this.found = end.found;
  }

  get head(): Head {
    return this.#head;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  append(...entries: readonly NumberedEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue;
      this.#queue = [];
      try {
        await this.#write(group);
        this.#trouble = undefined;
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#trouble = error instanceof Error ? error.message : String(error);
        // What was refused must not be found as a record after a kill; the next try writes over it anyway.
        await this.#file?.truncate(this.#bytes).catch(() => undefined);
        const told = new HeatError('not_ready', `The audit log cannot be written: ${this.#trouble}`);
        for (const { reject } of group) reject(told);
      }
    }
    // In the turn that found the queue empty: whoever appends next starts a new round.
    this.#writing = undefined;
  }

  /** One write and one flush; the head moves only when both are done, so the next try begins at the same place. */
  async #write(group: readonly Waiting[]): Promise<void> {
    let { n, digest } = this.#head;
    const lines: Buffer[] = [];
    for (const entry of group.flatMap(({ entries }) => entries)) {
      const encoded = encodeLine(entry, { n, digest });
      lines.push(encoded.line);
      ({ n, digest } = encoded.head);
    }
    const file = await this.#room();
    const bytes = Buffer.concat(lines);
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await file.write(
        bytes,
        written,
        bytes.length - written,
        this.#bytes + written,
      );
      written += bytesWritten;
    }
    await file.datasync();
    this.#bytes += bytes.length;
    this.#head = { n, digest };
  }

  /** The file to write to; a new one when there is none or it is full. */
  async #room(): Promise<FileHandle> {
    if (this.#file && this.#bytes < this.#segmentBytes) return this.#file;
    const next = await open(auditSegmentPath(this.#dir, this.#head.n + 1), 'wx', 0o600);
    await this.#file?.close();
    this.#file = next;
    this.#bytes = 0;
    await syncFolder(this.#dir);
    return next;
  }
}

/** Opens or creates the log of a folder. What it finds wrong is in `found`; it starts all the same. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const end = await findEnd(options);
  const file = end.tail && (await open(end.tail.path, 'r+'));
  return new FileAuditLog(options, end, file);
}
