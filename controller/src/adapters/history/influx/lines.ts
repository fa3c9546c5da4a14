/** Rows to InfluxDB's line protocol: a measurement a table, tags `station` and `part`, a field a point. */
import { escape } from '@influxdata/influxdb-client';
import { HISTORICAL, SIMULATED } from '../../../domain/telemetry/layout.ts';
import { ABSENT, BAD, GOOD } from '../schema.ts';
import type { Group, Row, SetpointRow } from '../rows.ts';

export const SETPOINTS = 'setpoints';
export const qualityField = (column: string): string => `q_${column}`;

/**
 * Values of a quality field: those of the schema, but a failed sensor is 0, and its point has no number
 * that counts. Good readings have no quality field, unless they may take the place of others.
 */
export const FAILED = 0;

/** `overwrites`: a point of the same time may be there already, whose quality must not stay. */
function pointFields(row: Row, overwrites: boolean): string[] {
  const fields: string[] = [];
  row.table.columns.forEach(({ name }, index) => {
    const code = row.codes[index] ?? ABSENT;
    const value = row.values[index] ?? Number.NaN;
    if (code === ABSENT) return;
    const isNumber = !Number.isNaN(value);
    if (isNumber) fields.push(`${name}=${value}`);
    if (!isNumber) fields.push(`${qualityField(name)}=${FAILED}i`);
    else if (code !== GOOD || overwrites) fields.push(`${qualityField(name)}=${code}i`);
  });
  return fields;
}

function sampleFields({ flags, seq, boot }: Group): string[] {
  const fields = [`historical=${(flags & HISTORICAL) !== 0}`, `simulated=${(flags & SIMULATED) !== 0}`];
  if (seq !== null) fields.push(`seq=${seq}i`);
  if (boot !== null) fields.push(`boot=${escape.quoted(boot)}`);
  return fields;
}

/** One line for each row, with times in ms. */
export function linesOf(group: Group, overwrites: boolean): string[] {
  const station = escape.tag(group.station);
  return group.rows.map((row, index) => {
    const part = row.part === '' ? '' : `,part=${escape.tag(row.part)}`;
    const fields = [...(index === 0 ? sampleFields(group) : []), ...pointFields(row, overwrites)];
    return `${row.table.name},station=${station}${part} ${fields.join(',')} ${group.at}`;
  });
}

export function setpointLine(row: SetpointRow): string {
  const tags = `station=${escape.tag(row.station)},part=${escape.tag(row.circuit)},name=${escape.tag(row.name)}`;
  const fields = [`reason=${escape.quoted(row.reason)}`, `trace=${escape.quoted(row.trace)}`];
  if (row.value !== null) fields.push(`value=${row.value}`);
  if (row.wanted !== null) fields.push(`wanted=${row.wanted}`);
  return `${SETPOINTS},${tags} ${fields.join(',')} ${row.at}`;
}

/** A reading from its two fields. */
export function readingOf(
  value: number | undefined,
  code: number | undefined,
): { value: number | null; code: number } {
  if (code === FAILED || value === undefined) return { value: null, code: BAD };
  return { value, code: code ?? GOOD };
}
