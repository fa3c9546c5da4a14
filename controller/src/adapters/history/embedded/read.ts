/** Questions to the embedded store. Each has a connection of its own, so a long one keeps nobody waiting. */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { HistoryQuery, Series, StoredCount, StoredSetpoint } from '../../../ports.ts';
import { Reducer } from '../reduce.ts';
import { ABSENT, BAD, placeOf, qualityOfCode, STATION_TABLE, type Place } from '../schema.ts';
import { textOf } from '../values.ts';
import type { SeriesIds } from './series.ts';
import type { StoredTable } from './tables.ts';

export interface Reading {
  readonly connection: DuckDBConnection;
  readonly tables: readonly StoredTable[];
  readonly ids: SeriesIds;
}

interface Wanted {
  readonly place: Place;
  readonly reducer: Reducer;
}

interface Scan {
  readonly stored: StoredTable;
  readonly series: number;
  readonly wanted: readonly Wanted[];
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Hands the rows of a chunk to the reducers: time, then the values, then their codes. */
function pushChunk(chunk: DuckDBDataChunk, wanted: readonly Wanted[]): void {
  const { rowCount } = chunk;
  const times = chunk.getColumnVector(0);
  wanted.forEach(({ reducer }, index) => {
    const values = chunk.getColumnVector(1 + index);
    const codes = chunk.getColumnVector(1 + wanted.length + index);
    for (let row = 0; row < rowCount; row += 1) {
      const code = Number(codes.getItem(row));
      if (code === ABSENT) continue;
      reducer.push([Number(times.getItem(row)), number(values.getItem(row)), qualityOfCode(code)]);
    }
  });
}

async function pushAll(result: DuckDBResult, wanted: readonly Wanted[]): Promise<void> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    pushChunk(chunk, wanted);
  }
}

async function scan(
  { connection }: Reading,
  { stored, series, wanted }: Scan,
  { from, to }: HistoryQuery,
): Promise<void> {
  const bits = wanted.map(({ place }) => stored.bits[place.index] ?? { word: 0, shift: 0 });
  const columns = [
    'ts',
    ...wanted.map(({ place }) => place.column.name),
    ...bits.map(({ word, shift }, index) => `(${stored.words[word]} >> ${shift}) & ${BAD} AS code_${index}`),
  ].join(', ');
  const sql = (half: string): string =>
    `SELECT ${columns} FROM ${half} WHERE series = ${series} AND ts >= ${Math.ceil(from)} AND ts < ${Math.ceil(to)}`;
  // In the open half a station's rows lie scattered: streamed, each chunk would hold one or two of them.
  await pushAll(await connection.run(sql(stored.open)), wanted);
  await pushAll(await connection.stream(sql(stored.closed)), wanted);
}

/** Series in the order of the points asked for; an unknown point gives an empty one. */
export async function querySeries(reading: Reading, query: HistoryQuery): Promise<Series[]> {
  const scans = new Map<string, { stored: StoredTable; series: number; wanted: Wanted[] }>();
  const reducers = query.points.map((point) => {
    const reducer = new Reducer(query.maxPoints);
    const place = placeOf(point);
    const series = place && reading.ids.find(query.station, place.part);
    const stored = reading.tables.find(({ table }) => table === place?.table);
    if (!place || series === undefined || !stored) return reducer;
    const key = `${stored.open} ${series}`;
    const known = scans.get(key) ?? { stored, series, wanted: [] };
    known.wanted.push({ place, reducer });
    scans.set(key, known);
    return reducer;
  });
  // One transaction, so that a row that is just being closed is seen once.
  await reading.connection.run('BEGIN');
  for (const each of scans.values()) await scan(reading, each, query);
  await reading.connection.run('COMMIT');
  return query.points.map((point, index) => ({
    point,
    ...(reducers[index]?.finish() ?? { total: 0, points: [] }),
  }));
}

/** The newest `limit` setpoints of the span, oldest first. */
export async function querySetpoints(
  { connection, ids }: Reading,
  query: { station: string; from: number; to: number; limit: number },
): Promise<StoredSetpoint[]> {
  const circuits = new Map([...ids.of(query.station)].map(([part, id]) => [id, part]));
  if (circuits.size === 0) return [];
  const found = await connection.runAndReadAll(
    `SELECT ts, series, name, value, wanted, reason, trace FROM setpoints
     WHERE series IN (${[...circuits.keys()].join(',')}) AND ts >= ${Math.ceil(query.from)}
       AND ts < ${Math.ceil(query.to)}
     ORDER BY ts DESC, series DESC, name DESC LIMIT ${Math.max(0, Math.floor(query.limit))}`,
  );
  return found
    .getRows()
    .map(([ts, series, name, value, wanted, reason, trace]) => ({
      at: Number(ts),
      circuit: circuits.get(Number(series)) ?? '',
      name: textOf(name),
      value: number(value),
      wanted: number(wanted),
      reason: textOf(reason),
      trace: textOf(trace),
    }))
    .toReversed();
}

/** SQL for how many points of a row are present: a pair of bits counts when either is set. */
const presentBits = (word: string): string => `bit_count((${word} | (${word} >> 1)) & 357913941)`;

/** Counts what is stored for a station. */
export async function countStation(
  { connection, tables, ids }: Reading,
  station: string,
): Promise<StoredCount> {
  const all = [...ids.of(station).values()];
  const count = { samples: 0, readings: 0, from: null as number | null, to: null as number | null };
  if (all.length === 0) return count;
  for (const { table, open, closed, words } of tables) {
    const columns = ['ts', ...words].join(', ');
    const where = `WHERE series IN (${all.join(',')})`;
    const found = await connection.runAndReadAll(
      `SELECT count(*), sum(${words.map(presentBits).join(' + ')}), min(ts), max(ts)
       FROM (SELECT ${columns} FROM ${open} ${where} UNION ALL SELECT ${columns} FROM ${closed} ${where})`,
    );
    const [rows, readings, from, to] = found.getRows()[0] ?? [];
    count.readings += Number(readings ?? 0);
    if (table !== STATION_TABLE || Number(rows ?? 0) === 0) continue;
    // The station's own table has one row for each time of measurement.
    count.samples = Number(rows);
    count.from = Number(from);
    count.to = Number(to);
  }
  return count;
}
