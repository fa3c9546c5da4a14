/** Series from InfluxDB, reduced by the same rules as the embedded store's. */
import { flux } from '@influxdata/influxdb-client';
import type { HistoryQuery, Series } from '../../../ports.ts';
import { Reducer } from '../reduce.ts';
import { BAD, GOOD, placeOf, qualityOfCode, type Place } from '../schema.ts';
import { textOf } from '../values.ts';
import { anyOf, nanoseconds, rows, select, timeOf, type Source } from './flux.ts';
import { FAILED, qualityField, readingOf } from './lines.ts';

/** Longer series than this are reduced by InfluxDB first: it gives a row in about 2 µs. */
const LONG = 20_000;
const LONG_SPAN_MS = 86_400_000;

/** One point of a part: its reducer, and its quality codes by time where they are not plainly good. */
interface Wanted {
  readonly name: string;
  readonly reducer: Reducer;
  readonly codes: Map<number, number>;
}

/** One part of a station, as it is asked for. */
interface Part {
  readonly source: Source;
  readonly query: HistoryQuery;
  /** Flux that selects these fields. */
  readonly fields: (names: readonly string[]) => string;
}

const KEEP = '|> keep(columns: ["_time", "_field", "_value"])';

const namesOf = (wanted: readonly Wanted[]): string[] => wanted.map(({ name }) => name);
const pick = (wanted: readonly Wanted[], name: string): Wanted | undefined =>
  wanted.find((each) => each.name === name);

/** Quality first: it is rare, and a number is not known without it. */
async function readCodes({ source, fields }: Part, wanted: readonly Wanted[]): Promise<void> {
  const byField = new Map(wanted.map(({ name, codes }) => [qualityField(name), codes]));
  for await (const row of rows(source, `${fields([...byField.keys()])} ${KEEP}`)) {
    byField.get(textOf(row._field))?.set(timeOf(row), Number(row._value));
  }
}

async function readAll({ source, fields }: Part, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return;
  for await (const row of rows(source, `${fields(namesOf(wanted))} ${KEEP}`)) {
    const at = timeOf(row);
    const each = pick(wanted, textOf(row._field));
    const { value, code } = readingOf(Number(row._value), each?.codes.get(at));
    each?.codes.delete(at);
    each?.reducer.push([at, value, qualityOfCode(code)]);
  }
  for (const { codes, reducer } of wanted) {
    for (const [at, code] of codes) if (code === FAILED) reducer.push([at, null, 'bad']);
  }
}

interface Extent {
  count: number;
  first: number;
  last: number;
}

async function extentsOf(source: Source, data: string): Promise<Map<string, Extent>> {
  const extents = new Map<string, Extent>();
  const text = `d = ${data}
    d |> count() |> yield(name: "count")
    d |> first() |> yield(name: "first")
    d |> last() |> yield(name: "last")`;
  for await (const row of rows(source, text)) {
    const name = textOf(row._field);
    const extent = extents.get(name) ?? { count: 0, first: 0, last: 0 };
    if (row.result === 'count') extent.count = Number(row._value);
    else if (row.result === 'first') extent.first = timeOf(row);
    else extent.last = timeOf(row);
    extents.set(name, extent);
  }
  return extents;
}

/**
 * A long series without unusable readings: least and greatest of small windows, with the first and the last.
 * Windows and the reducer's buckets are powers of two from 1970 on, so buckets hold whole windows and the
 * outcome is that of all readings. Returns those that must be read whole.
 */
async function readWindows(
  { source, query, fields }: Part,
  wanted: readonly Wanted[],
): Promise<readonly Wanted[]> {
  if (query.to - query.from < LONG_SPAN_MS) return wanted;
  const usable = wanted.filter(
    ({ codes }) => ![...codes.values()].some((code) => code === FAILED || code === BAD),
  );
  if (usable.length === 0) return wanted;
  const extents = await extentsOf(source, fields(namesOf(usable)));
  const long = usable.filter(({ name }) => (extents.get(name)?.count ?? 0) > LONG);
  for (const { name, codes, reducer } of long) {
    const { count = 0, first = 0, last = 0 } = extents.get(name) ?? {};
    const window_ms = 2 ** Math.max(0, Math.floor(Math.log2((last - first) / (2 * query.maxPoints))));
    const text = `d = ${fields([name])}
      w = d |> window(every: ${window_ms}ms)
      w |> min() |> yield(name: "min")
      w |> max() |> yield(name: "max")
      d |> first() |> yield(name: "first")
      d |> last() |> yield(name: "last")`;
    for await (const row of rows(source, text)) {
      const at = timeOf(row);
      reducer.push([at, Number(row._value), qualityOfCode(codes.get(at) ?? GOOD)]);
    }
    reducer.standsFor(count);
  }
  return wanted.filter((each) => !long.includes(each));
}

function partOf(source: Source, place: Place, query: HistoryQuery): Part {
  const { station, from, to } = query;
  const base = select(source, { measurement: place.table.name, station, from, to });
  const part = place.part === '' ? '' : flux`|> filter(fn: (r) => r.part == ${place.part})`.toString();
  const fields = (names: readonly string[]): string =>
    `${base} ${part} |> filter(fn: (r) => ${anyOf('_field', names)})`;
  return { source, query, fields };
}

/** Series in the order of the points asked for; an unknown point gives an empty one. */
export async function querySeries(source: Source, query: HistoryQuery): Promise<Series[]> {
  const parts = new Map<string, { place: Place; wanted: Wanted[] }>();
  const reducers = new Map<string, Reducer>();
  for (const point of query.points) {
    if (reducers.has(point)) continue;
    const reducer = new Reducer(query.maxPoints);
    reducers.set(point, reducer);
    const place = placeOf(point);
    if (!place) continue;
    const key = `${place.table.name} ${place.part}`;
    const known = parts.get(key) ?? { place, wanted: [] };
    known.wanted.push({ name: place.column.name, reducer, codes: new Map() });
    parts.set(key, known);
  }
  // Flux refuses an empty span.
  if (BigInt(nanoseconds(query.from)) < BigInt(nanoseconds(query.to))) {
    for (const { place, wanted } of parts.values()) {
      const part = partOf(source, place, query);
      await readCodes(part, wanted);
      await readAll(part, await readWindows(part, wanted));
    }
  }
  return query.points.map((point) => ({
    point,
    ...(reducers.get(point)?.finish() ?? { total: 0, points: [] }),
  }));
}
