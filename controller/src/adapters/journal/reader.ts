/** Reads the journal's records in order, from any thread, while the writer goes on. */
import { open, type FileHandle } from 'node:fs/promises';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { JournalReader, JournalRecord } from '../../ports.ts';
import { MAX_RECORD_BYTES, parseRecord } from './record.ts';
import { listSegments, segmentPath, type Segment } from './segments.ts';

/** The position asked for was deleted by retention, moved away by a person, or lies beyond the journal's end. */
export class JournalGap extends Error {
  /** Where reading can go on: the oldest position held behind the gap, or the journal's oldest. */
  readonly start: number;

  constructor(from: number, start: number) {
    super(`the journal no longer holds position ${from}; it goes on at ${start}`);
    this.name = 'JournalGap';
    this.start = start;
  }
}

/** A record inside the journal fails its checksum; what follows it in this file cannot be read. */
export class JournalDamage extends HeatError {
  constructor(path: string, position: number) {
    super('journal_damaged', `The journal is damaged at position ${position}, in the file ${path}.`);
    this.name = 'JournalDamage';
  }
}

export interface ClosableJournalReader extends JournalReader {
  close(): Promise<void>;
}

interface Chunk {
  readonly records: JournalRecord[];
  readonly next: number;
  readonly state: 'more' | 'short' | 'damaged';
}

function parseChunk(bytes: Buffer, position: number): Chunk {
  const records: JournalRecord[] = [];
  let offset = 0;
  for (;;) {
    const parsed = parseRecord(bytes, offset, position + offset);
    if (parsed.state !== 'record') return { records, next: position + offset, state: parsed.state };
    records.push(parsed.record);
    offset += parsed.size;
    if (offset === bytes.length) return { records, next: position + offset, state: 'more' };
  }
}

/**
 * A reader on a folder. `read(from, maxBytes)` gives whole records from `from` on, at least one where one
 * is complete, and an empty list at the end. An unfinished record at the very end is not yet there.
 * Throws `JournalGap` and `JournalDamage`.
 */
export function createJournalReader({ dir }: { dir: string }): ClosableJournalReader {
  let current: { start: number; file: FileHandle } | undefined;

  async function fileAt(start: number): Promise<FileHandle> {
    if (current?.start === start) return current.file;
    await current?.file.close();
    current = undefined;
    const file = await open(segmentPath(dir, start), 'r');
    current = { start, file };
    return file;
  }

  async function locate(from: number): Promise<{ segment: Segment; last: boolean } | undefined> {
    const segments = await listSegments(dir);
    const index = segments.findLastIndex((segment) => segment.start <= from);
    const segment = segments[index];
    if (!segment) {
      const first = segments[0];
      if (first) throw new JournalGap(from, first.start);
      return undefined;
    }
    const last = index === segments.length - 1;
    const end = segment.start + segment.bytes;
    const next = segments[index + 1];
    // A file between the two was moved away.
    if (next && from >= end) throw new JournalGap(from, next.start);
    if (from > end) throw new JournalGap(from, segments[0]?.start ?? 0);
    return { segment, last };
  }

  async function readSegment(segment: Segment, from: number, maxBytes: number): Promise<Chunk> {
    const file = await fileAt(segment.start);
    for (let size = maxBytes; ; size = MAX_RECORD_BYTES) {
      const want = Math.min(size, segment.start + segment.bytes - from);
      if (want <= 0) return { records: [], next: from, state: 'short' };
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(want), 0, want, from - segment.start);
      const chunk = parseChunk(buffer.subarray(0, bytesRead), from);
      // A record larger than maxBytes: once more with room for the largest.
      if (chunk.records.length > 0 || chunk.state !== 'short' || size >= MAX_RECORD_BYTES) return chunk;
    }
  }

  return {
    async read(from, maxBytes) {
      const found = await locate(from);
      if (!found) return [];
      const { segment, last } = found;
      const chunk = await readSegment(segment, from, maxBytes);
      if (chunk.records.length > 0) return chunk.records;
      // Within the last segment an unreadable end is a record that is being written.
      if (last) return [];
      throw new JournalDamage(segment.path, from);
    },
    async close() {
      await current?.file.close();
      current = undefined;
    },
  };
}
