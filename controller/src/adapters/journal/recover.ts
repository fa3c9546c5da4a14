/** Opening a journal after a stop of any kind: a torn end is set aside, nothing before it is touched. */
import { copyFile, mkdir, open, readFile } from 'node:fs/promises';
import { parseRecord } from './record.ts';
import { listSegments, type Segment } from './segments.ts';

export interface Recovered {
  /** Where the next record goes. */
  readonly end: number;
  /** Oldest position held. */
  readonly start: number;
  /** The segment to continue; undefined for an empty journal. */
  readonly last: Segment | undefined;
  /** Bytes at the end that were no whole record; kept in `{segment}.torn`. */
  readonly torn_bytes: number;
}

function lengthOfWholeRecords(bytes: Buffer): number {
  for (let offset = 0; ;) {
    const parsed = parseRecord(bytes, offset, 0);
    if (parsed.state !== 'record') return offset;
    offset += parsed.size;
  }
}

/** Checks the last segment and cuts a torn end off it, after a copy of the file was set aside. */
export async function recoverJournal(dir: string): Promise<Recovered> {
  await mkdir(dir, { recursive: true });
  const segments = await listSegments(dir);
  const start = segments[0]?.start ?? 0;
  const last = segments.at(-1);
  if (!last) return { end: 0, start, last, torn_bytes: 0 };
  const whole = lengthOfWholeRecords(await readFile(last.path));
  const torn_bytes = last.bytes - whole;
  if (torn_bytes > 0) {
    // A torn write was never acknowledged; damage in the middle might have been, so nothing is thrown away.
    await copyFile(last.path, `${last.path}.torn`);
    const file = await open(last.path, 'r+');
    await file.truncate(whole);
    await file.sync();
    await file.close();
  }
  return { end: last.start + whole, start, last: { ...last, bytes: whole }, torn_bytes };
}
