/** The center's inputs and effects as journal records, and back. */
import type { Effect } from '../domain/effects.ts';
import type { CenterInput } from '../domain/inputs.ts';
import { readTelemetry } from '../domain/telemetry/read.ts';
import type { JournalRecord } from '../ports.ts';

/** Every input but telemetry, which is journaled in bytes of its own. */
export type OtherInput = Exclude<CenterInput, { kind: 'telemetry' }>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const json = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));

function stationOf(input: CenterInput): string {
  if (input.kind === 'settings') return input.station.id;
  return 'station' in input ? input.station : '';
}

/** A record of any input but telemetry. */
export function recordOf(input: OtherInput): Omit<JournalRecord, 'end'> {
  return { kind: input.kind, station: stationOf(input), at: input.at, body: json(input) };
}

export const telemetryRecord = (
  station: string,
  at: number,
  body: Uint8Array,
): Omit<JournalRecord, 'end'> => ({
  kind: 'telemetry',
  station,
  at,
  body,
});

export function effectRecord(effect: Effect, station: string, at: number): Omit<JournalRecord, 'end'> {
  return { kind: 'effect', station, at, body: json(effect) };
}

/**
 * The input that a record holds; undefined for effects, and for telemetry that an earlier version took and this
 * one refuses. Records were written by this program and passed their checksum, so their JSON is trusted.
 */
export function inputOf(record: JournalRecord): CenterInput | undefined {
  if (record.kind === 'effect') return undefined;
  if (record.kind === 'telemetry') {
    const telemetry = readTelemetry(record.body);
    return telemetry && { kind: 'telemetry', at: record.at, station: record.station, telemetry };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by recordOf and checksummed
  return JSON.parse(decoder.decode(record.body)) as CenterInput;
}
