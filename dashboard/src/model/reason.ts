/** Why a setpoint is what it is, taken apart for one line of text. */
import type { Reason, TraceEntry } from '@heat-center/api/common.ts';
import type { DecidedSetpoint } from '@heat-center/api/stations.ts';

export interface ReasonParts {
  /** The rule that gave the wanted value; undefined when nothing but limits is known. */
  readonly source: Reason | undefined;
  readonly wanted: number | null;
  /** The limiting rule that moved the value away from what was wanted. */
  readonly limit: Reason | undefined;
  /** A ramp leads to this value; null when none does. */
  readonly target: { readonly reason: Reason; readonly value: number } | null;
  /** Value − wanted, in the unit of the setpoint; 0 when no rule moved it. */
  readonly moved: number;
}

/** Rules that give a value of their own instead of a range. */
const SOURCES = new Set([
  'weather_curve',
  'constant',
  'design_flow',
  'regulated_flow',
  'dp_day',
  'held',
  'no_input',
]);

const isSource = (entry: TraceEntry): boolean => SOURCES.has(entry.reason.code);

/** Less than this is rounding, in K or m³/h. */
const MOVED = 0.05;

export function reasonParts(setpoint: DecidedSetpoint): ReasonParts {
  const source = SOURCES.has(setpoint.reason.code) ? setpoint.reason : setpoint.trace.find(isSource)?.reason;
  const { value, wanted } = setpoint;
  const difference = value === null || wanted === null ? 0 : value - wanted;
  const moved = Math.abs(difference) < MOVED ? 0 : difference;
  const limit = SOURCES.has(setpoint.reason.code) ? undefined : setpoint.reason;
  return { source, wanted, limit, moved, target: targetOf(setpoint, source) };
}

/** Where a ramp is going: to the wish if there is one, else to what the source wants. */
function targetOf(setpoint: DecidedSetpoint, source: Reason | undefined): ReasonParts['target'] {
  if (setpoint.reason.code !== 'ramp') return null;
  const wish = setpoint.trace.find(({ reason }) => reason.code === 'wish')?.reason;
  const wished = wish?.params['value'];
  if (wish && typeof wished === 'number') return { reason: wish, value: wished };
  return source && setpoint.wanted !== null ? { reason: source, value: setpoint.wanted } : null;
}

/** A wish that the ramp keeps out for now is approached, not refused. */
export const isApproached = (setpoint: DecidedSetpoint, entry: TraceEntry): boolean =>
  entry.overridden && entry.reason.code === 'wish' && setpoint.reason.code === 'ramp';

export interface AllowedRange {
  readonly min: number | null;
  readonly max: number | null;
  /** Codes of the rules that give the bounds. */
  readonly minBy: Reason | null;
  readonly maxBy: Reason | null;
}

/** Rules that only slow a wish down or hold it back for now; they do not refuse it. */
const PASSING = new Set([
  'ramp',
  'short_source',
  'primary_flow_limit',
  'power_limit',
  'return_limit',
  'wish',
]);

/** The range in which a wish is taken, from the trace's lasting limits. */
export function allowedRange(trace: readonly TraceEntry[]): AllowedRange {
  let range: AllowedRange = { min: null, max: null, minBy: null, maxBy: null };
  for (const { reason, min, max, overridden } of trace) {
    if (overridden || PASSING.has(reason.code) || SOURCES.has(reason.code)) continue;
    if (min !== undefined && (range.min === null || min >= range.min))
      range = { ...range, min, minBy: reason };
    if (max !== undefined && (range.max === null || max <= range.max))
      range = { ...range, max, maxBy: reason };
  }
  return range;
}
