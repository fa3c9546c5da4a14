/** The tables as DuckDB holds them: made at the first start, widened when the catalogue has grown. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { textOf } from '../values.ts';
import { STATION_TABLE, TABLES, type Table } from '../schema.ts';

/**
 * 1: `*_open` takes rows as they come, `*_closed` holds past days in order of (series, ts); a series is a
 * station and a part; times are ms UTC; quality is packed two bits a point, 15 points in an INTEGER.
 */
const SCHEMA_VERSION = 1;
/** Two bits each and no sign bit, so that JavaScript's 32-bit operators can be used. */
const POINTS_PER_WORD = 15;

export interface StoredTable {
  readonly table: Table;
  readonly open: string;
  readonly closed: string;
  /** Names of the columns in the order in which rows are appended. */
  readonly layout: readonly string[];
  /** By the table's columns: which quality word, and how far to shift it. */
  readonly bits: readonly { readonly word: number; readonly shift: number }[];
  /** Names of the quality columns. */
  readonly words: readonly string[];
}

export const wordName = (word: number): string => `quality_${word}`;

const KEY = 'series INTEGER, ts BIGINT';
const STATION_COLUMNS = 'flags TINYINT, seq BIGINT, boot VARCHAR';

async function createBase(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    CREATE TABLE IF NOT EXISTS state (schema_version INTEGER, position BIGINT);
    CREATE TABLE IF NOT EXISTS series (id INTEGER, station VARCHAR, part VARCHAR);
    CREATE TABLE IF NOT EXISTS slots (table_name VARCHAR, column_name VARCHAR, slot INTEGER);
    CREATE TABLE IF NOT EXISTS setpoints
      (series INTEGER, ts BIGINT, name VARCHAR, value DOUBLE, wanted DOUBLE, reason VARCHAR, trace VARCHAR);
    INSERT INTO state SELECT ${SCHEMA_VERSION}, 0 WHERE NOT EXISTS (FROM state);
    CREATE TEMP TABLE late_keys (series INTEGER, ts BIGINT);
  `);
  const found = await connection.runAndReadAll('SELECT schema_version FROM state');
  const version = found.getRowsJson()[0]?.[0];
  if (version !== SCHEMA_VERSION) {
    throw new Error(
      `the history file has schema version ${JSON.stringify(version)}, this program knows ${SCHEMA_VERSION}; ` +
        'start the version that wrote it, or move the file away to begin a new one',
    );
  }
}

/** Adds what the catalogue has and the file lacks. A point keeps its slot for ever. */
async function widen(connection: DuckDBConnection, table: Table): Promise<Map<string, number>> {
  const found = await connection.runAndReadAll(
    'SELECT column_name, slot FROM slots WHERE table_name = $name',
    { name: table.name },
  );
  const slots = new Map(found.getRowsJson().map(([name, slot]) => [textOf(name), Number(slot)]));
  for (const { name } of table.columns) {
    if (slots.has(name)) continue;
    const slot = slots.size;
    const word = wordName(Math.floor(slot / POINTS_PER_WORD));
    for (const base of [`${table.name}_open`, `${table.name}_closed`]) {
      await connection.run(`ALTER TABLE ${base} ADD COLUMN ${name} DOUBLE`);
      await connection.run(`ALTER TABLE ${base} ADD COLUMN IF NOT EXISTS ${word} INTEGER DEFAULT 0`);
    }
    await connection.run('INSERT INTO slots VALUES ($table, $name, $slot)', {
      table: table.name,
      name,
      slot,
    });
    slots.set(name, slot);
  }
  return slots;
}

async function prepareTable(connection: DuckDBConnection, table: Table): Promise<StoredTable> {
  const [open, closed] = [`${table.name}_open`, `${table.name}_closed`];
  const columns = table === STATION_TABLE ? `${KEY}, ${STATION_COLUMNS}` : KEY;
  for (const base of [open, closed]) await connection.run(`CREATE TABLE IF NOT EXISTS ${base} (${columns})`);
  const slots = await widen(connection, table);
  // For people who open the file: both halves as one, with names and times.
  await connection.run(`
    CREATE OR REPLACE VIEW ${table.name} AS
      SELECT s.station, s.part, epoch_ms(t.ts) AS time, t.* EXCLUDE (series)
      FROM (FROM ${open} UNION ALL FROM ${closed}) t JOIN series s ON s.id = t.series`);
  const found = await connection.runAndReadAll(
    'SELECT column_name FROM duckdb_columns() WHERE table_name = $open ORDER BY column_index',
    { open },
  );
  const layout = found.getRowsJson().map(([name]) => textOf(name));
  const bits = table.columns.map(({ name }) => {
    const slot = slots.get(name) ?? 0;
    return { word: Math.floor(slot / POINTS_PER_WORD), shift: 2 * (slot % POINTS_PER_WORD) };
  });
  const words = Array.from({ length: Math.ceil(slots.size / POINTS_PER_WORD) }, (_, word) => wordName(word));
  return { table, open, closed, layout, bits, words };
}

/** Makes or widens the tables, all in one transaction. Throws when the file is of another schema version. */
export async function prepareTables(connection: DuckDBConnection): Promise<StoredTable[]> {
  await connection.run('BEGIN');
  await createBase(connection);
  const tables: StoredTable[] = [];
  for (const table of TABLES) tables.push(await prepareTable(connection, table));
  await connection.run('COMMIT');
  return tables;
}
