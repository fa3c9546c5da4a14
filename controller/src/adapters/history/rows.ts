/** Samples to rows: one group for each station and time of measurement, one row for each of its parts. */
import type { Sample } from '@heat-center/contract/decode.ts';
import type { HistoryDecision, HistorySample } from '../../ports.ts';
import {
  ABSENT,
  codeOfQuality,
  HISTORICAL,
  placeOf,
  SIMULATED,
  STATION_TABLE,
  TABLES,
  type Table,
} from './schema.ts';

export interface Row {
  readonly table: Table;
  readonly part: string;
  /** By the table's columns; null where there is no number. */
  readonly values: (number | null)[];
  /** By the table's columns: absent, good, uncertain or bad. */
  readonly codes: number[];
}

/** Everything that one station measured at one time. The first row is the station's own. */
export interface Group {
  readonly station: string;
  readonly at: number;
  flags: number;
  seq: number | null;
  boot: string | null;
  readonly rows: Row[];
}

/** Copied for each row, which is far quicker than filling. */
const BLANKS = new Map(
  TABLES.map((table) => [
    table,
    {
      values: table.columns.map((): number | null => null),
      codes: table.columns.map((): number => ABSENT),
    },
  ]),
);

export function emptyRow(table: Table, part: string): Row {
  const blank = BLANKS.get(table);
  return { table, part, values: blank?.values.slice() ?? [], codes: blank?.codes.slice() ?? [] };
}

function rowOf(group: Group, table: Table, part: string): Row {
  // A sample names its points part by part, so the row is almost always the last one or the first.
  const last = group.rows.at(-1);
  if (last && last.table === table && last.part === part) return last;
  const known = group.rows.find((row) => row.table === table && row.part === part);
  if (known) return known;
  const row = emptyRow(table, part);
  group.rows.push(row);
  return row;
}

/** Puts the points that are present in `newer` over `row`. Returns how many had another value before. */
export function mergeRow(row: Pick<Row, 'values' | 'codes'>, newer: Pick<Row, 'values' | 'codes'>): number {
  let conflicts = 0;
  for (let index = 0; index < newer.codes.length; index += 1) {
    const code = newer.codes[index] ?? ABSENT;
    if (code === ABSENT) continue;
    const value = newer.values[index] ?? null;
    if (row.codes[index] !== ABSENT && row.values[index] !== value) conflicts += 1;
    row.values[index] = value;
    row.codes[index] = code;
  }
  return conflicts;
}

function addSample(group: Group, sample: Sample): number {
  group.flags = (sample.historical ? HISTORICAL : 0) | (sample.simulated ? SIMULATED : 0);
  group.seq = sample.seq ?? group.seq;
  group.boot = sample.boot ?? group.boot;
  let conflicts = 0;
  for (const reading of sample.readings) {
    const place = placeOf(reading.point);
    if (!place) continue;
    const { values, codes } = rowOf(group, place.table, place.part);
    const { index } = place;
    if (codes[index] !== ABSENT && values[index] !== reading.value) conflicts += 1;
    values[index] = reading.value;
    codes[index] = codeOfQuality(reading.quality);
  }
  return conflicts;
}

export interface Grouped {
  readonly groups: Group[];
  /** By station: points that came twice within the batch with different values. */
  readonly conflicts: Map<string, number>;
}

export function addConflicts(into: Map<string, number>, station: string, conflicts: number): void {
  if (conflicts > 0) into.set(station, (into.get(station) ?? 0) + conflicts);
}

/** Merges the samples of a batch by station and time: the last present value of each point wins. */
export function groupSamples(samples: Iterable<HistorySample>): Grouped {
  const stations = new Map<string, Map<number, Group>>();
  const groups: Group[] = [];
  const conflicts = new Map<string, number>();
  for (const { station, sample } of samples) {
    // Nothing measured, nothing to store.
    if (sample.readings.length === 0) continue;
    let times = stations.get(station);
    if (!times) stations.set(station, (times = new Map()));
    let group = times.get(sample.at);
    if (!group) {
      group = {
        station,
        at: sample.at,
        flags: 0,
        seq: null,
        boot: null,
        rows: [emptyRow(STATION_TABLE, '')],
      };
      times.set(sample.at, group);
      groups.push(group);
    }
    addConflicts(conflicts, station, addSample(group, sample));
  }
  return { groups, conflicts };
}

/** One decided setpoint as it is stored. */
export interface SetpointRow {
  readonly station: string;
  readonly circuit: string;
  readonly at: number;
  readonly name: string;
  readonly value: number | null;
  readonly wanted: number | null;
  readonly reason: string;
  readonly trace: string;
}

/** Decisions to rows; of one (station, circuit, name, time) the last stands. */
export function setpointRows(decisions: readonly HistoryDecision[]): SetpointRow[] {
  const rows = new Map<string, SetpointRow>();
  for (const { station, decision } of decisions) {
    const { circuit, at } = decision;
    for (const { name, value, wanted, reason, trace } of decision.decisions) {
      rows.set(`${station} ${circuit} ${name} ${at}`, {
        station,
        circuit,
        at,
        name,
        value: value ?? null,
        wanted: wanted ?? null,
        reason: reason.code,
        trace: JSON.stringify(trace),
      });
    }
  }
  return [...rows.values()];
}
