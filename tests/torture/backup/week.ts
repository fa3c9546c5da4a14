/** A week of 1,000 stations at one sample in 10 s, as the embedded store keeps closed days: made by SQL, since sending it takes hours. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { openEmbedded } from '@heat-center/controller/adapters/history/embedded/store.ts';

const STATIONS = 1000;
const EVERY_S = 10;
const DAYS = 7;
const DAY_MS = 86_400_000;
/** Values as sensors give them: a slow course and noise of one digit. */
const VALUE = 'round(55 + 15 * sin(i / 1400.0 + series) + 0.2 * random(), 1)';
const POINTS = 12;

async function columnsOf(connection: DuckDBConnection, table: string): Promise<string[]> {
  const found = await connection.runAndReadAll(
    `SELECT column_name FROM duckdb_columns() WHERE table_name = '${table}' AND data_type = 'DOUBLE' LIMIT ${POINTS}`,
  );
  return found.getRows().map(([name]) => String(name));
}

/** Makes the file, which must not be there. */
export async function fillWeek(file: string, say: (line: string) => void): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // The store itself makes the tables.
  await (await openEmbedded({ file, memoryMb: 256, now: Date.now })).close();
  const instance = await DuckDBInstance.create(file, { memory_limit: '1GB', threads: '2' });
  const connection = await instance.connect();
  await connection.run(
    `INSERT INTO series SELECT s * 2 + p, 'filled-' || s, CASE p WHEN 0 THEN '' ELSE 'low' END
     FROM range(${STATIONS}) a(s), range(2) b(p)`,
  );
  const points = await columnsOf(connection, 'station_samples_closed');
  const names = await columnsOf(connection, 'circuit_samples_closed');
  const last = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  for (let day = 1; day <= DAYS; day += 1) {
    const rows = `FROM (SELECT s * 2 AS series, i FROM range(${STATIONS}) a(s), range(${86_400 / EVERY_S}) b(i))`;
    await connection.run(
      `INSERT INTO station_samples_closed (series, ts, flags, seq, boot, ${points.join(', ')})
       SELECT series, ${last - day * DAY_MS} + i * ${EVERY_S * 1000}, 0, i, 'b' || series, ${points.map(() => VALUE).join(', ')} ${rows}`,
    );
    await connection.run(
      `INSERT INTO circuit_samples_closed (series, ts, ${names.join(', ')})
       SELECT series + 1, ${last - day * DAY_MS} + i * ${EVERY_S * 1000}, ${names.map(() => VALUE).join(', ')} ${rows}`,
    );
    say(`day ${day} of ${DAYS}`);
  }
  connection.closeSync();
  instance.closeSync();
}
