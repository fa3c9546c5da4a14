import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from './port.ts';
import { openAuditLog, type AuditLog } from './log.ts';
import type { Head } from './record.ts';
import { verifyAudit } from './verify.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heat-audit-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const entry = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: 1_795_305_600_000 + n,
  by: '李',
  action: 'change',
  subject: `station-${n}`,
  before: null,
  after: JSON.stringify({ priority: 'school' }),
  ...more,
});

const open = (anchor?: Head, segmentBytes = 1000): Promise<AuditLog> =>
  openAuditLog({ dir, anchor, segmentBytes });

/** A log of so many records in several files, and its end. */
async function written(records: number, segmentBytes?: number): Promise<Head> {
  const log = await open(undefined, segmentBytes);
  for (let n = log.head.n + 1; n <= records; n += 1) await log.append(entry(n));
  await log.close();
  return log.head;
}

const files = (): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.audit'))
    .toSorted();
const newest = (): string => join(dir, files().at(-1) ?? '');

describe('the audit log', () => {
  it('is one chain over files and restarts', async () => {
    await written(7);
    const head = await written(15);
    expect(files().length).toBeGreaterThan(3);
    expect(await verifyAudit(dir, [head])).toEqual({ records: 15, head, findings: [] });
  });

  it('takes what comes together in one flush, in order', async () => {
    const log = await open();
    await Promise.all(Array.from({ length: 50 }, (_, index) => log.append(entry(index + 1))));
    await log.append(entry(51), entry(52));
    await log.close();
    const verdict = await verifyAudit(dir);
    expect(verdict).toMatchObject({ records: 52, head: log.head, findings: [] });
  });

  it('sets a torn end aside and goes on after the last whole record', async () => {
    const head = await written(5);
    const path = newest();
    const before = readFileSync(path);
    appendFileSync(path, `${'a'.repeat(64)} {"n":6,"prev":`);
    expect((await verifyAudit(dir)).findings).toHaveLength(1);
    const log = await open(head);
    expect(log.found.map(({ action }) => action)).toEqual(['audit_torn']);
    expect(readFileSync(path)).toEqual(before);
    expect(readFileSync(`${path}.torn`).length).toBeGreaterThan(before.length);
    await log.append(entry(6));
    await log.close();
    expect(await verifyAudit(dir, [log.head])).toMatchObject({ records: 6, findings: [] });
  });

  it('goes on in a file that a kill left empty', async () => {
    await written(4);
    writeFileSync(join(dir, '0000000000000005.audit'), '');
    expect((await verifyAudit(dir)).findings).toEqual([]);
    expect(await verifyAudit(dir, [await written(6)])).toMatchObject({ records: 6, findings: [] });
  });

  it('leaves damage as it is and goes on in a file of its own', async () => {
    const head = await written(3);
    const path = newest();
    const bytes = readFileSync(path);
    bytes[80] = (bytes[80] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const log = await open(head);
    expect(log.found.map(({ action }) => action)).toEqual(['audit_damaged']);
    await log.append(entry(4));
    await log.close();
    expect(readFileSync(path)).toEqual(bytes);
    const { findings } = await verifyAudit(dir);
    expect(findings[0]?.where).toBe(`${files().at(-2)}:1`);
    const again = await open(log.head);
    expect(again.found).toEqual([]);
    await again.close();
  });

  it('says that its end was cut off, and shows it for ever', async () => {
    const head = await written(9, 100_000);
    const path = newest();
    const whole = readFileSync(path);
    truncateSync(path, whole.indexOf(0x0a) + 1);
    expect((await verifyAudit(dir)).findings).toEqual([]);
    const cut = await verifyAudit(dir, [head]);
    expect(cut.findings).toEqual([{ where: 'the end', what: `records ${cut.head.n + 1} to 9 are missing` }]);
    const log = await open(head);
    expect(log.found.map(({ action }) => action)).toEqual(['audit_cut']);
    await log.append(entry(10));
    await log.close();
    const after = await verifyAudit(dir, [log.head]);
    expect(after.head.n).toBe(10);
    expect(after.findings.map(({ what }) => what)).toContain(`record 10 follows record ${cut.head.n}`);
  });

  it('does not take a foreign chain for its own', async () => {
    const head = await written(3);
    rmSync(newest());
    const log = await openAuditLog({ dir, anchor: undefined });
    for (let n = 1; n <= 4; n += 1) await log.append(entry(n, { by: 'stranger' }));
    await log.close();
    expect((await verifyAudit(dir)).findings).toEqual([]);
    expect((await verifyAudit(dir, [head])).findings[0]?.what).toContain('that was anchored');
  });

  it('refuses what it cannot write, keeps nothing of it, and works again', async () => {
    await written(2);
    const log = await open();
    const huge = entry(3, { after: 'x'.repeat(2 ** 21) });
    await expect(log.append(huge)).rejects.toMatchObject({ code: 'not_ready' });
    expect(log.trouble).toContain('too large');
    await log.append(entry(3));
    expect(log.trouble).toBeUndefined();
    await log.close();
    expect(await verifyAudit(dir, [log.head])).toMatchObject({ records: 3, findings: [] });
  });
});

describe('one changed byte', () => {
  it('is found wherever it is, whatever it becomes', async () => {
    const head = await written(6);
    for (const name of files()) {
      const path = join(dir, name);
      const whole = readFileSync(path);
      for (let at = 0; at < whole.length; at += 1) {
        const changed = Buffer.from(whole);
        // A bit by turns, so that letters also become other letters and digits other digits.
        changed[at] = (whole[at] ?? 0) ^ (1 << (at % 8));
        writeFileSync(path, changed);
        const { findings } = await verifyAudit(dir, [head]);
        if (findings.length === 0) throw new Error(`byte ${at} of ${name} was changed and not found`);
      }
      writeFileSync(path, whole);
    }
    expect((await verifyAudit(dir, [head])).findings).toEqual([]);
  }, 60_000);

  it('is found for any value of it', async () => {
    const head = await written(3);
    const path = newest();
    const whole = readFileSync(path);
    const place = fc.nat({ max: whole.length - 1 });
    const other = fc.integer({ min: 1, max: 255 });
    await fc.assert(
      fc.asyncProperty(place, other, async (at, by) => {
        const changed = Buffer.from(whole);
        changed[at] = ((whole[at] ?? 0) + by) % 256;
        writeFileSync(path, changed);
        expect((await verifyAudit(dir, [head])).findings).not.toEqual([]);
      }),
      { numRuns: 300, seed: 7 },
    );
  }, 60_000);

  it('is found when it was put in, taken out, or when lines changed places', async () => {
    const head = await written(3);
    const path = newest();
    const whole = readFileSync(path);
    const lines = whole.toString().split('\n');
    const forms = [
      Buffer.concat([whole.subarray(0, 100), Buffer.from('x'), whole.subarray(100)]),
      Buffer.concat([whole.subarray(0, 100), whole.subarray(101)]),
      Buffer.from([lines[1], lines[0], lines[2], ''].join('\n')),
      Buffer.from([lines[0], lines[2], ''].join('\n')),
      Buffer.from([lines[0], lines[0], lines[1], lines[2], ''].join('\n')),
    ];
    for (const form of forms) {
      writeFileSync(path, form);
      expect((await verifyAudit(dir, [head])).findings).not.toEqual([]);
    }
  });
});
