/** Appends rows by columns, the fastest way into DuckDB. */
import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  INTEGER,
  TINYINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { ABSENT } from '../schema.ts';
import type { Group, Row, SetpointRow } from '../rows.ts';
import { wordName, type StoredTable } from './tables.ts';

/** DuckDB's own vector size: a chunk holds no more. */
const CHUNK_ROWS = 2048;

/** A row ready for its table. */
export interface KeyedRow {
  readonly series: number;
  readonly group: Pick<Group, 'at' | 'flags' | 'seq' | 'boot'>;
  readonly row: Pick<Row, 'values' | 'codes'>;
}

interface Field<T> {
  readonly type: DuckDBType;
  readonly value: (item: T) => DuckDBValue;
}

async function appendAll<T>(
  connection: DuckDBConnection,
  into: { table: string; fields: readonly Field<T>[] },
  items: readonly T[],
): Promise<void> {
  if (items.length === 0) return;
  const types = into.fields.map((field) => field.type);
  const appender = await connection.createAppender(into.table);
  for (let start = 0; start < items.length; start += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, items.length - start);
    const chunk = DuckDBDataChunk.create(types, rows);
    into.fields.forEach((field, column) => {
      const vector = chunk.getColumnVector(column);
      for (let row = 0; row < rows; row += 1) {
        const item = items[start + row];
        if (item !== undefined) vector.setItem(row, field.value(item));
      }
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

const bigint = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

const KEY_FIELDS: Readonly<Record<string, Field<KeyedRow>>> = {
  series: { type: INTEGER, value: ({ series }) => series },
  ts: { type: BIGINT, value: ({ group }) => BigInt(group.at) },
  flags: { type: TINYINT, value: ({ group }) => group.flags },
  seq: { type: BIGINT, value: ({ group }) => bigint(group.seq) },
  boot: { type: VARCHAR, value: ({ group }) => group.boot },
};

function wordField(stored: StoredTable, word: number): Field<KeyedRow> {
  const mine = stored.bits.map((bits, index) => ({ ...bits, index })).filter((bits) => bits.word === word);
  return {
    type: INTEGER,
    value: ({ row }) =>
      mine.reduce((packed, { index, shift }) => packed | ((row.codes[index] ?? ABSENT) << shift), 0),
  };
}

/** How each column of a table is filled; a column that the catalogue no longer has stays empty. */
function fieldsOf(stored: StoredTable): Field<KeyedRow>[] {
  const byName = new Map<string, Field<KeyedRow>>(Object.entries(KEY_FIELDS));
  stored.words.forEach((_, word) => byName.set(wordName(word), wordField(stored, word)));
  stored.table.columns.forEach(({ name }, index) => {
    byName.set(name, { type: DOUBLE, value: ({ row }) => row.values[index] ?? null });
  });
  return stored.layout.map((name) => byName.get(name) ?? { type: DOUBLE, value: () => null });
}

const fieldsCache = new WeakMap<StoredTable, Field<KeyedRow>[]>();

/** Appends rows to the open half of a table. */
export async function appendRows(
  connection: DuckDBConnection,
  stored: StoredTable,
  rows: readonly KeyedRow[],
): Promise<void> {
  let fields = fieldsCache.get(stored);
  if (!fields) fieldsCache.set(stored, (fields = fieldsOf(stored)));
  await appendAll(connection, { table: stored.open, fields }, rows);
}

/** Fills the temporary table of keys that are looked for in what is stored. */
export async function appendKeys(connection: DuckDBConnection, rows: readonly KeyedRow[]): Promise<void> {
  await connection.run('DELETE FROM late_keys');
  const fields: Field<KeyedRow>[] = [
    { type: INTEGER, value: ({ series }) => series },
    { type: BIGINT, value: ({ group }) => BigInt(group.at) },
  ];
  await appendAll(connection, { table: 'late_keys', fields }, rows);
}

export type KeyedSetpoint = SetpointRow & { readonly series: number };

const SETPOINT_FIELDS: readonly Field<KeyedSetpoint>[] = [
  { type: INTEGER, value: ({ series }) => series },
  { type: BIGINT, value: ({ at }) => BigInt(at) },
  { type: VARCHAR, value: ({ name }) => name },
  { type: DOUBLE, value: ({ value }) => value },
  { type: DOUBLE, value: ({ wanted }) => wanted },
  { type: VARCHAR, value: ({ reason }) => reason },
  { type: VARCHAR, value: ({ trace }) => trace },
];

export async function appendSetpoints(
  connection: DuckDBConnection,
  rows: readonly KeyedSetpoint[],
): Promise<void> {
  await appendAll(connection, { table: 'setpoints', fields: SETPOINT_FIELDS }, rows);
}
