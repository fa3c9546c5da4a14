/** Reads the whole audit log and says where it is not what was written. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_RECORDS, parseLine, splitLines, type Head } from './record.ts';
import { listAuditSegments, type AuditSegment } from './segments.ts';

const WRITES_WITHIN_MS = 300;

export interface Finding {
  /** File and line, or the file alone. */
  readonly where: string;
  readonly what: string;
}

export interface Verdict {
  readonly records: number;
  readonly head: Head;
  /** Empty for a log that is whole. */
  readonly findings: readonly Finding[];
}

/** Walks one segment on from `head`; after a finding it goes on with the next record that is whole. */
class Walk {
  head: Head = NO_RECORDS;
  records = 0;
  readonly findings: Finding[] = [];
  readonly #anchors: readonly Head[];

  constructor(anchors: readonly Head[]) {
    this.#anchors = anchors;
  }

  segment({ path, first }: AuditSegment, bytes: Buffer): void {
    const name = basename(path);
    const { lines, bytes: whole } = splitLines(bytes);
    if (first > this.head.n + 1)
      this.#find(name, `begins at record ${first}, the one before is ${this.head.n}`);
    lines.forEach((line, index) => this.#line(line, `${name}:${index + 1}`, index === 0 ? first : undefined));
    const torn = bytes.length - whole;
    if (torn > 0)
      this.#find(name, `ends with ${torn} bytes that are no record; the next start sets them aside`);
  }

  /** What anchors say must be there beyond the end. */
  end(): void {
    for (const { n } of this.#anchors) {
      if (n > this.head.n) this.#find('the end', `records ${this.head.n + 1} to ${n} are missing`);
    }
  }

  #line(line: Buffer, where: string, named: number | undefined): void {
    const parsed = parseLine(line);
    if (!parsed) {
      this.#find(where, 'the record was changed');
      return;
    }
    const { record, digest } = parsed;
    const { n, prev } = record;
    if (named !== undefined && n !== named)
      this.#find(where, `is record ${n}, the file's name says ${named}`);
    if (n !== this.head.n + 1) this.#find(where, `record ${n} follows record ${this.head.n}`);
    if (prev !== this.head.digest) this.#find(where, `does not follow from the record before it`);
    for (const anchor of this.#anchors) {
      if (anchor.n === n && anchor.digest !== digest)
        this.#find(where, `is not the record ${n} that was anchored`);
    }
    this.head = { n, digest };
    this.records += 1;
  }

  #find(where: string, what: string): void {
    this.findings.push({ where, what });
  }
}

/** A running center may be in the middle of a line: it gets a moment to finish it. */
async function readSettled(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  if (splitLines(bytes).bytes === bytes.length) return bytes;
  await sleep(WRITES_WITHIN_MS);
  return readFile(path);
}

/** Checks every record of the folder, and that the anchored heads are in it. Reads only. */
export async function verifyAudit(dir: string, anchors: readonly Head[] = []): Promise<Verdict> {
  const walk = new Walk(anchors);
  for (const segment of await listAuditSegments(dir)) walk.segment(segment, await readSettled(segment.path));
  walk.end();
  const { records, head, findings } = walk;
  return { records, head, findings };
}
