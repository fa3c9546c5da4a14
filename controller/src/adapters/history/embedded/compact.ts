/** Keeps the file small: closed days in order of (series, ts), and nothing beyond the retention. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StoredTable } from './tables.ts';

const DAY_MS = 86_400_000;
/** A UTC day is closed this long after its end: what comes within is mostly what a short outage held up. */
const GRACE_MS = 3_600_000;
/** Rows sorted at once: bounds memory, and how long a write has to wait. */
const SLICE_ROWS = 250_000;

export interface Slice {
  readonly stored: StoredTable;
  readonly day: number;
  readonly series: readonly number[];
}

const numbers = (rows: readonly (readonly unknown[])[]): number[][] => rows.map((row) => row.map(Number));

/** What lies in the open half and belongs to closed days, in slices of whole series. */
export async function closedSlices(
  connection: DuckDBConnection,
  tables: readonly StoredTable[],
  now: number,
): Promise<Slice[]> {
  const before = Math.floor((now - GRACE_MS) / DAY_MS);
  const slices: Slice[] = [];
  for (const stored of tables) {
    const found = await connection.runAndReadAll(
      `SELECT ts // ${DAY_MS} AS day, series, count(*) FROM ${stored.open}
       WHERE ts < ${before * DAY_MS} GROUP BY ALL ORDER BY ALL`,
    );
    let current: { day: number; series: number[]; rows: number } | undefined;
    for (const [day = 0, series = 0, rows = 0] of numbers(found.getRows())) {
      if (!current || current.day !== day || current.rows + rows > SLICE_ROWS) {
        current = { day, series: [], rows: 0 };
        slices.push({ stored, day, series: current.series });
      }
      current.series.push(series);
      current.rows += rows;
    }
  }
  return slices;
}

/** Moves one slice into the closed half, in order, together with what that half holds of it already. */
export async function closeSlice(connection: DuckDBConnection, slice: Slice): Promise<void> {
  const { stored, day, series } = slice;
  const { open, closed } = stored;
  const where = `WHERE ts >= ${day * DAY_MS} AND ts < ${(day + 1) * DAY_MS} AND series IN (${series.join(',')})`;
  const columns = stored.layout.join(', ');
  const found = await connection.runAndReadAll(`SELECT count(*) FROM ${closed} ${where}`);
  const again = Number(found.getRows()[0]?.[0] ?? 0) > 0;
  await connection.run('BEGIN');
  if (again) {
    await connection.run(`
      CREATE OR REPLACE TEMP TABLE slice AS SELECT ${columns} FROM ${closed} ${where}
        UNION ALL SELECT ${columns} FROM ${open} ${where};
      DELETE FROM ${closed} ${where};
      INSERT INTO ${closed} (${columns}) SELECT ${columns} FROM slice ORDER BY series, ts;
      DROP TABLE slice`);
  } else {
    await connection.run(
      `INSERT INTO ${closed} (${columns}) SELECT ${columns} FROM ${open} ${where} ORDER BY series, ts`,
    );
  }
  await connection.run(`DELETE FROM ${open} ${where}`);
  await connection.run('COMMIT');
}

/** Deletes everything measured or decided before a time, ms UTC. */
export async function deleteBefore(
  connection: DuckDBConnection,
  tables: readonly StoredTable[],
  time: number,
): Promise<void> {
  const halves = tables.flatMap(({ open, closed }) => [open, closed]);
  for (const half of [...halves, 'setpoints']) await connection.run(`DELETE FROM ${half} WHERE ts < ${time}`);
}
