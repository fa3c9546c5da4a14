/** Late rows: what is stored for the same series and time is taken out, merged and written again. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { ABSENT, BAD } from '../schema.ts';
import { addConflicts, mergeRow } from '../rows.ts';
import { numberOf } from '../values.ts';
import { appendKeys, type KeyedRow } from './append.ts';
import type { StoredTable } from './tables.ts';

const DAY_MS = 86_400_000;
/** More separate spans than this are looked through as one. */
const MAX_SPANS = 16;

/** A late row knows its station, for counting. */
export interface LateRow extends KeyedRow {
  readonly station: string;
}

/** The spans of time that rows touch: days without rows in between are left out. */
export function spansOf(rows: readonly KeyedRow[]): { from: number; to: number }[] {
  const times = [...new Set(rows.map(({ group }) => group.at))].toSorted((a, b) => a - b);
  const spans: { from: number; to: number }[] = [];
  for (const at of times) {
    const last = spans.at(-1);
    if (last && at - last.to < DAY_MS) last.to = at;
    else spans.push({ from: at, to: at });
  }
  const [first, last] = [spans[0], spans.at(-1)];
  return first && last && spans.length > MAX_SPANS ? [{ from: first.from, to: last.to }] : spans;
}

type Stored = Readonly<Record<string, unknown>>;

function storedRow(stored: StoredTable, found: Stored): KeyedRow {
  const values = stored.table.columns.map(({ name }) => numberOf(found[name]) ?? Number.NaN);
  const codes = stored.bits.map(
    ({ word, shift }) => (Number(found[stored.words[word] ?? ''] ?? ABSENT) >> shift) & BAD,
  );
  return {
    series: Number(found.series),
    group: {
      at: Number(found.ts),
      flags: Number(found.flags ?? 0),
      seq: numberOf(found.seq),
      boot: typeof found.boot === 'string' ? found.boot : null,
    },
    row: { values, codes },
  };
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.every((value, index) => Object.is(value, b[index]));

/** Whether a row is the same as it was: points, and for the station's own row what describes the sample. */
function unchanged(stored: StoredTable, before: KeyedRow, now: KeyedRow): boolean {
  if (!same(before.row.values, now.row.values) || !same(before.row.codes, now.row.codes)) return false;
  if (!stored.layout.includes('flags')) return true;
  const [a, b] = [before.group, now.group];
  return a.flags === b.flags && a.seq === b.seq && a.boot === b.boot;
}

const keyOf = ({ series, group }: KeyedRow): string => `${series} ${group.at}`;

interface Merging {
  readonly stored: StoredTable;
  readonly late: Map<string, LateRow>;
  readonly conflicts: Map<string, number>;
}

/** Merges what one half of the table holds for the late keys; returns the rows that need no writing. */
async function mergeHalf(connection: DuckDBConnection, half: string, merging: Merging): Promise<void> {
  const { stored, late, conflicts } = merging;
  for (const { from, to } of spansOf([...late.values()])) {
    const span = `t.ts BETWEEN ${from} AND ${to}`;
    const found = await connection.runAndReadAll(
      `SELECT t.rowid AS id, t.* FROM ${half} t JOIN late_keys k ON t.series = k.series AND t.ts = k.ts
       WHERE ${span}`,
    );
    const replaced: string[] = [];
    for (const record of found.getRowObjects()) {
      const before = storedRow(stored, record);
      const row = late.get(keyOf(before));
      if (!row) continue;
      const merged = { values: [...before.row.values], codes: [...before.row.codes] };
      addConflicts(conflicts, row.station, mergeRow(merged, row.row));
      const seq = row.group.seq ?? before.group.seq;
      const boot = row.group.boot ?? before.group.boot;
      const now: LateRow = { ...row, group: { ...row.group, seq, boot }, row: merged };
      if (unchanged(stored, before, now)) late.delete(keyOf(row));
      else {
        late.set(keyOf(row), now);
        replaced.push(String(record.id));
      }
    }
    if (replaced.length === 0) continue;
    await connection.run(`DELETE FROM ${half} t WHERE ${span} AND t.rowid IN (${replaced.join(',')})`);
  }
}

/**
 * Merges late rows of one table with what is stored: their points win, other points stay. Stored rows that
 * change are deleted. Returns the rows to append; those that would change nothing are left out.
 */
export async function mergeLate(
  connection: DuckDBConnection,
  stored: StoredTable,
  given: { rows: readonly LateRow[]; conflicts: Map<string, number> },
): Promise<LateRow[]> {
  if (given.rows.length === 0) return [];
  await appendKeys(connection, given.rows);
  const late = new Map(given.rows.map((row) => [keyOf(row), row]));
  const merging = { stored, late, conflicts: given.conflicts };
  await mergeHalf(connection, stored.open, merging);
  await mergeHalf(connection, stored.closed, merging);
  return [...late.values()];
}
