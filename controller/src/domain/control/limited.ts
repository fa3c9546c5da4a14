/** A wanted value through the ordered rules: what is left of it, and why. */
import type { SetpointName } from '../config.ts';
import type { Moving } from '../moving.ts';
import {
  entryOf,
  everything,
  explain,
  between,
  endsOf,
  narrow,
  open,
  outcomeOf,
  resolve,
  type Allowed,
  type Explanation,
  type Resolved,
  type Said,
  type Sought,
} from './range.ts';
import type { Given, Rule, Settled, SettledCase, SettledRule, SettledRules } from './rule.ts';
import { RULES } from './rules.ts';

export interface Limited extends Resolved {
  /** Which rules there were, decided and were overridden, as bits. */
  readonly outcome: number;
  /** Bits for the verdicts that found no room. */
  readonly overridden: number;
  /** What slow limits remember. */
  readonly caps: Given['caps'];
}

/** A value that is wanted. */
export interface Start {
  readonly name: SetpointName;
  readonly value: number;
  /** Where it comes from (shape.ts). */
  readonly shape: number;
}

/** What rules say that follow from settings alone: the same until the settings change. */
export function settledRules(name: SetpointName, about: SettledCase): SettledRules {
  const verdicts = RULES[name].map((rule) => ('settled' in rule ? settledVerdict(rule, about) : undefined));
  let places = 0;
  const ends: number[] = [];
  for (const [place, verdict] of verdicts.entries()) {
    if (!verdict) continue;
    places |= 1 << place;
    const { min, max } = endsOf(verdict);
    ends.push(min, max);
  }
  return { verdicts, places, ends };
}

function settledVerdict(rule: SettledRule, about: SettledCase): Settled | undefined {
  const verdict = rule.limit(about);
  if (!verdict) return undefined;
  const { min, max } = verdict;
  const said = { reason: { code: rule.code, params: rule.params(about, verdict) }, min, max };
  return { ...said, entry: entryOf(said, false, false) };
}

const NOTHING_SETTLED: SettledRules = { verdicts: [], places: 0, ends: [] };

/** Used up within each call: made anew for each setpoint of ten thousand circuits it would be collected at length. */
const allowed = everything();

/** A place for what `limited` finds. */
export const newLimited = (): Limited => ({
  value: Number.NaN,
  exact: Number.NaN,
  binding: -1,
  overridden: 0,
  outcome: 0,
  caps: undefined,
});

/** The allowed value nearest to the wanted one, written into `found`. */
export function limited(start: Start, given: Given, found: Moving<Limited> = newLimited()): Limited {
  const rules = RULES[start.name];
  open(allowed);
  let caps: Given['caps'];
  let { shape } = start;
  let said = 0;
  let end = 0;
  const { places, ends } = given.settled ?? NOTHING_SETTLED;
  for (let place = 0; place < rules.length; place += 1) {
    shape <<= 1;
    if (places & (1 << place)) {
      narrow(allowed, between(ends[end] ?? Number.NaN, ends[end + 1] ?? Number.NaN), said);
      end += 2;
    } else {
      const verdict = rules[place]?.limit(given, allowed);
      if (!verdict) continue;
      narrow(allowed, endsOf(verdict), said);
      if (verdict.cap) caps = { ...caps, [verdict.cap.name]: verdict.cap.state };
    }
    shape |= 1;
    said += 1;
  }
  const { value, exact, binding } = resolve(start.value, allowed);
  found.value = value;
  found.exact = exact;
  found.binding = binding;
  found.overridden = allowed.overridden;
  found.outcome = outcomeOf(shape, binding, allowed.overridden);
  found.caps = caps;
  return found;
}

function inWords(rule: Rule | SettledRule | undefined, given: Given, left: Allowed): Said | undefined {
  const verdict = rule?.limit(given, left);
  if (!rule || !verdict) return undefined;
  const { min, max } = verdict;
  return { reason: { code: rule.code, params: rule.params(given, verdict) }, min, max };
}

/** Why: asks the rules once more, with their reasons; keeping every verdict of every cycle for it would cost more. */
export function explained(
  name: SetpointName,
  about: { readonly start: Sought; readonly found: Limited },
  given: Given,
): Explanation {
  open(allowed);
  const said: Said[] = [];
  const rules = RULES[name];
  for (let place = 0; place < rules.length; place += 1) {
    const verdict = given.settled?.verdicts[place] ?? inWords(rules[place], given, allowed);
    if (!verdict) continue;
    narrow(allowed, endsOf(verdict), said.length);
    said.push(verdict);
  }
  return explain(about.start, said, about.found);
}
