/** The history suite against a real InfluxDB 2, and what only a server over HTTP can do wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  historySuite,
  seriesOf,
  type Subject,
} from '@heat-center/controller/adapters/history/history-suite.ts';
import { createHistoryWorker } from '@heat-center/controller/adapters/history/history-worker-client.ts';
import { openInflux } from '@heat-center/controller/adapters/history/influx/store.ts';
import { Reducer } from '@heat-center/controller/adapters/history/reduce.ts';
import {
  batchOf,
  eventually,
  samplesOf,
  T0,
} from '@heat-center/controller/adapters/history/suite-samples.ts';
import { StoreTrouble } from '@heat-center/controller/adapters/history/trouble.ts';
import { openJournal } from '@heat-center/controller/adapters/journal/writer.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInfluxProxy, type InfluxProxy } from '../support/influx-proxy.ts';
import { findInfluxd, INFLUX_ORG, INFLUX_TOKEN, startInfluxd, type Influxd } from '../support/influxd.ts';

const binary = findInfluxd();
if (binary === undefined) {
  console.warn(
    'SKIPPED: no influxd 2, so history in InfluxDB is not tested. Run tests/influxd/build.sh first.',
  );
}

let influxd: Influxd;
let buckets = 0;

async function newBucket(): Promise<string> {
  buckets += 1;
  await influxd.makeBucket(`b${buckets}`);
  return `b${buckets}`;
}

function open(dir: string, bucket: string, url = influxd.url) {
  const cursorFile = join(dir, 'history-influx.sqlite');
  return openInflux({ url, token: INFLUX_TOKEN, org: INFLUX_ORG, bucket, cursorFile });
}

function subjectIn(dir: string, bucket: string): Subject {
  const history = open(dir, bucket);
  return {
    history,
    async describe(station, at) {
      const from = new Date(at).toISOString();
      const to = new Date(at + 1).toISOString();
      const [row] = await influxd.query(`from(bucket: "${bucket}") |> range(start: ${from}, stop: ${to})
        |> filter(fn: (r) => r._measurement == "station_samples" and r.station == "${station}")
        |> toString() |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")`);
      if (!row) return undefined;
      return {
        historical: row.historical === 'true',
        simulated: row.simulated === 'true',
        seq: row.seq === undefined ? null : Number(row.seq),
        boot: row.boot ?? null,
      };
    },
    async reopen() {
      await history.close();
      return subjectIn(dir, bucket);
    },
    async end() {
      await history.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const newDir = (): string => mkdtempSync(join(tmpdir(), 'heat-history-'));

describe.skipIf(binary === undefined)('with influxd', () => {
  beforeAll(async () => {
    influxd = await startInfluxd(binary);
  });
  afterAll(() => influxd.stop());

  historySuite({ name: 'influx', make: async () => subjectIn(newDir(), await newBucket()) });

  describe('lines that InfluxDB refuses', () => {
    it('sets aside the one that stands against an earlier type of its field, and stores the rest', async () => {
      const [dir, bucket] = [newDir(), await newBucket()];
      await influxd.write(bucket, `station_samples,station=s1 tank_pct="full" ${T0 - 1000}`);
      const history = open(dir, bucket);
      const samples = Array.from({ length: 20 }, (_, index) =>
        samplesOf('s1', { at: T0 + index, outdoor_c: index }),
      );
      samples.push(samplesOf('s1', { at: T0 + 20, outdoor_c: 20, tank_pct: 7 }));
      const outcome = await history.write(batchOf(samples.flat(), 77));
      expect(outcome.setAside).toEqual([
        {
          line: expect.stringContaining('tank_pct=7'),
          reason: expect.stringContaining('field type conflict'),
        },
      ]);
      const [outdoor] = await seriesOf(history, ['outdoor_c'], 20);
      expect(outdoor?.total).toBeGreaterThanOrEqual(20);
      expect(await history.cursor()).toBe(77);
      await history.close();
      const kept = new DatabaseSync(join(dir, 'history-influx.sqlite'));
      expect(kept.prepare('SELECT line FROM set_aside').all()).toEqual([{ line: outcome.setAside[0]?.line }]);
      kept.close();
      rmSync(dir, { recursive: true });
    });
  });

  describe('behind a server that misbehaves', () => {
    let proxy: InfluxProxy;
    let dir = '';

    beforeEach(async () => {
      dir = newDir();
      proxy = await startInfluxProxy(influxd.url);
    });
    afterEach(async () => {
      await proxy.stop();
      rmSync(dir, { recursive: true, force: true });
    });

    const rows = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        samplesOf('s1', { at: T0 + index, outdoor_c: index }),
      ).flat();

    it('halves what is too large', async () => {
      const history = open(dir, await newBucket(), proxy.url);
      proxy.answers.push({ status: 413 });
      expect((await history.write(batchOf(rows(10)))).setAside).toEqual([]);
      expect((await seriesOf(history, ['outdoor_c'], 10))[0]?.total).toBe(10);
      await history.close();
    });

    it('leaves out the lines that a refusal quotes, each with its own reason', async () => {
      const history = open(dir, await newBucket(), proxy.url);
      proxy.refuses = (line) => /outdoor_c=[37][ ,]/.test(line);
      const { setAside } = await history.write(batchOf(rows(10)));
      expect(setAside.map(({ reason }) => reason)).toEqual(
        Array(2).fill('unable to parse: invalid field format'),
      );
      proxy.refuses = undefined;
      expect((await seriesOf(history, ['outdoor_c'], 8))[0]?.total).toBe(8);
      await history.close();
    });

    it('sets aside at once what is refused whole', async () => {
      const history = open(dir, await newBucket(), proxy.url);
      const body = JSON.stringify({ code: 'unprocessable entity', message: 'partial write: dropped=10' });
      proxy.answers.push({ status: 422, headers: { 'content-type': 'application/json' }, body });
      expect((await history.write(batchOf(rows(10)))).setAside).toHaveLength(10);
      await history.close();
    });

    it('keeps the cursor and says when to come again, when it is busy or away', async () => {
      const history = open(dir, await newBucket(), proxy.url);
      await history.write(batchOf(rows(1), 5));
      proxy.answers.push({ status: 503, headers: { 'retry-after': '17' } }, { status: 500 });
      const failure = async (): Promise<unknown> =>
        history.write(batchOf(rows(10), 9)).catch((error: unknown) => error);
      const busy = await failure();
      expect(busy).toBeInstanceOf(StoreTrouble);
      expect(busy).toMatchObject({ retryAfter_ms: 17_000 });
      expect(await failure()).toMatchObject({
        retryAfter_ms: undefined,
        message: expect.stringContaining('500'),
      });
      expect(await history.cursor()).toBe(5);
      await history.write(batchOf(rows(10), 9));
      expect((await seriesOf(history, ['outdoor_c'], 10))[0]?.total).toBe(10);
      expect(await history.cursor()).toBe(9);
      await history.close();
    });

    it('asks for a person when token or bucket are wrong', async () => {
      const history = open(dir, 'no-such-bucket', proxy.url);
      const error = await history.write(batchOf(rows(1))).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreTrouble);
      expect(error).toMatchObject({ message: expect.stringContaining('INFLUX_BUCKET') });
      proxy.answers.push({ status: 401 });
      const other = open(dir, await newBucket(), proxy.url);
      expect(await other.write(batchOf(rows(1))).catch((reason: unknown) => reason)).toMatchObject({
        message: expect.stringContaining('INFLUX_TOKEN'),
        retryAfter_ms: 60_000,
      });
      await history.close();
      await other.close();
    });

    it('is caught up with after an outage; the embedded store answers meanwhile', async () => {
      const bucket = await newBucket();
      const journal = await openJournal({ dir: join(dir, 'journal'), windowMs: 1 });
      const ignore = (): void => undefined;
      const worker = createHistoryWorker({
        journalDir: join(dir, 'journal'),
        file: join(dir, 'history.duckdb'),
        influx: { url: proxy.url, token: INFLUX_TOKEN, org: INFLUX_ORG, bucket },
        durable: () => journal.durable,
        onConflicts: ignore,
        log: { info: ignore, warn: ignore, error: ignore },
      });
      const began = Date.now();
      const append = (index: number): void => {
        const message = { v: 1, at: began + index, outdoor_c: index };
        const body = new TextEncoder().encode(JSON.stringify(message));
        journal.append({ kind: 'telemetry', station: 's1', at: Date.now() - 60_000, body });
      };
      const query = {
        station: 's1',
        points: ['outdoor_c'],
        from: began,
        to: began + 1000,
        maxPoints: 10,
      };
      const answerOf = (source: string, total: number) =>
        eventually(
          () => worker.query(query).catch(() => undefined),
          (answer) => answer?.source === source && answer.series[0]?.total === total,
        );
      append(0);
      expect((await answerOf('influx', 1))?.source).toBe('influx');
      await proxy.goAway();
      for (let index = 1; index < 100; index += 1) append(index);
      const meanwhile = await answerOf('embedded', 100);
      expect(meanwhile).toMatchObject({ source: 'embedded', series: [{ total: 100 }] });
      const lag = await eventually(
        async () => worker.lag(),
        ({ trouble }) => trouble !== undefined,
      );
      expect(lag.trouble).toContain('INFLUX_URL');
      await proxy.comeBack();
      expect(await answerOf('influx', 100)).toMatchObject({ source: 'influx', series: [{ total: 100 }] });
      expect((await worker.count('s1')).samples).toBe(100);
      await worker.close();
      await journal.close();
    });

    it('has no more than two requests on their way', async () => {
      const history = open(dir, await newBucket(), proxy.url);
      await history.write(batchOf(rows(30_000)));
      expect(proxy.mostInFlight()).toBe(2);
      expect(
        (
          await eventually(
            () => history.count('s1'),
            ({ samples }) => samples === 30_000,
          )
        ).readings,
      ).toBe(30_000);
      await history.close();
    });
  });

  it('reduces a long series in the server to what all of its readings give', async () => {
    const [dir, bucket] = [newDir(), await newBucket()];
    const history = open(dir, bucket);
    const reducer = new Reducer(120);
    const samples = Array.from({ length: 22_000 }, (_, index) => {
      const value = Math.round(300 * Math.sin(index / 700) + 40 * Math.sin(index * 1.7)) / 10;
      const doubted = index % 1000 === 0 ? { quality: { outdoor_c: 'uncertain' } } : {};
      reducer.push([T0 + index * 6000, value, index % 1000 === 0 ? 'uncertain' : 'good']);
      return samplesOf('s1', { at: T0 + index * 6000, outdoor_c: value, ...doubted });
    });
    await history.write(batchOf(samples.flat()));
    const query = { station: 's1', points: ['outdoor_c'], from: 0, to: T0 + 1e9, maxPoints: 120 };
    const [series] = await eventually(
      () => history.query(query),
      ([first]) => first?.total === samples.length,
    );
    expect(series).toEqual({ point: 'outdoor_c', ...reducer.finish() });
    await history.close();
    rmSync(dir, { recursive: true });
  });

  it('starts at 0 for another bucket and remembers both positions of a backlog', async () => {
    const [dir, bucket] = [newDir(), await newBucket()];
    let history = open(dir, bucket);
    await history.write({ ...batchOf(samplesOf('s1', { at: T0, outdoor_c: 1 }), 10), live: 50 });
    await history.close();
    history = open(dir, bucket);
    expect([await history.cursor(), await history.liveCursor()]).toEqual([10, 50]);
    await history.close();
    history = open(dir, await newBucket());
    expect([await history.cursor(), await history.liveCursor()]).toEqual([0, undefined]);
    await history.close();
    rmSync(dir, { recursive: true });
  });
});
