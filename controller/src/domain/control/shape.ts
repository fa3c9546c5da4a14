/** What a wanted value is made of, as a number that two decisions can be compared by. */
import type { ReasonCode, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { Sought } from './range.ts';

const SOURCES: readonly ReasonCode[] = [
  'weather_curve',
  'constant',
  'design_flow',
  'regulated_flow',
  'dp_day',
  'held',
  'wish',
];
const NOTES: readonly ReasonCode[] = [
  'outdoor_substitute',
  'early_start',
  'night_off',
  'setback',
  'boost',
  'rooms',
  'balance',
  'plan',
];

const NO_NOTES: readonly TraceEntry[] = [];

/** Bits for the source of a wanted value and its corrections: part of what a decision came to. */
export function shapeOf({ reason, notes }: Sought): number {
  let bits = 0;
  for (const entry of notes ?? NO_NOTES) bits |= 1 << NOTES.indexOf(entry.reason.code);
  return ((SOURCES.indexOf(reason.code) + 1) << NOTES.length) | bits;
}
