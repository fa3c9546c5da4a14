/** Recorded local times to instants. */
import { DateTime } from 'luxon';
import type { Mapping } from './mapping.ts';

export type Instant =
  | { readonly at: number; readonly repeated: boolean }
  /** The clock went forward over this local time: nothing can have been measured then. */
  | 'skipped_hour'
  | 'bad_time';

const NUMBER = /^-?\d+(\.\d+)?$/;

/** The instant (ms UTC) of a cell. A local time that came twice, in autumn, is taken as the earlier and marked. */
export function instantOf(cell: string, mapping: Pick<Mapping, 'zone' | 'time'>): Instant {
  const { format } = mapping.time;
  if (format === 'unix_s' || format === 'unix_ms') {
    if (!NUMBER.test(cell)) return 'bad_time';
    return { at: Math.round(Number(cell) * (format === 'unix_s' ? 1000 : 1)), repeated: false };
  }
  const read = (zone: string): DateTime =>
    format === 'iso' ? DateTime.fromISO(cell, { zone }) : DateTime.fromFormat(cell, format, { zone });
  const local = read(mapping.zone);
  if (!local.isValid) return 'bad_time';
  // With an offset of its own the cell names one instant, whatever zone it is shown in.
  const elsewhere = read('utc');
  if (elsewhere.toMillis() === local.toMillis() && local.offset !== 0) {
    return { at: local.toMillis(), repeated: false };
  }
  if (elsewhere.toFormat('yyyyMMddHHmmss') !== local.toFormat('yyyyMMddHHmmss')) return 'skipped_hour';
  const [first, second] = local.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis());
  return { at: (first ?? local).toMillis(), repeated: second !== undefined };
}
