/** What a wanted value is made of, as a number that two decisions can be compared by. */
import type { ReasonCode, TraceEntry } from '@heat-center/contract/reasons.ts';

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
export function shapeOf(source: ReasonCode, notes: readonly TraceEntry[] = NO_NOTES): number {
  let bits = 0;
  for (const { reason } of notes) bits |= 1 << NOTES.indexOf(reason.code);
  return ((SOURCES.indexOf(source) + 1) << NOTES.length) | bits;
}
