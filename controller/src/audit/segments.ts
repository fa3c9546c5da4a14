/** Files of the audit log: `{number of the first record}.audit`, one after the other. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const SUFFIX = '.audit';
/** Enough digits for 2^53, so that names sort like numbers. */
const DIGITS = 16;

export interface AuditSegment {
  readonly path: string;
  /** Number of its first record. */
  readonly first: number;
}

export const auditSegmentPath = (dir: string, first: number): string =>
  join(dir, String(first).padStart(DIGITS, '0') + SUFFIX);

/** The segments of a folder in order; an empty list where the folder is not there. */
export async function listAuditSegments(dir: string): Promise<AuditSegment[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .toSorted()
    .map((name) => ({ path: join(dir, name), first: Number(name.slice(0, -SUFFIX.length)) }));
}
