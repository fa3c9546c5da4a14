/**
 * The limiting rules in the order in which they stand (docs/adr/0003-ordered-ranges.md).
 *
 * Each declares the measurements that it reads. A protective rule that lacks one takes its cautious side, so
 * that no protection vanishes with a sensor.
 */
import type { SetpointName } from '../config.ts';
import { POWER_LIMIT, PRIMARY_FLOW_LIMIT, RETURN_LIMIT } from './contract-limits.ts';
import {
  DP_LIMITS,
  EQUIPMENT_FLOW,
  EQUIPMENT_SUPPLY,
  FLOW_LIMITS,
  FROST_FLOW,
  FROST_SUPPLY,
  HARD_LIMITS,
} from './protections.ts';
import { RAMP_DP, RAMP_FLOW, RAMP_SUPPLY } from './ramps.ts';
import type { Rule, SettledRule } from './rule.ts';
import { SHORT_SOURCE } from './short-source.ts';

const WISH: Rule = {
  code: 'wish',
  inputs: [],
  limit: ({ wish }) => wish && { min: wish.value, max: wish.value },
  params: ({ wish }) => ({ ...wish }),
};

/** The order is the safety argument: equipment, frost, limits, ramp, short source, flow and power, return, wish. */
export const RULES: Readonly<Record<SetpointName, readonly (Rule | SettledRule)[]>> = {
  supply_c: [
    EQUIPMENT_SUPPLY,
    FROST_SUPPLY,
    HARD_LIMITS,
    RAMP_SUPPLY,
    SHORT_SOURCE,
    PRIMARY_FLOW_LIMIT,
    POWER_LIMIT,
    RETURN_LIMIT,
    WISH,
  ],
  flow_m3_h: [EQUIPMENT_FLOW, FROST_FLOW, FLOW_LIMITS, RAMP_FLOW, WISH],
  dp_kpa: [DP_LIMITS, RAMP_DP, WISH],
};
