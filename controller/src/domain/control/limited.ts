/** A wanted value through the ordered rules: what is left of it, and why. */
import type { SetpointName } from '../config.ts';
import {
  entryOf,
  everything,
  explain,
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
import type { Given, Rule, Settled, SettledCase, SettledRule } from './rule.ts';
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
  readonly value: number;
  /** Where it comes from (shape.ts). */
  readonly shape: number;
}

/** What rules say that follow from settings alone, by their place: the same until the settings change. */
export const settledVerdicts = (name: SetpointName, about: SettledCase): readonly (Settled | undefined)[] =>
  RULES[name].map((rule) => ('settled' in rule ? settledVerdict(rule, about) : undefined));

function settledVerdict(rule: SettledRule, about: SettledCase): Settled | undefined {
  const verdict = rule.limit(about);
  if (!verdict) return undefined;
  const { min, max } = verdict;
  const said = { reason: { code: rule.code, params: rule.params(about, verdict) }, min, max };
  return { ...said, entry: entryOf(said, false, false) };
}

/** Used up within each call: made anew for each setpoint of ten thousand circuits it would be collected at length. */
const allowed = everything();

/** The allowed value nearest to the wanted one. */
export function limited(name: SetpointName, start: Start, given: Given): Limited {
  const rules = RULES[name];
  open(allowed);
  let caps: Given['caps'];
  let { shape } = start;
  let said = 0;
  for (let place = 0; place < rules.length; place += 1) {
    shape <<= 1;
    const rule = rules[place];
    const verdict = given.settled?.[place] ?? rule?.limit(given, allowed);
    if (!verdict) continue;
    shape |= 1;
    narrow(allowed, verdict, said);
    said += 1;
    if (verdict.cap) caps = { ...caps, [verdict.cap.name]: verdict.cap.state };
  }
  const { value, exact, binding } = resolve(start.value, allowed);
  const { overridden } = allowed;
  return { value, exact, binding, overridden, outcome: outcomeOf(shape, binding, overridden), caps };
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
    const verdict = given.settled?.[place] ?? inWords(rules[place], given, allowed);
    if (!verdict) continue;
    narrow(allowed, verdict, said.length);
    said.push(verdict);
  }
  return explain(about.start, said, about.found);
}
