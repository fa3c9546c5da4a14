/**
 * Decoded telemetry as bytes: what the journal keeps and history reads, so that a message is decoded once.
 *
 * Little endian. Version u8; boot: length u16, UTF-8 (length 0: none); samples u16, each: at f64, seq f64 (−1: none),
 * flags u8, runs u16. A run holds readings of one part: kind u8, id length u8, id (ASCII), readings u16, each: key u32
 * (of its point), code u8, value f64 where the code says so. Last: length u32 of a JSON text with what is rare.
 */
import type { Refused } from '@heat-center/contract/decode.ts';
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import { POINTS, type PointDefinition, type PointPart } from '@heat-center/contract/points.ts';

/** No JSON text begins with this byte: journals of the first version hold messages as they came. */
export const VERSION = 1;
/** Of a sample's flags. */
export const HISTORICAL = 1;
export const SIMULATED = 2;
/** Of a reading's code: two bits of quality, whether a value follows, and above them the reason. */
export const QUALITY_BITS = 3;
export const HAS_VALUE = 4;
export const WHY_SHIFT = 3;

/** The place is the code on disk: append only. */
export const PARTS: readonly PointPart[] = ['station', 'circuit', 'pump', 'room'];
export const WHYS: readonly (ErrorCode | undefined)[] = [
  undefined,
  'sensor_failed',
  'not_a_number',
  'out_of_range',
  'doubted_by_station',
];

/** What most messages lack. */
export interface Rare {
  readonly oldest?: number | undefined;
  readonly refused?: readonly Refused[];
  readonly unknown?: readonly string[];
  /** By the number of the sample. */
  readonly faults?: Readonly<Record<number, readonly string[]>>;
}

/** FNV-1a, 32 bits: does not depend on the order of the catalogue, which may change. */
export function keyOf(pattern: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < pattern.length; at += 1) {
    hash = Math.imul(hash ^ pattern.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** Points by key. A key that is missing belongs to a point that the catalogue no longer has. */
export const POINT_OF_KEY: ReadonlyMap<number, PointDefinition> = new Map(
  POINTS.map((definition) => [keyOf(definition.pattern), definition]),
);
