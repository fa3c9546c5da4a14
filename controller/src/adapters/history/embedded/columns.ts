/**
 * Columns of a DuckDB chunk, filled from typed arrays of our own and copied over whole. The vectors of
 * `@duckdb/node-api` mark each empty value with a `bigint`, which costs more than everything else here together.
 */
import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** DuckDB's own vector size: a chunk holds no more. */
export const CHUNK_ROWS = 2048;

export interface Column<T> {
  readonly type: DuckDBType;
  /** Fills column `index` of a chunk that has as many rows as are given. */
  fill(chunk: DuckDBDataChunk, index: number, rows: readonly T[]): void;
}

/** A bit for each row, set where there is a value; DuckDB reads them in words of 64. */
const validity = new Uint8Array(CHUNK_ROWS / 8);

const markAllValid = (): void => {
  validity.fill(0xff);
};

function markEmpty(row: number): void {
  const at = row >> 3;
  validity[at] = (validity[at] ?? 0) & ~(1 << (row & 7));
}

function copyValidity(vector: duckdb.Vector, rows: number): void {
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, Math.ceil(rows / 64) * 8);
}

/** A column of numbers; NaN is empty. `put` stores one in the memory that DuckDB copies. */
function numbers<T>(
  type: DuckDBType,
  memory: { readonly buffer: ArrayBuffer; readonly bytes: number; put(row: number, value: number): void },
  valueOf: (row: T) => number,
): Column<T> {
  return {
    type,
    fill(chunk, index, rows) {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
      let empty = 0;
      markAllValid();
      for (let row = 0; row < rows.length; row += 1) {
        const item = rows[row];
        const value = item === undefined ? Number.NaN : valueOf(item);
        const isEmpty = Number.isNaN(value);
        memory.put(row, isEmpty ? 0 : value);
        if (!isEmpty) continue;
        empty += 1;
        markEmpty(row);
      }
      if (empty < rows.length) {
        duckdb.copy_data_to_vector(vector, 0, memory.buffer, 0, rows.length * memory.bytes);
      }
      if (empty > 0) copyValidity(vector, rows.length);
    },
  };
}

const memory = new ArrayBuffer(CHUNK_ROWS * 8);
const f64 = new Float64Array(memory);
const i32 = new Int32Array(memory);
const i8 = new Int8Array(memory);

export const doubles = <T>(type: DuckDBType, valueOf: (row: T) => number): Column<T> =>
  numbers(
    type,
    {
      buffer: memory,
      bytes: 8,
      put: (row, value) => {
        f64[row] = value;
      },
    },
    valueOf,
  );

export const integers = <T>(type: DuckDBType, valueOf: (row: T) => number): Column<T> =>
  numbers(
    type,
    {
      buffer: memory,
      bytes: 4,
      put: (row, value) => {
        i32[row] = value;
      },
    },
    valueOf,
  );

export const tinyints = <T>(type: DuckDBType, valueOf: (row: T) => number): Column<T> =>
  numbers(
    type,
    {
      buffer: memory,
      bytes: 1,
      put: (row, value) => {
        i8[row] = value;
      },
    },
    valueOf,
  );

/** Integers of up to 53 bits in 64, little endian as DuckDB's platforms are. */
export const bigints = <T>(type: DuckDBType, valueOf: (row: T) => number): Column<T> =>
  numbers(
    type,
    {
      buffer: memory,
      bytes: 8,
      put: (row, value) => {
        i32[2 * row] = value | 0;
        i32[2 * row + 1] = Math.floor(value / 2 ** 32);
      },
    },
    valueOf,
  );

/** A column of texts; null is empty. */
export const texts = <T>(type: DuckDBType, valueOf: (row: T) => string | null): Column<T> => ({
  type,
  fill(chunk, index, rows) {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
    let hasEmpty = false;
    markAllValid();
    rows.forEach((item, row) => {
      const value = valueOf(item);
      if (value !== null) duckdb.vector_assign_string_element(vector, row, value);
      else {
        hasEmpty = true;
        markEmpty(row);
      }
    });
    if (hasEmpty) copyValidity(vector, rows.length);
  },
});
