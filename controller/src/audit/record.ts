/**
 * The form of the audit log on disk. A record is one line: the SHA-256 of its JSON in hex, a space, the JSON. The
 * JSON holds the number of the record and the SHA-256 of the one before, so that nothing in between can be changed,
 * taken out or put in without a trace; `sha256sum` and a text editor are enough to check it by hand.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditEntry } from './port.ts';

/** What the first record names as the one before. */
export const NOTHING_BEFORE = '0'.repeat(64);
/** No record is larger: a longer line is damage, not data. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const DIGEST_CHARS = 64;

/** The end of a chain: number and SHA-256 of its last record. */
export interface Head {
  readonly n: number;
  readonly digest: string;
}

export const NO_RECORDS: Head = { n: 0, digest: NOTHING_BEFORE };

const storedRecord = z.object({
  n: z.int().min(1),
  prev: z.string().length(DIGEST_CHARS),
  at: z.int(),
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  note: z.int().optional(),
});

/** A record as it is stored. */
export type AuditRecord = z.infer<typeof storedRecord>;

/** An entry with the number that it had in the registry, if it comes from there. */
export type NumberedEntry = AuditEntry & { readonly note?: number };

const digestOf = (json: Uint8Array): string => createHash('sha256').update(json).digest('hex');

/** The line of the record after `head`, and the head that it makes. Throws RangeError when it is too large. */
export function encodeLine(entry: NumberedEntry, head: Head): { line: Buffer; head: Head } {
  const { at, by, action, subject, before, after, note } = entry;
  const n = head.n + 1;
  const record: AuditRecord = { n, prev: head.digest, at, by, action, subject, before, after };
  const json = Buffer.from(JSON.stringify(note === undefined ? record : { ...record, note }));
  if (json.length + DIGEST_CHARS + 2 > MAX_LINE_BYTES) {
    throw new RangeError(`an audit record of ${json.length} bytes is too large`);
  }
  const digest = digestOf(json);
  const line = Buffer.concat([Buffer.from(`${digest} `), json, Buffer.from('\n')]);
  return { line, head: { n, digest } };
}

/** The record of one whole line (without its newline); undefined when a byte of it is not as it was written. */
export function parseLine(line: Buffer): { record: AuditRecord; digest: string } | undefined {
  if (line.length <= DIGEST_CHARS + 1 || line[DIGEST_CHARS] !== SPACE) return undefined;
  const digest = line.toString('latin1', 0, DIGEST_CHARS);
  const json = line.subarray(DIGEST_CHARS + 1);
  if (digestOf(json) !== digest) return undefined;
  try {
    return { record: storedRecord.parse(JSON.parse(json.toString())), digest };
  } catch {
    return undefined;
  }
}

/** The whole lines of a file, and how many bytes they take; what follows is an unfinished line. */
export function splitLines(bytes: Buffer): { lines: Buffer[]; bytes: number } {
  const lines: Buffer[] = [];
  let from = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return { lines, bytes: from };
}
