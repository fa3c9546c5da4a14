/**
 * The embedded history alone: rows a second into the open day, bytes a row of a closed day, and a query.
 * `node tests/bench/history.ts [stations] [minutes] [memory limit, MB]`: each station gives a row of 11 and one of 12
 * points every 10 s.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedStorage } from '@heat-center/controller/adapters/history/embedded/storage.ts';
import { openEmbedded } from '@heat-center/controller/adapters/history/embedded/store.ts';
import { typicalStations } from '@heat-center/controller/adapters/history/typical.fixture.ts';

const DAY_MS = 86_400_000;
const PERIOD_MS = 10_000;
const START = Date.UTC(2026, 0, 15);
const stations = Number(process.argv[2] ?? 1000);
const minutes = Number(process.argv[3] ?? 180);
const memoryMb = Number(process.argv[4] ?? 96);

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; took_ms: number }> {
  const before = performance.now();
  const result = await work();
  return { result, took_ms: performance.now() - before };
}

const residentMb = (): number => process.memoryUsage().rss / 1e6;

/** The most that the process holds while something works, MB. */
async function mostWhile<T>(work: () => Promise<T>): Promise<{ result: T; most_mb: number }> {
  let most_mb = residentMb();
  const look = setInterval(() => {
    most_mb = Math.max(most_mb, residentMb());
  }, 100);
  const result = await work();
  clearInterval(look);
  return { result, most_mb };
}

const dir = mkdtempSync(join(tmpdir(), 'heat-bench-history-'));
const file = join(dir, 'history.duckdb');
const history = await openEmbedded({ file, memoryMb, now: Date.now });
const typical = typicalStations(stations, START, PERIOD_MS);
const steps = (minutes * 60_000) / PERIOD_MS;
let writing_ms = 0;
for (let step = 0; step < steps; step += 1) {
  const telemetry = typical.next(step);
  writing_ms += (await timed(() => history.write({ telemetry, decisions: [], cursor: step + 1 }))).took_ms;
}
const rows = 2 * stations * steps;
console.log(
  `${rows} rows of 11 and 12 points, ${stations * 2} a transaction: ${Math.round((rows / writing_ms) * 1000)} rows/s`,
);
const points = ['primary.supply_c', 'circuits.low.supply_c'];
const query = { station: 'station-7', points, from: START, to: START + DAY_MS, maxPoints: 500 };
const open = await timed(() => history.query(query));
const before_mb = residentMb();
const { result: compact, most_mb } = await mostWhile(() => timed(() => history.compact(START + 2 * DAY_MS)));
const closed = await timed(() => history.query(query));
console.log(
  `two series of ${steps}: ${open.took_ms.toFixed(0)} ms from the open day, ${closed.took_ms.toFixed(0)} ms from ` +
    `the closed one; closing took ${compact.took_ms.toFixed(0)} ms; ` +
    `process ${before_mb.toFixed(0)} MB before, at most ${most_mb.toFixed(0)} MB meanwhile, with DuckDB limited to ${memoryMb} MB`,
);
await history.close();
for (const table of ['station_samples', 'circuit_samples']) {
  const storage = await closedStorage(file, table);
  console.log(`${table}, a closed day: ${(storage.bytes / storage.rows).toFixed(1)} bytes/row`);
}
rmSync(dir, { recursive: true });
