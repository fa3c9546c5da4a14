/** Appends rows by columns, the fastest way into DuckDB. */
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  INTEGER,
  TINYINT,
  VARCHAR,
  type DuckDBConnection,
} from '@duckdb/node-api';
import { ABSENT } from '../schema.ts';
import type { Group, Row, SetpointRow } from '../rows.ts';
import { bigints, CHUNK_ROWS, doubles, integers, texts, tinyints, type Column } from './columns.ts';
import { wordName, type StoredTable } from './tables.ts';

/** A row ready for its table. */
export interface KeyedRow {
  readonly series: number;
  readonly group: Pick<Group, 'at' | 'flags' | 'seq' | 'boot'>;
  readonly row: Pick<Row, 'values' | 'codes'>;
}

async function appendAll<T>(
  connection: DuckDBConnection,
  into: { table: string; columns: readonly Column<T>[] },
  items: readonly T[],
): Promise<void> {
  if (items.length === 0) return;
  const types = into.columns.map(({ type }) => type);
  const appender = await connection.createAppender(into.table);
  for (let start = 0; start < items.length; start += CHUNK_ROWS) {
    const rows = items.slice(start, start + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, rows.length);
    into.columns.forEach((column, index) => column.fill(chunk, index, rows));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

const KEY_COLUMNS: Readonly<Record<string, Column<KeyedRow>>> = {
  series: integers(INTEGER, ({ series }) => series),
  ts: bigints(BIGINT, ({ group }) => group.at),
  flags: tinyints(TINYINT, ({ group }) => group.flags),
  seq: bigints(BIGINT, ({ group }) => group.seq ?? Number.NaN),
  boot: texts(VARCHAR, ({ group }) => group.boot),
};

function wordColumn(stored: StoredTable, word: number): Column<KeyedRow> {
  const mine = stored.bits.map((bits, index) => ({ ...bits, index })).filter((bits) => bits.word === word);
  return integers(INTEGER, ({ row: { codes } }) => {
    let packed = 0;
    for (const { index, shift } of mine) packed |= (codes[index] ?? ABSENT) << shift;
    return packed;
  });
}

/** How each column of a table is filled; a column that the catalogue no longer has stays empty. */
function columnsOf(stored: StoredTable): Column<KeyedRow>[] {
  const byName = new Map<string, Column<KeyedRow>>(Object.entries(KEY_COLUMNS));
  stored.words.forEach((_, word) => byName.set(wordName(word), wordColumn(stored, word)));
  stored.table.columns.forEach(({ name }, index) => {
    byName.set(
      name,
      doubles(DOUBLE, ({ row }) => row.values[index] ?? Number.NaN),
    );
  });
  const empty = doubles<KeyedRow>(DOUBLE, () => Number.NaN);
  return stored.layout.map((name) => byName.get(name) ?? empty);
}

const columnsCache = new WeakMap<StoredTable, Column<KeyedRow>[]>();

/** Appends rows to the open half of a table. */
export async function appendRows(
  connection: DuckDBConnection,
  stored: StoredTable,
  rows: readonly KeyedRow[],
): Promise<void> {
  let columns = columnsCache.get(stored);
  if (!columns) columnsCache.set(stored, (columns = columnsOf(stored)));
  await appendAll(connection, { table: stored.open, columns }, rows);
}

const LATE_COLUMNS: readonly Column<KeyedRow>[] = [
  integers(INTEGER, ({ series }) => series),
  bigints(BIGINT, ({ group }) => group.at),
];

/** Fills the temporary table of keys that are looked for in what is stored. */
export async function appendKeys(connection: DuckDBConnection, rows: readonly KeyedRow[]): Promise<void> {
  await connection.run('DELETE FROM late_keys');
  await appendAll(connection, { table: 'late_keys', columns: LATE_COLUMNS }, rows);
}

export type KeyedSetpoint = SetpointRow & { readonly series: number };

const SETPOINT_COLUMNS: readonly Column<KeyedSetpoint>[] = [
  integers(INTEGER, ({ series }) => series),
  bigints(BIGINT, ({ at }) => at),
  texts(VARCHAR, ({ name }) => name),
  doubles(DOUBLE, ({ value }) => value ?? Number.NaN),
  doubles(DOUBLE, ({ wanted }) => wanted ?? Number.NaN),
  texts(VARCHAR, ({ reason }) => reason),
  texts(VARCHAR, ({ trace }) => trace),
];

export async function appendSetpoints(
  connection: DuckDBConnection,
  rows: readonly KeyedSetpoint[],
): Promise<void> {
  await appendAll(connection, { table: 'setpoints', columns: SETPOINT_COLUMNS }, rows);
}
