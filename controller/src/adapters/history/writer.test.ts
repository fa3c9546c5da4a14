import { afterEach, describe, expect, it } from 'vitest';
import type {
  History,
  HistoryBatch,
  JournalReader,
  JournalRecord,
  RecordKind,
  WriteOutcome,
} from '../../ports.ts';
import { groupTelemetry, type Group } from './rows.ts';
import { JournalGap } from '../journal/reader.ts';
import { StoreBroken, StoreTrouble } from './trouble.ts';
import { HistoryWriter, type WriterOptions } from './writer.ts';

const NOW = 1_795_305_600_000;
const text = new TextEncoder();

/** A journal in memory; each record is 100 bytes long. */
class FakeJournal implements JournalReader {
  readonly records: JournalRecord[] = [];
  start = 0;

  get end(): number {
    return this.records.length * 100;
  }

  add(body: unknown, record: { kind?: RecordKind; at?: number; station?: string } = {}): void {
    const { kind = 'telemetry', at = NOW, station = 's1' } = record;
    this.records.push({ end: this.end + 100, kind, station, at, body: text.encode(JSON.stringify(body)) });
  }

  sample(at: number, record: { at?: number } = {}, extra: Record<string, unknown> = {}): void {
    this.add({ v: 1, at, outdoor_c: this.records.length, ...extra }, record);
  }

  async read(from: number, maxBytes: number): Promise<JournalRecord[]> {
    if (from < this.start || from > this.end) throw new JournalGap(from, this.start);
    return this.records.slice(from / 100, Math.max(from / 100 + 1, (from + maxBytes) / 100));
  }
}

/** The only number of a sample. */
const valueOf = ({ rows }: Group): number | undefined =>
  rows[0]?.values.find((value) => !Number.isNaN(value));

/** A store in memory that fails as it is told. */
class FakeHistory implements History {
  readonly source = 'embedded';
  readonly batches: (Omit<HistoryBatch, 'telemetry'> & { samples: readonly Group[] })[] = [];
  readonly failures: Error[] = [];
  position = 0;
  live: number | undefined;
  /** Called before each batch is stored. */
  before: () => void = () => undefined;

  async write(batch: HistoryBatch): Promise<WriteOutcome> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.before();
    const { telemetry, ...rest } = batch;
    this.batches.push({ ...rest, samples: groupTelemetry(telemetry).groups });
    this.position = batch.cursor;
    this.live = batch.live;
    return { conflicts: new Map(), setAside: [] };
  }

  get values(): (number | undefined)[] {
    return this.batches.flatMap(({ samples }) => samples.map(valueOf));
  }

  cursor = async (): Promise<number> => this.position;
  liveCursor = async (): Promise<number | undefined> => this.live;
  query = async (): Promise<[]> => [];
  setpoints = async (): Promise<[]> => [];
  count = async () => ({ samples: 0, readings: 0, from: null, to: null });
  close = async (): Promise<void> => undefined;
}

const started: HistoryWriter[] = [];
afterEach(async () => {
  await Promise.allSettled(started.splice(0).map((writer) => writer.stop()));
});

interface Subject {
  readonly writer: HistoryWriter;
  readonly waits: number[];
  readonly logged: string[];
}

async function start(
  journal: FakeJournal,
  history: FakeHistory,
  options: Partial<WriterOptions> = {},
): Promise<Subject> {
  const waits: number[] = [];
  const logged: string[] = [];
  const writer = await HistoryWriter.start({
    journal,
    history,
    liveFirst: false,
    now: () => NOW,
    wait: async (ms) => {
      waits.push(ms);
    },
    onOutcome: () => undefined,
    log: (_level, _fields, message) => logged.push(message),
    ...options,
  });
  started.push(writer);
  return { writer, waits, logged };
}

const settled = async (writer: HistoryWriter): Promise<void> => {
  while (writer.lag().bytes > 0) await new Promise((resolve) => setImmediate(resolve));
};

describe('HistoryWriter', () => {
  it('writes what is durable and nothing beyond it', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    for (let index = 0; index < 5; index += 1) journal.sample(NOW + index);
    const { writer } = await start(journal, history);
    writer.durable(300);
    await settled(writer);
    expect(history.values).toEqual([0, 1, 2]);
    expect(history.position).toBe(300);
    writer.durable(500);
    await settled(writer);
    expect(history.values).toEqual([0, 1, 2, 3, 4]);
    expect(writer.lag()).toMatchObject({ behind_s: 0, bytes: 0, trouble: undefined, cursor: 500 });
  });

  it('goes on where the store stands', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    for (let index = 0; index < 4; index += 1) journal.sample(NOW + index);
    history.position = 200;
    const { writer } = await start(journal, history);
    writer.durable(journal.end);
    await settled(writer);
    expect(history.values).toEqual([2, 3]);
  });

  it('takes decisions, and passes over everything else', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    const decision = { circuit: 'low', at: NOW, decisions: [] };
    journal.add({ kind: 'decided', station: 's1', decision }, { kind: 'effect' });
    journal.add({ kind: 'heartbeat', epoch: 1, at: NOW }, { kind: 'effect' });
    journal.add({ at: NOW }, { kind: 'tick' });
    journal.add('not telemetry');
    const { writer } = await start(journal, history);
    writer.durable(journal.end);
    await settled(writer);
    expect(history.batches).toEqual([{ samples: [], decisions: [{ station: 's1', decision }], cursor: 400 }]);
  });

  it('forms batches of a bounded size', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    const circuits = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`c${index}`, { supply_c: 1, return_c: 2, flow_m3_h: 3 }]),
    );
    for (let index = 0; index < 400; index += 1) journal.add({ v: 1, at: NOW + index, circuits });
    const { writer } = await start(journal, history);
    writer.durable(journal.end);
    await settled(writer);
    expect(history.batches.length).toBeGreaterThan(2);
    expect(history.batches.reduce((sum, { samples }) => sum + samples.length, 0)).toBe(400);
  });

  it('loses nothing while the store fails: waits longer each time, tells why, and repeats the same', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    journal.sample(NOW);
    history.failures.push(
      new Error('disk full'),
      new Error('disk full'),
      new StoreTrouble('busy', { retryAfter_ms: 7000 }),
    );
    const troubles: (string | undefined)[] = [];
    const waits: number[] = [];
    const subject = await start(journal, history, {
      wait: async (ms) => {
        waits.push(ms);
        troubles.push(subject.writer.lag().trouble);
        journal.sample(NOW + waits.length);
      },
    });
    subject.writer.durable(100);
    await settled(subject.writer);
    expect(waits).toEqual([500, 1000, 500, 2000, 500, 7000, 500]);
    expect(troubles.filter((_, index) => index % 2 === 1)).toEqual(['disk full', 'disk full', 'busy']);
    expect(history.values).toEqual([0]);
    expect(subject.writer.lag().trouble).toBeUndefined();
  });

  it('ends when the store must be opened anew', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    journal.sample(NOW);
    history.failures.push(new StoreBroken('broken'));
    const { writer } = await start(journal, history);
    writer.durable(100);
    await expect(writer.ended).rejects.toThrow('broken');
  });

  it('goes on after what the journal no longer holds, and says so', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    for (let index = 0; index < 4; index += 1) journal.sample(NOW + index);
    journal.start = 200;
    const { writer, logged } = await start(journal, history);
    writer.durable(journal.end);
    await settled(writer);
    expect(history.values).toEqual([2, 3]);
    expect(logged).toEqual([expect.stringContaining('goes on after the gap')]);
  });

  it('reads a new journal from its start when the store stands beyond it', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    journal.sample(NOW);
    history.position = 5000;
    const { writer, logged } = await start(journal, history);
    writer.durable(journal.end);
    await settled(writer);
    expect(history.values).toEqual([0]);
    expect(logged).toEqual([expect.stringContaining('ahead of the journal')]);
  });

  it('writes what is left before it ends, unless the store fails', async () => {
    const [journal, history] = [new FakeJournal(), new FakeHistory()];
    for (let index = 0; index < 3; index += 1) journal.sample(NOW + index);
    const { writer } = await start(journal, history);
    writer.durable(journal.end);
    await writer.stop(1000);
    expect(history.values).toEqual([0, 1, 2]);
    history.position = 0;
    history.failures.push(new Error('away'));
    const other = await start(journal, history);
    other.writer.durable(journal.end);
    await other.writer.stop(1000);
    expect(history.batches).toHaveLength(1);
  });

  describe('far behind, live first', () => {
    it('writes live samples ahead, then everything again in order, and joins', async () => {
      const [journal, history] = [new FakeJournal(), new FakeHistory()];
      for (let index = 0; index < 3; index += 1) journal.sample(NOW - 60_000 + index, { at: NOW - 60_000 });
      const { writer } = await start(journal, history, { liveFirst: true });
      // While the first batch is written, live data and a late sample arrive.
      history.before = () => {
        if (history.batches.length > 0) return;
        journal.sample(NOW - 1);
        journal.sample(NOW - 3_600_000, {}, { historical: true });
        writer.durable(journal.end);
      };
      writer.durable(300);
      await settled(writer);
      const written = history.batches.map(({ samples, cursor, live }) => ({
        values: samples.map(valueOf),
        cursor,
        live,
      }));
      expect(written).toEqual([
        { values: [0, 1, 2], cursor: 300, live: undefined },
        { values: [3, 4], cursor: 500, live: undefined },
      ]);
    });

    it('keeps both positions while the backlog is worked off', async () => {
      const [journal, history] = [new FakeJournal(), new FakeHistory()];
      const circuits = Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [`c${index}`, { supply_c: 1, return_c: 2, flow_m3_h: 3 }]),
      );
      for (let index = 0; index < 300; index += 1) {
        journal.add({ v: 1, at: NOW - 60_000 + index, circuits }, { at: NOW - 60_000 });
      }
      const { writer } = await start(journal, history, { liveFirst: true });
      history.before = () => {
        if (history.batches.length > 0) return;
        journal.sample(NOW - 1);
        journal.sample(NOW - 3_600_000, {}, { historical: true });
        writer.durable(journal.end);
      };
      writer.durable(30_000);
      await settled(writer);
      const [first, second, ...rest] = history.batches;
      expect(first).toMatchObject({ live: 30_000 });
      expect(first?.cursor).toBeLessThan(30_000);
      // The live sample comes next, the historical one has to wait; the cursor does not move for it.
      expect(second).toMatchObject({ cursor: first?.cursor, live: 30_200 });
      expect(second?.samples.map(({ at }) => at)).toEqual([NOW - 1]);
      expect(rest.at(-1)).toMatchObject({ cursor: 30_200, live: undefined });
      const all = [first, ...rest].flatMap((batch) => batch?.samples ?? []);
      expect(all.map(({ at }) => at)).toEqual([
        ...Array.from({ length: 300 }, (_, index) => NOW - 60_000 + index),
        NOW - 1,
        NOW - 3_600_000,
      ]);
    });
  });
});
