/** Samples to rows: one group for each station and time of measurement, one row for each of its parts. */
import type { PointPart } from '@heat-center/contract/points.ts';
import { HISTORICAL } from '../../domain/telemetry/layout.ts';
import { qualityOf, visitTelemetry, type TelemetryVisitor } from '../../domain/telemetry/read.ts';
import type { HistoryDecision, HistoryTelemetry } from '../../ports.ts';
import { ABSENT, codeOfQuality, placeOfKey, STATION_TABLE, TABLES, type Table } from './schema.ts';

export interface Row {
  readonly table: Table;
  readonly part: string;
  /** By the table's columns; NaN where there is no number. */
  readonly values: number[];
  /** By the table's columns: absent, good, uncertain or bad. */
  readonly codes: number[];
}

/** Everything that one station measured at one time. The first row is the station's own. */
export interface Group {
  readonly station: string;
  readonly at: number;
  /** Bits as in the journal: historical, simulated. */
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
      values: table.columns.map(() => Number.NaN),
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
    const value = newer.values[index] ?? Number.NaN;
    if (row.codes[index] !== ABSENT && !Object.is(row.values[index], value)) conflicts += 1;
    row.values[index] = value;
    row.codes[index] = code;
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

/** Puts samples into groups, reading by reading. */
class Grouping implements TelemetryVisitor, Grouped {
  readonly groups: Group[] = [];
  readonly conflicts = new Map<string, number>();
  readonly #stations = new Map<string, Map<number, Group>>();
  #message: HistoryTelemetry = { station: '', body: new Uint8Array() };
  #times = new Map<number, Group>();
  #boot: string | null = null;
  /** Of the sample that is being read; undefined where the message's samples are not all wanted. */
  #sample: { at: number; seq: number | null; flags: number } | undefined;
  /** Made with the sample's first reading: nothing measured, nothing to store. */
  #group: Group | undefined;
  #part: { part: PointPart; id: string } = { part: 'station', id: '' };
  #row: Row | undefined;

  take(message: HistoryTelemetry): void {
    const { station, body } = message;
    let times = this.#stations.get(station);
    if (!times) this.#stations.set(station, (times = new Map()));
    this.#message = message;
    this.#times = times;
    visitTelemetry(body, this);
  }

  boot(boot: string): void {
    this.#boot = boot === '' ? null : boot;
  }

  sample(at: number, seq: number, flags: number): void {
    const { liveSince } = this.#message;
    const isWanted = liveSince === undefined || ((flags & HISTORICAL) === 0 && at >= liveSince);
    this.#sample = isWanted ? { at, seq: seq < 0 ? null : seq, flags } : undefined;
    this.#group = undefined;
    this.#row = undefined;
  }

  part(part: PointPart, id: string): void {
    this.#part = { part, id };
    this.#row = undefined;
  }

  reading(key: number, code: number, value: number): void {
    const place = placeOfKey(key);
    if (!place || !this.#sample) return;
    this.#group ??= this.#groupOf(this.#sample);
    this.#row ??= rowOf(this.#group, place.table, this.#part.id);
    const { values, codes } = this.#row;
    const { index } = place;
    if (codes[index] !== ABSENT && !Object.is(values[index], value)) {
      addConflicts(this.conflicts, this.#message.station, 1);
    }
    values[index] = value;
    codes[index] = codeOfQuality(qualityOf(code));
  }

  #groupOf({ at, seq, flags }: { at: number; seq: number | null; flags: number }): Group {
    let group = this.#times.get(at);
    if (!group) {
      const { station } = this.#message;
      const rows = [emptyRow(STATION_TABLE, '')];
      group = { station, at, flags: 0, seq: null, boot: null, rows };
      this.#times.set(at, group);
      this.groups.push(group);
    }
    group.flags = flags;
    group.seq = seq ?? group.seq;
    group.boot = (seq === null ? null : this.#boot) ?? group.boot;
    return group;
  }
}

/** Merges the samples of a batch by station and time: the last present value of each point wins. */
export function groupTelemetry(telemetry: Iterable<HistoryTelemetry>): Grouped {
  const grouping = new Grouping();
  for (const message of telemetry) grouping.take(message);
  return grouping;
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
