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
  readonly reason: Reason;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Its entry in a trace while it does not decide; made once by rules that always say the same. */
  readonly entry?: TraceEntry | undefined;
}

/** A rule's verdict that never changes, with its entry. */
export const standing = <T extends Limit>(limit: T): T => ({ ...limit, entry: entryOf(limit, false, false) });

/** What all rules together leave. `by` are indices into the rules: who set each end; -1 while it is open. */
export interface Allowed {
  readonly min: number;
  readonly max: number;
  readonly min_by: number;
  readonly max_by: number;
  /** Indices of the rules that found no room. */
  readonly overridden: readonly number[];
}

export const EVERYTHING: Allowed = {
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
  min_by: -1,
  max_by: -1,
  overridden: [],
};

/** Narrows what is left by one more rule. A rule whose own ends cross counts as its lower end. */
export function narrow(left: Allowed, limit: Limit, index: number): Allowed {
  const min = limit.min ?? Number.NEGATIVE_INFINITY;
  const max = Math.max(limit.max ?? Number.POSITIVE_INFINITY, min);
  if (min > left.max) {
    const overridden = [...left.overridden, index];
    return { min: left.max, max: left.max, min_by: left.max_by, max_by: left.max_by, overridden };
  }
  if (max < left.min) {
    const overridden = [...left.overridden, index];
    return { min: left.min, max: left.min, min_by: left.min_by, max_by: left.min_by, overridden };
  }
  return {
    min: Math.max(left.min, min),
    max: Math.min(left.max, max),
    min_by: min > left.min ? index : left.min_by,
    max_by: max < left.max ? index : left.max_by,
    overridden: left.overridden,
  };
}

export interface Resolved {
  /** The point of the range nearest to the wanted value, rounded where the range leaves room. */
  readonly value: number;
  /** The same, not rounded. */
  readonly exact: number;
  /** Which rules there were, decided and were overridden: two that agree in it differ in numbers alone. */
  readonly outcome: number;
  /** The reason that decides: the wanted value's own or that of the rule which holds it off. */
  readonly reason: Reason;
  readonly trace: readonly TraceEntry[];
}

const within = (value: number, allowed: Allowed): number =>
  Math.min(Math.max(value, allowed.min), allowed.max);

/** The nearest multiple of 1/`parts` in the range, or the next one inwards; undefined where it holds neither. */
function multiple(exact: number, allowed: Allowed, parts: number): number | undefined {
  const nearest = Math.round(exact * parts);
  const inward = nearest - Math.sign(nearest / parts - exact);
  return [nearest / parts, inward / parts].find((value) => within(value, allowed) === value);
}

/** Setpoints are told in tenths; in a range too narrow for one in hundredths, and then as its end stands. */
function rounded(exact: number, allowed: Allowed): number {
  return multiple(exact, allowed, 10) ?? multiple(exact, allowed, 100) ?? exact;
}

/** One rule's entry; built field by field because it is made for each rule in each cycle. */
function entryOf({ reason, min, max }: Limit, binding: boolean, overridden: boolean): TraceEntry {
  if (min === undefined) {
    return max === undefined ? { reason, binding, overridden } : { reason, max, binding, overridden };
  }
  return max === undefined ? { reason, min, binding, overridden } : { reason, min, max, binding, overridden };
}

export interface Sought {
  readonly value: number;
  readonly reason: Reason;
  /** Corrections that are in the value: shown after it. */
  readonly notes?: readonly TraceEntry[] | undefined;
}

/** What was said of a setpoint before. */
export interface Explained {
  readonly value: number | undefined;
  readonly outcome?: number | undefined;
  readonly reason: Reason;
  readonly trace: readonly TraceEntry[];
}

/** Bits for the rule that decides and for those that were overridden: there are fewer than fifteen and eight of them. */
const BINDING_BITS = 4;
const OVERRIDDEN_BITS = 8;

/** Which rule decides and which were overridden, below the bits that say which rules there were. */
function outcomeOf(shape: number, binding: number, overridden: readonly number[]): number {
  let bits = 0;
  for (const index of overridden) bits |= 1 << index;
  return (((shape << BINDING_BITS) | (binding + 1)) << OVERRIDDEN_BITS) | bits;
}

/**
 * Finds the allowed point nearest to the wanted value and says which rule decides. An earlier explanation of the same
 * value and outcome is kept instead of a new one: most cycles change nothing, and what they make anew for ten
 * thousand circuits is collected at length.
 *
 * @param found.shape bits for the rules and corrections that there are, up to 18
 */
export function resolve(
  wanted: Sought,
  limits: readonly Limit[],
  found: { readonly allowed: Allowed; readonly shape: number; readonly known?: Explained | undefined },
): Resolved {
  const { allowed, shape, known } = found;
  const exact = within(wanted.value, allowed);
  const binding = bindingRule(wanted.value, allowed);
  const value = rounded(exact, allowed);
  const outcome = outcomeOf(shape, binding, allowed.overridden);
  if (known?.value === value && known.outcome === outcome)
    return { value, exact, outcome, reason: known.reason, trace: known.trace };
  const trace: TraceEntry[] = [{ reason: wanted.reason, binding: binding < 0, overridden: false }];
  if (wanted.notes) trace.push(...wanted.notes);
  let index = 0;
  for (const limit of limits) {
    const overridden = allowed.overridden.includes(index);
    const isPlain = limit.entry && index !== binding && !overridden;
    trace.push(isPlain && limit.entry ? limit.entry : entryOf(limit, index === binding, overridden));
    index += 1;
  }
  const reason = limits[binding]?.reason ?? wanted.reason;
  return { value, exact, outcome, reason, trace };
}

/** Index of the rule that keeps the output off the wanted value; -1 where none does. */
function bindingRule(wanted: number, allowed: Allowed): number {
  if (wanted < allowed.min) return allowed.min_by;
  return wanted > allowed.max ? allowed.max_by : -1;
}
