/** The pieces that questions in Flux are made of. */
import { flux, fluxExpression, type QueryApi } from '@influxdata/influxdb-client';
import { LATEST_AT } from '@heat-center/contract/limits.ts';
import { textOf } from '../values.ts';

export interface Source {
  readonly api: QueryApi;
  readonly bucket: string;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Found = Readonly<Record<string, unknown>>;

/** Nanoseconds since 1970 for Flux, within what it can hold. */
export const nanoseconds = (at: number): string =>
  String(BigInt(Math.ceil(Math.min(Math.max(at, 0), LATEST_AT))) * 1_000_000n);

const EVER: Span = { from: 0, to: LATEST_AT };

export const anyOf = (column: string, names: readonly string[]): string =>
  names.map((name) => `r.${column} == ${flux`${name}`.toString()}`).join(' or ');

/** `from |> range |> filter` for one station's measurement. */
export function select(
  source: Source,
  what: { measurement: string; station: string } & Partial<Span>,
): string {
  const { from = EVER.from, to = EVER.to } = what;
  return flux`from(bucket: ${source.bucket})
    |> range(start: time(v: ${fluxExpression(nanoseconds(from))}), stop: time(v: ${fluxExpression(nanoseconds(to))}))
    |> filter(fn: (r) => r._measurement == ${what.measurement} and r.station == ${what.station})`.toString();
}

/** Rows of an answer, as they come. */
export async function* rows(source: Source, query: string): AsyncGenerator<Found> {
  for await (const { values, tableMeta } of source.api.iterateRows(query)) yield tableMeta.toObject(values);
}

export const timeOf = (row: Found): number => Date.parse(textOf(row._time));
