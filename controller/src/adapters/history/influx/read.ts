/** Setpoints, counts and newest times from InfluxDB. */
import { flux, fluxExpression } from '@influxdata/influxdb-client';
import { LATEST_AT } from '@heat-center/contract/limits.ts';
import type { StoredCount, StoredSetpoint } from '../../../ports.ts';
import { STATION_TABLE, TABLES } from '../schema.ts';
import { textOf } from '../values.ts';
import { anyOf, nanoseconds, rows, select, timeOf, type Source } from './flux.ts';
import { FAILED, qualityField, SETPOINTS } from './lines.ts';

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
