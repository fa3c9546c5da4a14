/** What a circuit's settings say of each setpoint, found once: asking them for ten thousand circuits takes time. */
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName } from '../config.ts';
import { settledRules } from './limited.ts';
import { slotOf, type Slot } from './memory.ts';
import type { SettledRules } from './rule.ts';
import { wantedRule, type WantedRule } from './wanted.ts';

export interface Quantity extends SettledRules {
  readonly name: SetpointName;
  /** Where a circuit remembers it. */
  readonly slot: Slot;
  /** Undefined where it is only ever wished. */
  readonly rule: WantedRule | undefined;
}

/** So many different ones are known before knowing begins anew: settings may change for years. */
const MOST_KNOWN = 20_000;

/** Most circuits of a network have limits in common: one object serves all of them, and stays near at hand. */
const known = new Map<WantedRule | undefined, Map<string, Quantity>>();

function shared(quantity: Quantity): Quantity {
  const { name, rule, places, ends } = quantity;
  const ofRule = known.get(rule) ?? new Map<string, Quantity>();
  known.set(rule, ofRule);
  if (ofRule.size >= MOST_KNOWN) ofRule.clear();
  const key = `${name} ${places} ${ends.join(' ')}`;
  const same = ofRule.get(key) ?? quantity;
  ofRule.set(key, same);
  return same;
}

/** The setpoints that are decided, in order: a flow that nobody can compute and a pressure that nobody takes are not. */
export function quantitiesOf(config: CircuitConfig, design_flow_m3_h: number | undefined): Quantity[] {
  const isUsed = (name: SetpointName): boolean =>
    name === 'supply_c' ||
    config.accepts.includes(name) ||
    (name === 'flow_m3_h' && design_flow_m3_h !== undefined);
  return SETPOINT_NAMES.filter(isUsed).map((name) => {
    const settled = settledRules(name, { config, design_flow_m3_h });
    return shared({ name, slot: slotOf(name), rule: wantedRule(name, config), ...settled });
  });
}
