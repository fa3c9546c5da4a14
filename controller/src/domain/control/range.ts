/**
 * Ordered ranges: each rule allows a range, and of two that do not meet the earlier stands.
 *
 * A later rule is satisfied as far as the earlier ones leave room. Where it lies wholly outside, what is left
 * is the earlier range's end nearest to it: a wish beyond the ramp is approached at the ramp's pace, and no
 * rule further down can pull away from it again.
 */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';

/** A rule's verdict; absent bounds are open. */
export interface Limit {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** What all rules together leave; narrowed in place, since it is made for each setpoint in each cycle. */
export interface Allowed {
  min: number;
  max: number;
  /** Indices into the rules' verdicts: who set each end; -1 while it is open. */
  min_by: number;
  max_by: number;
  /** Bits for the verdicts that found no room. */
  overridden: number;
}

export const everything = (): Allowed => ({
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
  min_by: -1,
  max_by: -1,
  overridden: 0,
});

/** Opens a range again, for another setpoint. */
export function open(left: Allowed): void {
  left.min = Number.NEGATIVE_INFINITY;
  left.max = Number.POSITIVE_INFINITY;
  left.min_by = -1;
  left.max_by = -1;
  left.overridden = 0;
}

interface Ends {
  min: number;
  max: number;
}

/** Used up by `narrow` at once: made anew for each rule of ten thousand circuits it would be collected at length. */
const ends: Ends = { min: Number.NaN, max: Number.NaN };

/** A range as `narrow` takes it. One whose own ends cross counts as its lower end. */
export function between(min: number, max: number): Ends {
  ends.min = min;
  ends.max = Math.max(max, min);
  return ends;
}

/** The range of a rule; its open ends are infinite. */
export const endsOf = ({ min, max }: Limit): Ends =>
  between(min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY);

/** Narrows what is left by one more rule. */
export function narrow(left: Allowed, { min, max }: Readonly<Ends>, index: number): void {
  if (min > left.max) {
    left.overridden |= 1 << index;
    left.min = left.max;
    left.min_by = left.max_by;
  } else if (max < left.min) {
    left.overridden |= 1 << index;
    left.max = left.min;
    left.max_by = left.min_by;
  } else {
    if (min > left.min) {
      left.min = min;
      left.min_by = index;
    }
    if (max < left.max) {
      left.max = max;
      left.max_by = index;
    }
  }
}

export interface Resolved {
  /** The point of the range nearest to the wanted value, rounded where the range leaves room. */
  readonly value: number;
  /** The same, not rounded. */
  readonly exact: number;
  /** Index of the verdict that keeps the value off the wanted one; -1 where none does. */
  readonly binding: number;
}

const within = (value: number, allowed: Allowed): number =>
  Math.min(Math.max(value, allowed.min), allowed.max);

/** The nearest multiple of 1/`parts` in the range, or the next one inwards; undefined where it holds neither. */
function multiple(exact: number, allowed: Allowed, parts: number): number | undefined {
  const whole = Math.round(exact * parts);
  const nearest = whole / parts;
  if (within(nearest, allowed) === nearest) return nearest;
  const inward = (whole - Math.sign(nearest - exact)) / parts;
  return within(inward, allowed) === inward ? inward : undefined;
}

/** Setpoints are told in tenths; in a range too narrow for one in hundredths, and then as its end stands. */
function rounded(exact: number, allowed: Allowed): number {
  return multiple(exact, allowed, 10) ?? multiple(exact, allowed, 100) ?? exact;
}

export interface Sought {
  readonly value: number;
  readonly reason: Reason;
  /** Corrections that are in the value: shown after it. */
  readonly notes?: readonly TraceEntry[] | undefined;
}

/** Finds the allowed point nearest to the wanted value and which verdict decides. */
export function resolve(wanted: number, allowed: Allowed): Resolved {
  const exact = within(wanted, allowed);
  const binding = wanted < allowed.min ? allowed.min_by : wanted > allowed.max ? allowed.max_by : -1;
  return { value: rounded(exact, allowed), exact, binding };
}

/** Room for the rule that decides and for the bits of those that were overridden: there are at most twelve rules. */
const BINDINGS = 2 ** 4;
const OVERRIDDEN = 2 ** 12;

/**
 * Which rules there were, decided and were overridden, as a number: two that agree in it differ in numbers alone.
 *
 * @param shape bits for the rules and corrections that there are, up to 30
 */
export const outcomeOf = (shape: number, binding: number, overridden: number): number =>
  (shape * BINDINGS + binding + 1) * OVERRIDDEN + overridden;

/** What is said of a setpoint. */
export interface Explanation {
  /** The reason that decides: the wanted value's own or that of the rule which holds it off. */
  readonly reason: Reason;
  readonly trace: readonly TraceEntry[];
}

/** A verdict with its reason. */
export interface Said extends Limit {
  readonly reason: Reason;
  /** Its entry while it neither decides nor is overridden, where that is always the same. */
  readonly entry?: TraceEntry | undefined;
}

/** The whole way to a setpoint: what was wanted, its corrections, each verdict in order. */
export function explain(
  wanted: Sought,
  said: readonly Said[],
  found: { readonly binding: number; readonly overridden: number },
): Explanation {
  const { binding } = found;
  const trace: TraceEntry[] = [{ reason: wanted.reason, binding: binding < 0, overridden: false }];
  if (wanted.notes) trace.push(...wanted.notes);
  let index = 0;
  for (const limit of said) {
    trace.push(entryOf(limit, index === binding, (found.overridden & (1 << index)) !== 0));
    index += 1;
  }
  return { reason: said[binding]?.reason ?? wanted.reason, trace };
}

export function entryOf(said: Said, binding: boolean, overridden: boolean): TraceEntry {
  const { reason, min, max, entry } = said;
  if (entry && !binding && !overridden) return entry;
  if (min === undefined) {
    return max === undefined ? { reason, binding, overridden } : { reason, max, binding, overridden };
  }
  return max === undefined ? { reason, min, binding, overridden } : { reason, min, max, binding, overridden };
}
