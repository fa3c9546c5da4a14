/**
 * The limiting rules, as data, in the order in which they stand (docs/adr/0003-ordered-ranges.md).
 *
 * Each declares the measurements that it reads. A protective rule that lacks one takes its cautious side, so
 * that no protection vanishes with a sensor.
 */
import type { ReasonCode } from '@heat-center/contract/reasons.ts';
import type { CircuitConfig, PrimaryLimits, SetpointName } from '../config.ts';
import {
  EQUIPMENT_MAXIMUM_C,
  FROST_FLOW_RATIO,
  FROST_OUTDOOR_C,
  FROST_RETURN_C,
  FROST_SUPPLY_C,
  HYGIENE_MINIMUM_C,
} from '../physics/equipment.ts';
import type { InputName, Inputs } from './circuit.ts';
import type { Allowed, Limit } from './range.ts';
import { stepReturnLimit, type ReturnLimitState } from './return-limit.ts';

/** Everything that rules read. */
export interface Given {
  readonly now: number;
  readonly config: CircuitConfig;
  readonly primary: PrimaryLimits | undefined;
  readonly design_flow_m3_h: number | undefined;
  readonly inputs: Inputs;
  /** Where the ramp starts: the setpoint in force. */
  readonly position: number | undefined;
  /** Time since the last cycle, s. */
  readonly passed_s: number;
  readonly wish: { readonly value: number; readonly by: string; readonly until: number } | undefined;
  /** What the output would be without limits. */
  readonly target: number;
  readonly return_limit: ReturnLimitState | undefined;
}

export type Verdict = Limit & { readonly return_limit?: ReturnLimitState | undefined };

export interface Rule {
  readonly code: ReasonCode;
  readonly inputs: readonly InputName[];
  /** Undefined when the rule has nothing to say. `left` is what the earlier rules allow. */
  readonly limit: (given: Given, left: Allowed) => Verdict | undefined;
}

/** Fastest change of the supply setpoint where the circuit names none, K/min. */
const RAMP_K_PER_MIN = 1;
/** Fastest change of the flow setpoint, as a share of the design flow in a minute. */
const RAMP_FLOW_RATIO_PER_MIN = 0.1;
/** Fastest change of the differential pressure setpoint, kPa/min. */
const RAMP_KPA_PER_MIN = 10;

type Cause = 'outdoor' | 'return' | 'outdoor_missing' | 'return_missing';

/** Why it counts as freezing; undefined while it does not. Unknown counts as cold. */
export function frostCause({
  outdoor_c,
  circuit_return_c,
}: Pick<Inputs, 'outdoor_c' | 'circuit_return_c'>): Cause | undefined {
  if (outdoor_c !== undefined && outdoor_c < FROST_OUTDOOR_C) return 'outdoor';
  if (circuit_return_c !== undefined && circuit_return_c < FROST_RETURN_C) return 'return';
  if (outdoor_c === undefined) return 'outdoor_missing';
  return circuit_return_c === undefined ? 'return_missing' : undefined;
}

const EQUIPMENT_MAXIMUM: Rule = {
  code: 'equipment_maximum',
  inputs: [],
  limit: ({ config: { kind } }) => {
    if (!kind) return undefined;
    const max = EQUIPMENT_MAXIMUM_C[kind];
    return { reason: { code: 'equipment_maximum', params: { max } }, max };
  },
};

const FROST_SUPPLY: Rule = {
  code: 'frost',
  inputs: ['outdoor_c', 'circuit_return_c'],
  limit: ({ config: { kind }, inputs }) => {
    const cause = frostCause(inputs);
    if (!cause || !kind) return undefined;
    const min = FROST_SUPPLY_C[kind];
    return { reason: { code: 'frost', params: { min, cause } }, min };
  },
};

const FROST_FLOW: Rule = {
  code: 'frost',
  inputs: ['outdoor_c', 'circuit_return_c'],
  limit: ({ config, inputs, design_flow_m3_h }) => {
    const cause = frostCause(inputs);
    const min =
      config.limits?.flow_min_m3_h ??
      (design_flow_m3_h === undefined ? undefined : FROST_FLOW_RATIO * design_flow_m3_h);
    if (!cause || min === undefined) return undefined;
    return { reason: { code: 'frost', params: { min, cause } }, min };
  },
};

/** The circuit's own limits; hot water is besides kept above its hygiene minimum as far as they allow. */
const HARD_LIMITS: Rule = {
  code: 'hard_limits',
  inputs: [],
  limit: ({ config }) => {
    const range = supplyLimits(config);
    return range && { reason: { code: 'hard_limits', params: { ...range } }, ...range };
  },
};

/** Lowest and highest supply setpoint of a circuit by its own limits, °C. */
export function supplyLimits({ kind, limits }: CircuitConfig): { min: number; max: number } | undefined {
  if (!limits) return undefined;
  const { supply_min_c, supply_max_c: max } = limits;
  return {
    min: kind === 'dhw' ? Math.min(Math.max(supply_min_c, HYGIENE_MINIMUM_C), max) : supply_min_c,
    max,
  };
}

function openRange(code: ReasonCode, min: number | undefined, max: number | undefined): Verdict | undefined {
  if (min === undefined && max === undefined) return undefined;
  const params = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  return { reason: { code, params }, min, max };
}

const FLOW_LIMITS: Rule = {
  code: 'flow_limits',
  inputs: [],
  limit: ({ config: { limits } }) => openRange('flow_limits', limits?.flow_min_m3_h, limits?.flow_max_m3_h),
};

const DP_LIMITS: Rule = {
  code: 'hard_limits',
  inputs: [],
  limit: ({ config: { limits } }) => openRange('hard_limits', limits?.dp_min_kpa, limits?.dp_max_kpa),
};

function rampRange(given: Given, rate_per_min: number): { min: number; max: number } | undefined {
  if (given.position === undefined) return undefined;
  const step = (rate_per_min * given.passed_s) / 60;
  return { min: given.position - step, max: given.position + step };
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
const shown = ({ min, max }: { min: number; max: number }) => ({ min: hundredth(min), max: hundredth(max) });

/** A ramp for quantities that have no setting of their own. */
function ramp(rate: (given: Given) => number | undefined): Rule {
  return {
    code: 'ramp',
    inputs: [],
    limit: (given) => {
      const rate_per_min = rate(given);
      const range = rate_per_min === undefined ? undefined : rampRange(given, rate_per_min);
      return range && { reason: { code: 'ramp', params: shown(range) }, ...range };
    },
  };
}

const RAMP_SUPPLY: Rule = {
  code: 'ramp',
  inputs: [],
  limit: (given) => {
    const rate_k_per_min = given.config.limits?.ramp_k_per_min ?? RAMP_K_PER_MIN;
    const range = rampRange(given, rate_k_per_min);
    return range && { reason: { code: 'ramp', params: { ...shown(range), rate_k_per_min } }, ...range };
  },
};

const RAMP_FLOW = ramp(({ design_flow_m3_h }) =>
  design_flow_m3_h === undefined ? undefined : RAMP_FLOW_RATIO_PER_MIN * design_flow_m3_h,
);
const RAMP_DP = ramp(() => RAMP_KPA_PER_MIN);

interface Margin {
  readonly return_c: number;
  readonly limit_c: number;
}

/** The limited return that is nearest to its limit or farthest above it; those that are unknown aside. */
function worstReturn({ config, primary, inputs }: Given): {
  worst: Margin | undefined;
  unknown: boolean;
  any: boolean;
} {
  let worst: Margin | undefined;
  let unknown = false;
  let any = false;
  const look = (limit_c: number | undefined, return_c: number | undefined): void => {
    if (limit_c === undefined) return;
    any = true;
    if (return_c === undefined) unknown = true;
    else if (!worst || limit_c - return_c < worst.limit_c - worst.return_c) worst = { limit_c, return_c };
  };
  look(primary?.return_max_c, inputs.primary_return_c);
  look(config.limits?.return_max_c, inputs.circuit_return_c);
  return { worst, unknown, any };
}

/** Heating circuits only. While a limited return is unknown, a limit in force may tighten but not ease. */
const RETURN_LIMIT: Rule = {
  code: 'return_limit',
  inputs: ['primary_return_c', 'circuit_return_c'],
  limit: (given, left) => {
    const { worst, unknown, any } = worstReturn(given);
    if (!any || given.config.kind === 'dhw') return undefined;
    const margin_k = worst && worst.limit_c - worst.return_c;
    const step = stepReturnLimit(given.return_limit, {
      now: given.now,
      margin_k: unknown && margin_k !== undefined && margin_k > 0 ? undefined : margin_k,
      from_c: given.position ?? given.target,
      floor_c: left.min,
      target_c: given.target,
    });
    if (step.max_c === undefined) return undefined;
    const params = { max: Math.round(step.max_c * 10) / 10, ...worst };
    return { reason: { code: 'return_limit', params }, max: step.max_c, return_limit: step.state };
  },
};

const WISH: Rule = {
  code: 'wish',
  inputs: [],
  limit: ({ wish }) =>
    wish && { reason: { code: 'wish', params: { ...wish } }, min: wish.value, max: wish.value },
};

/** The order is the safety argument: equipment, frost, limits, ramp, return limit, wish. */
export const RULES: Readonly<Record<SetpointName, readonly Rule[]>> = {
  supply_c: [EQUIPMENT_MAXIMUM, FROST_SUPPLY, HARD_LIMITS, RAMP_SUPPLY, RETURN_LIMIT, WISH],
  flow_m3_h: [FROST_FLOW, FLOW_LIMITS, RAMP_FLOW, WISH],
  dp_kpa: [DP_LIMITS, RAMP_DP, WISH],
};
