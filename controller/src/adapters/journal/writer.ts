/**
 * The journal: records are appended in memory, written and flushed (`fdatasync`) in groups, and only then
 * durable. One flush is under way at a time; whatever comes meanwhile forms the next group.
 */
import { open, statfs, unlink, type FileHandle } from 'node:fs/promises';
import type { JournalRecord, JournalWriter } from '../../ports.ts';
import { clearRecords, createRecordBuffer, encodeRecord } from './record.ts';
import { recoverJournal } from './recover.ts';
import { listSegments, segmentPath } from './segments.ts';

export interface JournalOptions {
  readonly dir: string;
  /** Positions below this were given already: what the files lack of them stays a gap. */
  readonly atLeast?: number;
  /** Records that arrive within this time share a flush, ms. At low rates flushing dominates the cost. */
  readonly windowMs?: number;
  /** A new file is begun when one exceeds this. */
  readonly segmentBytes?: number;
  /** Below this free space nothing is written, so that the rest of the machine keeps working. */
  readonly minFreeBytes?: number;
  /** Told when writing fails and when it works again. */
  readonly onTrouble?: (trouble: string | undefined) => void;
}

export interface Retention {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** Everything from here on is still needed by a reader or for the next start. */
  readonly unread: number;
  readonly now: number;
}

export interface Journal extends JournalWriter {
  /** Bytes of an unfinished record that were cut off at start. */
  readonly tornBytes: number;
  /** Why it cannot be written now; undefined while it can. */
  readonly trouble: string | undefined;
  /** Flushes so far, for metrics. */
  readonly flushes: number;
  /** Deletes old segments. `blockedBytes` is what exceeds the limits but is still unread. */
  retain(retention: Retention): Promise<{ deletedBytes: number; blockedBytes: number }>;
  /** Flushes what is pending and closes. */
  close(): Promise<void>;
}

/** Waits for everything up to a position; told the last bytes before it, which are the body of its record. */
interface Waiter {
  readonly position: number;
  readonly bodyBytes: number;
  readonly done: (body: Uint8Array, position: number) => void;
}

const RETRY_MS = 500;
/** The free space is looked at no more often than this. */
const FREE_CHECK_MS = 1000;

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** The file that is written now: rotation and the bytes in it. */
async function createTail(options: { dir: string; segmentBytes: number; end: number; start?: number }) {
  let start = options.start ?? options.end;
  let file: FileHandle = await open(
    segmentPath(options.dir, start),
    options.start === undefined ? 'w' : 'r+',
  );
  const syncFolder = async (): Promise<void> => {
    const folder = await open(options.dir, 'r');
    await folder.sync();
    await folder.close();
  };
  await syncFolder();
  return {
    /** Writes a group at its place: repeating it after an error is harmless. */
    async write(bytes: Uint8Array, position: number): Promise<void> {
      if (position - start >= options.segmentBytes) {
        await file.close();
        start = position;
        file = await open(segmentPath(options.dir, start), 'w');
        await syncFolder();
      }
      let written = 0;
      while (written < bytes.byteLength) {
        const result = await file.write(
          bytes,
          written,
          bytes.byteLength - written,
          position - start + written,
        );
        written += result.bytesWritten;
      }
      await file.datasync();
    },
    close: () => file.close(),
  };
}

/** Opens or creates the journal of a folder. Throws when the folder cannot be used. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const {
    dir,
    windowMs = 5,
    segmentBytes = 64 * 1024 * 1024,
    minFreeBytes = 0,
    atLeast = 0,
    onTrouble,
  } = options;
  const recovered = await recoverJournal(dir);
  const isShort = recovered.end < atLeast;
  const tail = await createTail({
    dir,
    segmentBytes,
    end: isShort ? atLeast : recovered.end,
    ...(recovered.last && !isShort ? { start: recovered.last.start } : {}),
  });
  let pending = createRecordBuffer();
  let writing = createRecordBuffer();
  let { start } = recovered;
  let end = Math.max(recovered.end, atLeast);
  let durable = end;
  let flushes = 0;
  let trouble: string | undefined;
  let closing = false;
  let closed = false;
  let freeCheckedAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;
  let waiters: Waiter[] = [];

  function setTrouble(next: string | undefined): void {
    if (next === trouble) return;
    trouble = next;
    onTrouble?.(next);
  }

  async function checkFree(): Promise<void> {
    const now = performance.now();
    if (minFreeBytes === 0 || (trouble === undefined && now - freeCheckedAt < FREE_CHECK_MS)) return;
    freeCheckedAt = now;
    const { bavail, bsize } = await statfs(dir);
    if (bavail * bsize < minFreeBytes) {
      throw new Error(`less than ${Math.round(minFreeBytes / 2 ** 20)} MiB are free on the disk of ${dir}`);
    }
  }

  /** Writes one group; an error (disk full, say) is told and tried again until it works or the journal closes. */
  async function persist(bytes: Uint8Array, position: number): Promise<void> {
    for (;;) {
      try {
        await checkFree();
        await tail.write(bytes, position);
        setTrouble(undefined);
        return;
      } catch (error) {
        setTrouble(error instanceof Error ? error.message : String(error));
        if (closing) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  /** Tells those whose records were in the group that ends where the journal is durable now. */
  function release(group: Uint8Array): void {
    let count = 0;
    while (count < waiters.length && (waiters[count]?.position ?? Infinity) <= durable) count += 1;
    const ready = waiters.slice(0, count);
    waiters = waiters.slice(count);
    const from = durable - group.byteLength;
    for (const { position, bodyBytes, done } of ready) {
      const end = position - from;
      done(group.subarray(end - bodyBytes, end), position);
    }
  }

  async function flush(): Promise<void> {
    while (pending.length > 0) {
      [pending, writing] = [writing, pending];
      const group = writing.bytes.subarray(0, writing.length);
      await persist(group, durable);
      durable += writing.length;
      flushes += 1;
      release(group);
      clearRecords(writing);
      // Under load the next group starts after the window as well, so that it has time to grow.
      if (pending.length > 0 && !closing) await sleep(windowMs);
    }
  }

  function startFlush(): void {
    timer = undefined;
    if (flushing) return;
    flushing = flush().finally(() => {
      flushing = undefined;
      if (pending.length > 0 && !closing) schedule();
    });
    // A failure while closing reaches the caller of close(); it must not also end the process.
    flushing.catch(() => undefined);
  }

  function schedule(): void {
    if (timer || flushing || closing) return;
    timer = setTimeout(startFlush, windowMs);
  }

  function append(record: Omit<JournalRecord, 'end'>): number {
    // While it closes, what becomes durable may still have consequences to note.
    if (closed) throw new Error('the journal is closed');
    const before = pending.length;
    encodeRecord(pending, record);
    end += pending.length - before;
    schedule();
    return end;
  }

  return {
    get durable() {
      return durable;
    },
    get end() {
      return end;
    },
    get start() {
      return start;
    },
    get writable() {
      return trouble === undefined && !closing;
    },
    get trouble() {
      return trouble;
    },
    get flushes() {
      return flushes;
    },
    tornBytes: recovered.torn_bytes,
    append,
    appendThen(record, done) {
      waiters.push({ position: append(record), bodyBytes: record.body.byteLength, done });
    },
    whenDurable(position, done) {
      if (position <= durable) queueMicrotask(done);
      else waiters.push({ position, bodyBytes: 0, done });
    },
    async retain({ maxAgeMs, maxBytes, unread, now }) {
      const segments = await listSegments(dir);
      let held = segments.reduce((sum, segment) => sum + segment.bytes, 0);
      let deletedBytes = 0;
      let blockedBytes = 0;
      // The last segment is being written and always stays.
      for (const segment of segments.slice(0, -1)) {
        const old = now - segment.written_at > maxAgeMs;
        if (!old && held <= maxBytes) break;
        if (segment.start + segment.bytes > unread) blockedBytes += segment.bytes;
        else if (blockedBytes === 0) {
          await unlink(segment.path);
          deletedBytes += segment.bytes;
          start = segment.start + segment.bytes;
        }
        held -= segment.bytes;
      }
      return { deletedBytes, blockedBytes };
    },
    async close() {
      closing = true;
      clearTimeout(timer);
      timer = undefined;
      try {
        await flushing;
        await flush();
      } finally {
        closed = true;
        await tail.close();
      }
    },
  };
}
