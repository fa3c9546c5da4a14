/** A recorded file to samples in order of time, with every row accounted for. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { EARLIEST_AT, LATEST_AT } from '@heat-center/contract/limits.ts';
import { parse } from 'csv-parse';
import { decimalsOf, MappingError, type Mapping } from './mapping.ts';
import { instantOf } from './time.ts';

/** Why a row was not sent. */
export const REASONS = [
  'bad_time',
  'skipped_hour',
  'wrong_columns',
  'not_a_number',
  'no_values',
  'time_conflict',
] as const;
export type SetAside = (typeof REASONS)[number];

export interface RecordedSample {
  readonly at: number;
  readonly [part: string]: unknown;
}

export interface Recording {
  /** Ascending in `at`, each time once. */
  readonly samples: readonly RecordedSample[];
  /** Rows of the file without its header. */
  readonly read: number;
  readonly setAside: Readonly<Record<SetAside, number>>;
  /** Rows that say the same as another one of the same time. */
  readonly same: number;
  /** Rows in the hour that came twice, taken as the earlier. */
  readonly repeated: number;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly hash: string;
}

type Column = Mapping['columns'][string] & {
  readonly index: number;
  readonly factor: number;
  readonly path: readonly string[];
};

interface Plan {
  readonly mapping: Mapping;
  readonly width: number;
  readonly time: number;
  readonly columns: readonly Column[];
  readonly zeros: readonly number[];
  readonly empty: ReadonlySet<string>;
}

function planOf(header: readonly string[], mapping: Mapping): Plan {
  const names = header.map((name) => name.trim());
  const indexOf = (name: string): number => {
    const index = names.indexOf(name);
    if (index < 0) {
      throw new MappingError(`The file has no column "${name}". It has: ${names.join(', ')}.`);
    }
    return index;
  };
  return {
    mapping,
    width: names.length,
    time: indexOf(mapping.time.column),
    columns: Object.entries(mapping.columns).map(([name, column]) => ({
      ...column,
      index: indexOf(name),
      factor: 10 ** decimalsOf(column.point),
      path: column.point.split('.'),
    })),
    zeros: mapping.doubt_when_all_zero.map(indexOf),
    empty: new Set(mapping.empty),
  };
}

type Tree = { [name: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Puts a value at a path, making the parts on the way. */
function put(tree: Tree, path: readonly string[], value: unknown): void {
  let part = tree;
  for (const name of path.slice(0, -1)) {
    const below = part[name];
    const next: Tree = isTree(below) ? below : {};
    part[name] = next;
    part = next;
  }
  const last = path.at(-1);
  if (last !== undefined) part[last] = value;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function sampleOf(plan: Plan, cells: readonly string[], at: number): RecordedSample | SetAside {
  const sample: Tree & { at: number } = { at };
  const found: string[] = [];
  for (const { index, point, path, scale, offset, factor } of plan.columns) {
    const cell = cells[index]?.trim() ?? '';
    if (plan.empty.has(cell)) continue;
    if (!NUMBER.test(cell)) return 'not_a_number';
    put(sample, path, Math.round((Number(cell) * scale + offset) * factor) / factor);
    found.push(point);
  }
  if (found.length === 0) return 'no_values';
  for (const [point, value] of Object.entries(plan.mapping.fixed)) put(sample, point.split('.'), value);
  const zero = plan.zeros.length > 0 && plan.zeros.every((index) => Number(cells[index] || NaN) === 0);
  if (zero) sample.quality = Object.fromEntries(found.map((point) => [point, 'uncertain']));
  return sample;
}

class Reader {
  read = 0;
  repeated = 0;
  readonly setAside: Record<SetAside, number> = {
    bad_time: 0,
    skipped_hour: 0,
    wrong_columns: 0,
    not_a_number: 0,
    no_values: 0,
    time_conflict: 0,
  };
  readonly samples: RecordedSample[] = [];
  #plan: Plan | undefined;
  readonly #mapping: Mapping;

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
  }

  take(cells: readonly string[]): void {
    if (!this.#plan) {
      this.#plan = planOf(cells, this.#mapping);
      return;
    }
    this.read += 1;
    const outcome = this.#judge(this.#plan, cells);
    if (typeof outcome === 'string') this.setAside[outcome] += 1;
    else this.samples.push(outcome);
  }

  #judge(plan: Plan, cells: readonly string[]): RecordedSample | SetAside {
    if (cells.length !== plan.width) return 'wrong_columns';
    const instant = instantOf(cells[plan.time]?.trim() ?? '', plan.mapping);
    if (typeof instant === 'string') return instant;
    if (instant.at < EARLIEST_AT || instant.at >= LATEST_AT) return 'bad_time';
    const sample = sampleOf(plan, cells, instant.at);
    if (typeof sample !== 'string' && instant.repeated) this.repeated += 1;
    return sample;
  }
}

/** Sorted by time; of rows with the same time and other values the one that was recorded first stays. */
function ordered(reader: Reader): { samples: RecordedSample[]; same: number } {
  const newestFirst = (reader.samples[0]?.at ?? 0) > (reader.samples.at(-1)?.at ?? 0);
  const recorded = newestFirst ? reader.samples.toReversed() : reader.samples;
  const samples: RecordedSample[] = [];
  let same = 0;
  for (const sample of recorded.toSorted((a, b) => a.at - b.at)) {
    const previous = samples.at(-1);
    if (previous?.at !== sample.at) samples.push(sample);
    else if (JSON.stringify(previous) === JSON.stringify(sample)) same += 1;
    else reader.setAside.time_conflict += 1;
  }
  return { samples, same };
}

/** Reads a whole file. Throws `MappingError` when its header lacks a column that the mapping names. */
export async function readRecording(path: string, mapping: Mapping): Promise<Recording> {
  const hash = createHash('sha256');
  const reader = new Reader(mapping);
  const source = createReadStream(path);
  source.on('data', (chunk) => hash.update(chunk));
  const parser = source.pipe(
    parse({
      bom: true,
      delimiter: mapping.delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      relax_quotes: true,
    }),
  );
  source.on('error', (error) => parser.destroy(error));
  for await (const cells of parser) reader.take(cells);
  const { samples, same } = ordered(reader);
  const { read, repeated, setAside } = reader;
  return { samples, same, read, repeated, setAside, hash: hash.digest('hex') };
}
