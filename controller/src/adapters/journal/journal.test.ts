import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../ports.ts';
import { createJournalReader, JournalDamage, JournalGap } from './reader.ts';
import { openJournal, type Journal } from './writer.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'heat-journal-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const record = (n: number, bytes = 40): Omit<JournalRecord, 'end'> => ({
  kind: 'telemetry',
  station: `st-${n}`,
  at: 1_795_305_600_000 + n,
  body: new Uint8Array(bytes).fill(n % 256),
});

const durable = (journal: Journal, position: number): Promise<void> =>
  new Promise((resolve) => {
    journal.whenDurable(position, resolve);
  });

async function readAll(from = 0, maxBytes = 1000): Promise<JournalRecord[]> {
  const reader = createJournalReader({ dir });
  const all: JournalRecord[] = [];
  try {
    for (let at = from; ;) {
      const records = await reader.read(at, maxBytes);
      if (records.length === 0) return all;
      all.push(...records);
      at = records.at(-1)!.end;
    }
  } finally {
    await reader.close();
  }
}

describe('journal', () => {
  it('gives back what was appended, in order, from any position', async () => {
    const journal = await openJournal({ dir, windowMs: 1 });
    const ends = Array.from({ length: 200 }, (_, n) => journal.append(record(n)));
    await durable(journal, ends.at(-1)!);
    expect(journal.durable).toBe(journal.end);
    const all = await readAll();
    expect(all.map(({ station }) => station)).toEqual(ends.map((_, n) => `st-${n}`));
    expect(all.map(({ end }) => end)).toEqual(ends);
    expect(all[7]).toMatchObject({ kind: 'telemetry', at: 1_795_305_600_007 });
    expect(new Uint8Array(all[7]!.body)).toEqual(new Uint8Array(40).fill(7));
    expect((await readAll(ends[99]))[0]!.station).toBe('st-100');
    await journal.close();
  });

  it('calls back in order, only after the bytes are in the file', async () => {
    const journal = await openJournal({ dir, windowMs: 1 });
    const seen: number[] = [];
    const ends = [1, 2, 3].map((n) => journal.append(record(n)));
    const counted = ends.map(
      (end, n) =>
        new Promise<void>((resolve) => {
          journal.whenDurable(end, () => {
            seen.push(n);
            resolve();
          });
        }),
    );
    expect(journal.durable).toBe(0);
    await Promise.all(counted);
    expect(seen).toEqual([0, 1, 2]);
    expect((await readAll()).length).toBe(3);
    await durable(journal, ends[1]!);
    await journal.close();
  });

  it('takes what the last records lead to while it closes, and nothing afterwards', async () => {
    const journal = await openJournal({ dir, windowMs: 1000 });
    journal.whenDurable(journal.append(record(1)), () => journal.append(record(2)));
    await journal.close();
    expect((await readAll()).map(({ station }) => station)).toEqual(['st-1', 'st-2']);
    expect(() => journal.append(record(3))).toThrow('closed');
  });

  it('cuts a torn end off, keeps a copy of it and continues after the last whole record', async () => {
    const journal = await openJournal({ dir });
    const ends = [1, 2, 3].map((n) => journal.append(record(n)));
    await journal.close();
    const [name] = await readdir(dir);
    const file = join(dir, name!);
    const bytes = await readFile(file);
    for (const cut of [1, 30, bytes.length - ends[1]! - 1]) {
      await writeFile(file, bytes.subarray(0, bytes.length - cut));
      const again = await openJournal({ dir });
      expect(again.end).toBe(ends[1]);
      expect(again.tornBytes).toBe(bytes.length - cut - ends[1]!);
      await again.close();
      expect((await readFile(`${file}.torn`)).length).toBe(bytes.length - cut);
    }
    const again = await openJournal({ dir });
    again.append(record(9));
    await again.close();
    expect((await readAll()).map(({ station }) => station)).toEqual(['st-1', 'st-2', 'st-9']);
  });

  it('takes garbage after the last record for a torn end', async () => {
    const journal = await openJournal({ dir });
    journal.append(record(1));
    await journal.close();
    await appendFile(join(dir, (await readdir(dir))[0]!), randomBytes(500));
    const again = await openJournal({ dir });
    expect(again.tornBytes).toBe(500);
    again.append(record(2));
    await again.close();
    expect((await readAll()).length).toBe(2);
  });

  it('goes on over segments, with records larger than a read', async () => {
    const journal = await openJournal({ dir, windowMs: 0, segmentBytes: 2000 });
    for (let n = 0; n < 30; n += 1) {
      await durable(journal, journal.append(record(n, n === 13 ? 5000 : 200)));
    }
    await journal.close();
    expect((await readdir(dir)).length).toBeGreaterThan(3);
    expect((await readAll()).map(({ station }) => station)).toEqual(
      Array.from({ length: 30 }, (_, n) => `st-${n}`),
    );
    const again = await openJournal({ dir, segmentBytes: 2000 });
    expect(again.end).toBe((await readAll()).at(-1)!.end);
    await again.close();
  });

  it('names damage inside the journal instead of skipping it', async () => {
    const journal = await openJournal({ dir, windowMs: 0, segmentBytes: 1000 });
    for (let n = 0; n < 20; n += 1) await durable(journal, journal.append(record(n, 200)));
    await journal.close();
    const file = join(dir, (await readdir(dir)).toSorted()[1]!);
    const bytes = await readFile(file);
    bytes[100] = bytes[100]! ^ 1;
    await writeFile(file, bytes);
    await expect(readAll()).rejects.toThrow(JournalDamage);
  });

  it('deletes old segments but never what is unread', async () => {
    const journal = await openJournal({ dir, windowMs: 0, segmentBytes: 1000 });
    const ends: number[] = [];
    for (let n = 0; n < 40; n += 1) {
      ends.push(journal.append(record(n, 200)));
      await durable(journal, ends[n]!);
    }
    const limits = { maxAgeMs: 1e12, maxBytes: 3000, now: Date.now() };
    const blocked = await journal.retain({ ...limits, unread: 0 });
    expect(blocked.deletedBytes).toBe(0);
    expect(blocked.blockedBytes).toBeGreaterThan(4000);
    expect(journal.start).toBe(0);
    const kept = await journal.retain({ ...limits, unread: ends[9]! });
    expect(kept.deletedBytes).toBeGreaterThan(0);
    expect(journal.start).toBeLessThanOrEqual(ends[9]!);
    expect((await readAll(ends[9])).length).toBe(30);
    await expect(readAll(0)).rejects.toThrow(JournalGap);
    for (const name of await readdir(dir)) await utimes(join(dir, name), 1, 1);
    await journal.retain({ maxAgeMs: 1000, maxBytes: 1e12, unread: journal.end, now: Date.now() });
    expect((await readdir(dir)).length).toBe(1);
    await journal.close();
  });

  it('gives each body as it stands on the disk, in order, whatever became of the bytes that were appended', async () => {
    const journal = await openJournal({ dir, windowMs: 0 });
    const body = new Uint8Array(3);
    const came: (readonly [string, number])[] = [];
    const positions: number[] = [];
    // More than the first buffer holds, in several groups, with records of others between them.
    for (let round = 0; round < 40_000; round += 1) {
      body.set([round & 255, round >> 8, 7]);
      journal.appendThen({ ...record(1), body }, (bytes, position) =>
        came.push([[...bytes].join(), position]),
      );
      positions.push(journal.end);
      if (round % 5000 === 0) await durable(journal, journal.append(record(2)));
    }
    await durable(journal, journal.append(record(3)));
    expect(came).toEqual(positions.map((end, round) => [[round & 255, round >> 8, 7].join(), end]));
    await journal.close();
  });

  it('is not writable, acknowledges nothing and loses nothing while the disk has no room', async () => {
    const troubles: (string | undefined)[] = [];
    const journal = await openJournal({
      dir,
      windowMs: 0,
      minFreeBytes: 2 ** 60,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    let acknowledged = false;
    journal.whenDurable(journal.append(record(1)), () => {
      acknowledged = true;
    });
    await expect.poll(() => journal.writable).toBe(false);
    expect(acknowledged).toBe(false);
    expect(troubles[0]).toContain('free');
    await expect(journal.close()).rejects.toThrow('free');
  });
});
