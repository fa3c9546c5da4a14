/** What a circuit's settings say of each setpoint, found once: asking them for ten thousand circuits takes time. */
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName } from '../config.ts';
import { settledVerdicts } from './limited.ts';
import type { Settled } from './rule.ts';
import { wantedRule, type WantedRule } from './wanted.ts';

export interface Quantity {
  /** Undefined where it is only ever wished. */
  readonly rule: WantedRule | undefined;
  /** What nobody can use is not worth a reason: a flow that nobody can compute, a pressure that nobody takes. */
  readonly isUsed: boolean;
  /** What rules say that follow from settings alone, by their place. */
  readonly settled: readonly (Settled | undefined)[];
}

export type Quantities = Readonly<Record<SetpointName, Quantity>>;

export function quantitiesOf(config: CircuitConfig, design_flow_m3_h: number | undefined): Quantities {
  const of = (name: SetpointName): Quantity => ({
    rule: wantedRule(name, config),
    isUsed:
      name === 'supply_c' ||
      config.accepts.includes(name) ||
      (name === 'flow_m3_h' && design_flow_m3_h !== undefined),
    settled: settledVerdicts(name, { config, design_flow_m3_h }),
  });
  const [supply_c, flow_m3_h, dp_kpa] = SETPOINT_NAMES;
  return { supply_c: of(supply_c), flow_m3_h: of(flow_m3_h), dp_kpa: of(dp_kpa) };
}
