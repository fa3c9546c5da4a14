/** How much room the closed days take in the file. */
import { DuckDBInstance } from '@duckdb/node-api';

export interface TableStorage {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Rows and bytes of a table's closed half, in a file that no store has open. Segments share blocks: what a
 * segment takes is the distance to the next one in its block, or to the block's end. So for few rows the
 * bytes are too many, never too few.
 */
export async function closedStorage(file: string, table: string): Promise<TableStorage> {
  const instance = await DuckDBInstance.create(file, { threads: '1' });
  const connection = await instance.connect();
  try {
    const sizes = await connection.runAndReadAll(`
      SELECT sum(coalesce(next, 262136) - block_offset) FROM (
        SELECT block_id, block_offset, lead(block_offset) OVER (PARTITION BY block_id ORDER BY block_offset) AS next
        FROM (SELECT DISTINCT block_id, block_offset FROM pragma_storage_info('${table}_closed')
              WHERE block_id >= 0))`);
    const rows = await connection.runAndReadAll(`SELECT count(*) FROM ${table}_closed`);
    return { rows: Number(rows.getRows()[0]?.[0]), bytes: Number(sizes.getRows()[0]?.[0]) };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
