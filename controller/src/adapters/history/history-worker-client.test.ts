import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal, type Journal } from '../journal/writer.ts';
import { createHistoryWorker, type HistoryWorker } from './history-worker-client.ts';
import { eventually, T0 } from './suite-samples.ts';

describe('history worker', () => {
  let dir: string;
  let journal: Journal;
  let worker: HistoryWorker;
  let conflicts: [string, number][];
  let logged: string[];

  const start = (): HistoryWorker => {
    const log = (_fields: unknown, message: string): void => {
      logged.push(message);
    };
    return createHistoryWorker({
      journalDir: join(dir, 'journal'),
      file: join(dir, 'history.duckdb'),
      influx: undefined,
      durable: () => journal.durable,
      onConflicts: (station, count) => conflicts.push([station, count]),
      log: { info: log, warn: log, error: log },
    });
  };

  const append = async (message: Record<string, unknown>): Promise<void> => {
    const body = new TextEncoder().encode(JSON.stringify({ v: 1, ...message }));
    const end = journal.append({ kind: 'telemetry', station: 's1', at: Date.now(), body });
    await new Promise<void>((resolve) => {
      journal.whenDurable(end, resolve);
    });
  };

  const samples = (expected: number): Promise<number> =>
    eventually(
      async () => (await worker.count('s1').catch(() => undefined))?.samples ?? 0,
      (count) => count >= expected,
    );

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'heat-history-'));
    [conflicts, logged] = [[], []];
    journal = await openJournal({ dir: join(dir, 'journal'), windowMs: 1 });
  });
  afterEach(async () => {
    await worker.close();
    await journal.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('carries the journal into the store, answers, and tells lag and conflicts', async () => {
    worker = start();
    await append({ at: T0, outdoor_c: 1 });
    expect(await samples(1)).toBe(1);
    await append({ at: T0, outdoor_c: 2 });
    await append({ at: T0 + 1000, outdoor_c: 3 });
    expect(await samples(2)).toBe(2);
    const answer = await worker.query({
      station: 's1',
      points: ['outdoor_c'],
      from: T0,
      to: T0 + 10_000,
      maxPoints: 10,
    });
    expect(answer.source).toBe('embedded');
    expect(answer.series[0]?.points).toEqual([
      [T0, 2, 'good'],
      [T0 + 1000, 3, 'good'],
    ]);
    expect(await worker.setpoints({ station: 's1', from: 0, to: T0 * 2, limit: 5 })).toEqual([]);
    expect(conflicts).toEqual([['s1', 1]]);
    const lag = await eventually(
      async () => worker.lag(),
      ({ bytes }) => bytes === 0,
    );
    expect(lag).toMatchObject({ bytes: 0, behind_s: 0, trouble: undefined, cursor: journal.durable });
  });

  it('writes the rest before it closes, and another goes on there', async () => {
    worker = start();
    await append({ at: T0, outdoor_c: 1 });
    await worker.close();
    await expect(worker.count('s1')).rejects.toMatchObject({ code: 'not_ready' });
    worker = start();
    expect(await samples(1)).toBe(1);
  });

  it('counts what no worker has confirmed as unread', async () => {
    await append({ at: T0, outdoor_c: 1 });
    worker = start();
    expect(worker.lag().bytes).toBe(journal.durable);
    expect(worker.lag().trouble).toMatch(/starting/);
  });

  it('refuses questions while it is down, and comes back', async () => {
    const file = join(dir, 'history.duckdb');
    writeFileSync(file, 'this is no database'.repeat(1000));
    worker = start();
    await append({ at: T0, outdoor_c: 1 });
    await expect(worker.count('s1')).rejects.toMatchObject({ code: 'not_ready' });
    expect(worker.lag().trouble).toMatch(/stopped/);
    expect(logged).toContain('the history thread died');
    rmSync(file);
    expect(await samples(1)).toBe(1);
    expect(worker.lag().trouble).toBeUndefined();
  });
});
