/** Questions to InfluxDB in Flux. Rows are streamed and reduced here, by the same rules as the embedded store's. */
import { flux, fluxExpression, type QueryApi } from '@influxdata/influxdb-client';
import { LATEST_AT } from '@heat-center/contract/limits.ts';
import type { HistoryQuery, Series, StoredCount, StoredSetpoint } from '../../../ports.ts';
import { Reducer } from '../reduce.ts';
import { placeOf, qualityOfCode, STATION_TABLE, TABLES, type Place } from '../schema.ts';
import { textOf } from '../values.ts';
import { FAILED, qualityField, readingOf, SETPOINTS } from './lines.ts';

export interface Source {
  readonly api: QueryApi;
  readonly bucket: string;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export type Found = Readonly<Record<string, unknown>>;

/** Nanoseconds since 1970 for Flux, within what it can hold. */
const nanoseconds = (at: number): string =>
  String(BigInt(Math.ceil(Math.min(Math.max(at, 0), LATEST_AT))) * 1_000_000n);

const EVER: Span = { from: 0, to: LATEST_AT };

const anyOf = (column: string, names: readonly string[]): string =>
  names.map((name) => `r.${column} == ${flux`${name}`.toString()}`).join(' or ');

/** `from |> range |> filter` for one station's measurement. */
function select(source: Source, what: { measurement: string; station: string } & Partial<Span>): string {
  const { from = EVER.from, to = EVER.to } = what;
  return flux`from(bucket: ${source.bucket})
    |> range(start: time(v: ${fluxExpression(nanoseconds(from))}), stop: time(v: ${fluxExpression(nanoseconds(to))}))
    |> filter(fn: (r) => r._measurement == ${what.measurement} and r.station == ${what.station})`.toString();
}

export async function* rows(source: Source, query: string): AsyncGenerator<Found> {
  for await (const { values, tableMeta } of source.api.iterateRows(query)) yield tableMeta.toObject(values);
}

const timeOf = (row: Found): number => Date.parse(textOf(row._time));

interface Wanted {
  readonly place: Place;
  readonly reducer: Reducer;
}

/** Quality first, as it is rare, then the numbers; what is left has a quality alone. */
async function readPart(source: Source, wanted: readonly Wanted[], query: HistoryQuery): Promise<void> {
  const { place } = wanted[0] ?? {};
  if (!place) return;
  const { station, from, to } = query;
  const base = select(source, { measurement: place.table.name, station, from, to });
  const part = place.part === '' ? '' : flux`|> filter(fn: (r) => r.part == ${place.part})`.toString();
  const fields = (names: readonly string[]): string =>
    `${base} ${part} |> filter(fn: (r) => ${anyOf('_field', names)})
     |> keep(columns: ["_time", "_field", "_value"])`;
  const names = wanted.map((each) => each.place.column.name);
  const codes = new Map(names.map((name) => [qualityField(name), new Map<number, number>()]));
  for await (const row of rows(source, fields([...codes.keys()]))) {
    codes.get(textOf(row._field))?.set(timeOf(row), Number(row._value));
  }
  const reducers = new Map(wanted.map((each) => [each.place.column.name, each.reducer]));
  for await (const row of rows(source, fields(names))) {
    const name = textOf(row._field);
    const at = timeOf(row);
    const known = codes.get(qualityField(name));
    const { value, code } = readingOf(Number(row._value), known?.get(at));
    known?.delete(at);
    reducers.get(name)?.push([at, value, qualityOfCode(code)]);
  }
  for (const [name, reducer] of reducers) {
    for (const [at, code] of codes.get(qualityField(name)) ?? []) {
      if (code === FAILED) reducer.push([at, null, 'bad']);
    }
  }
}

/** Series in the order of the points asked for; an unknown point gives an empty one. */
export async function querySeries(source: Source, query: HistoryQuery): Promise<Series[]> {
  const parts = new Map<string, Wanted[]>();
  const reducers = query.points.map((point) => {
    const reducer = new Reducer(query.maxPoints);
    const place = placeOf(point);
    if (!place) return reducer;
    const key = `${place.table.name} ${place.part}`;
    const wanted = parts.get(key) ?? [];
    wanted.push({ place, reducer });
    parts.set(key, wanted);
    return reducer;
  });
  if (query.from < query.to) for (const wanted of parts.values()) await readPart(source, wanted, query);
  return query.points.map((point, index) => ({
    point,
    ...(reducers[index]?.finish() ?? { total: 0, points: [] }),
  }));
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The newest `limit` setpoints of the span, oldest first. */
export async function querySetpoints(
  source: Source,
  query: { station: string; from: number; to: number; limit: number },
): Promise<StoredSetpoint[]> {
  const { station, from, to, limit } = query;
  if (from >= to || limit < 1) return [];
  const found: StoredSetpoint[] = [];
  const text = `${select(source, { measurement: SETPOINTS, station, from, to })}
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    |> group() |> sort(columns: ["_time", "part", "name"], desc: true) |> limit(n: ${Math.floor(limit)})`;
  for await (const row of rows(source, text)) {
    found.push({
      at: timeOf(row),
      circuit: textOf(row.part),
      name: textOf(row.name),
      value: numberOrNull(row.value),
      wanted: numberOrNull(row.wanted),
      reason: textOf(row.reason),
      trace: textOf(row.trace),
    });
  }
  return found.toReversed();
}

/** Numbers that a failed reading has since taken the place of: they count once, as the failed reading. */
async function countCovered(source: Source, station: string, table: string): Promise<[number, number]> {
  const failed = new Map<string, Set<string>>();
  const base = select(source, { measurement: table, station });
  const columns = TABLES.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
  let total = 0;
  const text = `${base} |> filter(fn: (r) => ${anyOf('_field', columns.map(qualityField))})
    |> filter(fn: (r) => r._value == ${FAILED}) |> keep(columns: ["_time", "_field", "part"])`;
  for await (const row of rows(source, text)) {
    const field = textOf(row._field).slice(qualityField('').length);
    const times = failed.get(field) ?? new Set();
    times.add(`${textOf(row.part)} ${textOf(row._time)}`);
    failed.set(field, times);
    total += 1;
  }
  let covered = 0;
  if (failed.size > 0) {
    const numbers = `${base} |> filter(fn: (r) => ${anyOf('_field', [...failed.keys()])})
      |> keep(columns: ["_time", "_field", "part"])`;
    for await (const row of rows(source, numbers)) {
      const key = `${textOf(row.part)} ${textOf(row._time)}`;
      if (failed.get(textOf(row._field))?.has(key)) covered += 1;
    }
  }
  return [total, covered];
}

/** Counts what is stored for a station. */
export async function countStation(source: Source, station: string): Promise<StoredCount> {
  const base = select(source, { measurement: STATION_TABLE.name, station });
  const times = `d = ${base} |> filter(fn: (r) => r._field == "historical")
    d |> count() |> yield(name: "count")
    d |> first() |> yield(name: "first")
    d |> last() |> yield(name: "last")`;
  const count = { samples: 0, readings: 0, from: null as number | null, to: null as number | null };
  for await (const row of rows(source, times)) {
    if (row.result === 'count') count.samples = Number(row._value);
    else if (row.result === 'first') count.from = timeOf(row);
    else count.to = timeOf(row);
  }
  if (count.samples === 0) return count;
  for (const { name: table, columns } of TABLES) {
    const text = `${select(source, { measurement: table, station })}
      |> filter(fn: (r) => ${anyOf(
        '_field',
        columns.map(({ name }) => name),
      )}) |> count()`;
    for await (const row of rows(source, text)) count.readings += Number(row._value);
    const [failed, covered] = await countCovered(source, station, table);
    count.readings += failed - covered;
  }
  return count;
}

/** The newest stored time of each of these stations from `since` on. */
export async function newestTimes(
  source: Source,
  stations: readonly string[],
  since: number,
): Promise<Map<string, number>> {
  const wanted = new Set(stations);
  const newest = new Map<string, number>();
  const text = flux`from(bucket: ${source.bucket})
    |> range(start: time(v: ${fluxExpression(nanoseconds(since))}), stop: time(v: ${fluxExpression(nanoseconds(LATEST_AT))}))
    |> filter(fn: (r) => r._measurement == ${STATION_TABLE.name} and r._field == "historical")
    |> last() |> keep(columns: ["station", "_time"])`.toString();
  for await (const row of rows(source, text)) {
    const station = textOf(row.station);
    if (wanted.has(station)) newest.set(station, timeOf(row));
  }
  return newest;
}
