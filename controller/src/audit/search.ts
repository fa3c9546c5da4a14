/** Looks records up, newest first, a file at a time. */
import { readFile } from 'node:fs/promises';
import type { AuditPage, AuditQuery } from './port.ts';
import { parseLine, splitLines, type AuditRecord } from './record.ts';
import { listAuditSegments, type AuditSegment } from './segments.ts';

/** Files (of 1 MiB) that one question reads; what it has not found by then is asked for with `next`. */
const MAX_FILES = 32;

function matches(record: AuditRecord, query: AuditQuery): boolean {
  const { from, to, by, action, subject, before } = query;
  return (
    (before === undefined || record.n < before) &&
    (from === undefined || record.at >= from) &&
    (to === undefined || record.at < to) &&
    (by === undefined || record.by === by) &&
    (action === undefined || record.action === action) &&
    (subject === undefined || record.subject === subject)
  );
}

/** Records of one file that match, newest first; a damaged line is passed over, `verify` tells of it. */
async function matching({ path }: AuditSegment, query: AuditQuery): Promise<AuditRecord[]> {
  const { lines } = splitLines(await readFile(path));
  const found: AuditRecord[] = [];
  for (const line of lines) {
    const record = parseLine(line)?.record;
    if (record && matches(record, query)) found.push(record);
  }
  return found.toReversed();
}

/** One page; `next` is where the following one begins, absent when there is nothing older. */
export async function searchAudit(dir: string, query: AuditQuery): Promise<AuditPage> {
  const { before = Infinity, limit } = query;
  const segments = (await listAuditSegments(dir)).filter(({ first }) => first < before).toReversed();
  const entries: AuditRecord[] = [];
  for (const segment of segments.slice(0, MAX_FILES)) {
    entries.push(...(await matching(segment, query)));
    if (entries.length >= limit) break;
  }
  const page = entries.slice(0, limit).map(({ prev: _prev, note: _note, ...entry }) => entry);
  const last = page.at(-1);
  if (page.length === limit && last && last.n > 1) return { entries: page, next: last.n };
  const oldest = segments[MAX_FILES - 1];
  const isMore = entries.length < limit && segments.length > MAX_FILES && oldest !== undefined;
  return isMore ? { entries: page, next: oldest.first } : { entries: page };
}

/** The newest records that came from the registry's notes, by the number they had there. */
export async function recentNotes(dir: string): Promise<Map<number, AuditRecord>> {
  const notes = new Map<number, AuditRecord>();
  for (const { path } of (await listAuditSegments(dir)).slice(-2)) {
    const { lines } = splitLines(await readFile(path));
    for (const line of lines) {
      const record = parseLine(line)?.record;
      if (record?.note !== undefined) notes.set(record.note, record);
    }
  }
  return notes;
}
