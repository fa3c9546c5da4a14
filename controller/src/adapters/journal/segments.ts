/** Files of the journal: `{position of the first byte}.journal`, one after the other without a hole. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const SUFFIX = '.journal';
/** Enough digits for 2^53, so that names sort like positions. */
const DIGITS = 16;

export interface Segment {
  readonly path: string;
  /** Position of its first byte. */
  readonly start: number;
  readonly bytes: number;
  /** When it was last written, ms since 1970 UTC. */
  readonly written_at: number;
}

export const segmentPath = (dir: string, start: number): string =>
  join(dir, String(start).padStart(DIGITS, '0') + SUFFIX);

/** The segments of a folder in order; an empty list where the folder is not there. */
export async function listSegments(dir: string): Promise<Segment[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const segments: Segment[] = [];
  for (const name of names.filter((entry) => entry.endsWith(SUFFIX)).toSorted()) {
    const path = join(dir, name);
    const found = await stat(path);
    segments.push({
      path,
      start: Number(name.slice(0, DIGITS)),
      bytes: found.size,
      written_at: found.mtimeMs,
    });
  }
  return segments;
}
