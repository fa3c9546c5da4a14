import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { historySuite, type Subject } from '../history-suite.ts';
import { batchOf, samplesOf, T0 } from '../suite-samples.ts';
import { typicalStations } from '../typical.fixture.ts';
import { HISTORICAL, SIMULATED } from '../../../domain/telemetry/layout.ts';
import { numberOf, textOf } from '../values.ts';
import { closedStorage } from './storage.ts';
import { openEmbedded, type EmbeddedHistory } from './store.ts';

const options = (dir: string) => ({ file: join(dir, 'history.duckdb'), memoryMb: 128, now: () => T0 });

/** Looks into the file past the store, which must be closed. */
async function rowsOf(dir: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(join(dir, 'history.duckdb'), { threads: '1' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function subjectIn(dir: string): Promise<Subject> {
  const history = await openEmbedded(options(dir));
  return {
    history,
    async describe(station, at) {
      await history.close();
      const [row] = await rowsOf(
        dir,
        `SELECT flags, seq, boot FROM station_samples WHERE station = '${station}' AND ts = ${at}`,
      );
      if (!row) return undefined;
      const [flags, seq, boot] = row;
      return {
        historical: (Number(flags) & HISTORICAL) !== 0,
        simulated: (Number(flags) & SIMULATED) !== 0,
        seq: numberOf(seq),
        boot: boot === null ? null : textOf(boot),
      };
    },
    async reopen() {
      await history.close();
      return subjectIn(dir);
    },
    async end() {
      await history.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

historySuite({
  name: 'embedded',
  make: () => subjectIn(mkdtempSync(join(tmpdir(), 'heat-history-'))),
});

const DAY_MS = 86_400_000;

describe('embedded store', () => {
  let dir: string;
  let history: EmbeddedHistory;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'heat-history-'));
    history = await openEmbedded(options(dir));
  });
  afterEach(async () => {
    await history.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const day = (station: string, from: number): ReturnType<typeof samplesOf> =>
    Array.from({ length: 24 }, (_, hour) =>
      samplesOf(station, {
        at: from + hour * 3_600_000,
        outdoor_c: hour,
        circuits: { low: { supply_c: hour } },
      }),
    ).flat();

  it('counts each point that was stored with another value', async () => {
    await history.write(batchOf(samplesOf('s1', { at: T0, outdoor_c: 1, primary: { supply_c: 90 } })));
    const outcome = await history.write(
      batchOf([
        ...samplesOf('s1', { at: T0, outdoor_c: 2, primary: { supply_c: 91 } }),
        ...samplesOf('s2', { at: T0, outdoor_c: 2 }),
      ]),
    );
    expect([...outcome.conflicts]).toEqual([['s1', 2]]);
  });

  it('closes a day in order, takes late data for it, and closes it again', async () => {
    const midnight = Math.floor(T0 / DAY_MS) * DAY_MS;
    await history.write(batchOf([...day('s2', midnight), ...day('s1', midnight)]));
    expect(await history.compact(midnight + DAY_MS)).toBe(0);
    expect(await history.compact(midnight + DAY_MS + 3_600_000)).toBe(2);
    const outcome = await history.write(
      batchOf([
        ...samplesOf('s1', { at: midnight, outdoor_c: 30, tank_pct: 60 }),
        ...samplesOf('s1', { at: midnight + 1, outdoor_c: 5 }),
      ]),
    );
    expect([...outcome.conflicts]).toEqual([['s1', 1]]);
    expect(await history.count('s1')).toMatchObject({ samples: 25, readings: 50 });
    expect(await history.compact(midnight + 2 * DAY_MS)).toBe(1);
    expect(await history.compact(midnight + 2 * DAY_MS)).toBe(0);
    expect(await history.count('s1')).toMatchObject({ samples: 25, readings: 50 });
    const [outdoor] = await history.query({
      station: 's1',
      points: ['outdoor_c'],
      from: midnight,
      to: midnight + 2,
      maxPoints: 10,
    });
    expect(outdoor?.points).toEqual([
      [midnight, 30, 'good'],
      [midnight + 1, 5, 'good'],
    ]);
    await history.close();
    const order = await rowsOf(dir, 'SELECT series, ts FROM circuit_samples_closed ORDER BY rowid');
    expect(order).toHaveLength(48);
    expect(order).toEqual(
      order.toSorted((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1])),
    );
    expect(await rowsOf(dir, 'SELECT count(*) FROM station_samples_open')).toEqual([['0']]);
  });

  it('holds a closed day of 12 points a row in at most 20 bytes a row', async () => {
    const midnight = Math.floor(T0 / DAY_MS) * DAY_MS;
    const stations = typicalStations(8, midnight, 10_000);
    for (let step = 0; step < DAY_MS / 10_000; step += 720) {
      const samples = Array.from({ length: 720 }, (_, index) => stations.next(step + index)).flat();
      await history.write(batchOf(samples));
    }
    await history.compact(midnight + 2 * DAY_MS);
    await history.close();
    for (const table of ['station_samples', 'circuit_samples']) {
      const { rows, bytes } = await closedStorage(options(dir).file, table);
      expect(rows).toBe(8 * 8640);
      expect(bytes / rows).toBeLessThanOrEqual(20);
      expect(bytes / rows).toBeGreaterThan(1);
    }
  });

  it('keeps no more than its retention', async () => {
    await history.close();
    const retention_ms = 2 * DAY_MS;
    history = await openEmbedded({ ...options(dir), retention_ms });
    await history.write(
      batchOf([
        ...samplesOf('s1', { at: T0 - retention_ms - 1, outdoor_c: 1 }),
        ...samplesOf('s1', { at: T0 - retention_ms, outdoor_c: 2 }),
        ...samplesOf('s1', { at: T0, outdoor_c: 3 }),
      ]),
    );
    expect((await history.count('s1')).samples).toBe(2);
    await history.compact(T0 + 1000);
    expect(await history.count('s1')).toMatchObject({ samples: 1, from: T0, to: T0 });
  });

  it('adds a column for a point that the file does not know, and keeps what is stored', async () => {
    await history.write(batchOf(samplesOf('s1', { at: T0, outdoor_c: 1, tank_pct: 50 })));
    await history.close();
    const forget = `DELETE FROM slots WHERE column_name = 'electricity_kwh';`;
    await rowsOf(dir, `${forget} DROP VIEW station_samples`);
    for (const half of ['open', 'closed']) {
      await rowsOf(dir, `ALTER TABLE station_samples_${half} DROP COLUMN electricity_kwh`);
    }
    history = await openEmbedded(options(dir));
    await history.write(batchOf(samplesOf('s1', { at: T0, electricity_kwh: 12 })));
    const points = ['outdoor_c', 'tank_pct', 'electricity_kwh'];
    const series = await history.query({ station: 's1', points, from: T0, to: T0 + 1, maxPoints: 4 });
    expect(series.map(({ points: [tuple] }) => tuple)).toEqual([
      [T0, 1, 'good'],
      [T0, 50, 'good'],
      [T0, 12, 'good'],
    ]);
  });

  it('refuses a file of another schema version', async () => {
    await history.close();
    await rowsOf(dir, 'UPDATE state SET schema_version = 99');
    await expect(openEmbedded(options(dir))).rejects.toThrow(/schema version 99/);
    await rowsOf(dir, 'UPDATE state SET schema_version = 1');
    history = await openEmbedded(options(dir));
  });

  it('forgets a batch whole when it cannot be stored, and goes on', async () => {
    const good = samplesOf('s1', { at: T0, outdoor_c: 1 });
    const broken = { ...batchOf(good), cursor: Number.NaN };
    await expect(history.write(broken)).rejects.toThrow(/nan/i);
    expect(await history.count('s1')).toMatchObject({ samples: 0 });
    await history.write(batchOf(good, 9));
    expect(await history.count('s1')).toMatchObject({ samples: 1 });
    expect(await history.cursor()).toBe(9);
  });

  it('holds whole batches with their cursor after a kill in the middle of writing', async () => {
    await history.close();
    const child = fork(new URL('write-until-killed.fixture.ts', import.meta.url), [
      join(dir, 'history.duckdb'),
    ]);
    await new Promise<void>((resolve) => {
      child.on('message', (batches) => {
        if (Number(batches) >= 5) resolve();
      });
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    history = await openEmbedded(options(dir));
    const cursor = await history.cursor();
    expect(cursor).toBeGreaterThanOrEqual(5);
    // Batch number n holds 100 samples and sets the cursor to n.
    expect(await history.count('s1')).toMatchObject({ samples: cursor * 100, readings: cursor * 200 });
  });
});
