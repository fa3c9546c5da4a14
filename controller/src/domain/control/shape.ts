/** What a wanted value is made of, as a number that two decisions can be compared by. */
import type { ReasonCode } from '@heat-center/contract/reasons.ts';
import { CORRECTION_BITS } from './corrections.ts';

const SOURCES: readonly ReasonCode[] = [
  'weather_curve',
  'constant',
  'design_flow',
  'regulated_flow',
  'dp_day',
  'held',
  'wish',
];

const BITS: Partial<Record<ReasonCode, number>> = Object.fromEntries(
  SOURCES.map((code, index) => [code, (index + 1) << CORRECTION_BITS]),
);

/** Bits for the source of a wanted value and its corrections: part of what a decision came to. */
export const shapeOf = (source: ReasonCode, corrections = 0): number => (BITS[source] ?? 0) | corrections;
