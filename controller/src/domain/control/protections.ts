/** What comes before everything else: equipment, frost, and the limits that people set for a circuit. */
import type { CircuitConfig } from '../config.ts';
import {
  EQUIPMENT_MAXIMUM_C,
  FROST_FLOW_RATIO,
  FROST_OUTDOOR_C,
  FROST_RETURN_C,
  FROST_SUPPLY_C,
  HYGIENE_MINIMUM_C,
} from '../physics/equipment.ts';
import { pipeFlow } from '../physics/flow.ts';
import type { RatioLimits } from '../physics/regulation.ts';
import type { Inputs } from './circuit.ts';
import { openRange, rangeParams, type Rule, type SettledCase, type SettledRule } from './rule.ts';

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

export const EQUIPMENT_SUPPLY: SettledRule = {
  code: 'equipment_maximum',
  inputs: [],
  settled: true,
  limit: ({ config: { kind } }) => kind && { min: undefined, max: EQUIPMENT_MAXIMUM_C[kind] },
  params: rangeParams,
};

/** Most that pipe and pumps of a circuit carry, m³/h; undefined where neither is known. */
export function equipmentFlow({ limits }: CircuitConfig): number | undefined {
  const { pipe_mm, pump_max_m3_h } = limits ?? {};
  const pipe_m3_h = pipe_mm === undefined ? undefined : pipeFlow(pipe_mm);
  if (pipe_m3_h === undefined) return pump_max_m3_h;
  return Math.min(pipe_m3_h, pump_max_m3_h ?? Infinity);
}

const NO_RATIOS: RatioLimits = {};

/** Flow limits of a circuit whose flow is regulated, as shares of its design flow. */
export function flowRatios(circuit: CircuitConfig, design_flow_m3_h: number | undefined): RatioLimits {
  if (design_flow_m3_h === undefined || !circuit.regulation) return NO_RATIOS;
  const { flow_min_m3_h: min, flow_max_m3_h } = circuit.limits ?? {};
  const max = Math.min(flow_max_m3_h ?? Infinity, equipmentFlow(circuit) ?? Infinity);
  return { min: min === undefined ? undefined : min / design_flow_m3_h, max: max / design_flow_m3_h };
}

export const EQUIPMENT_FLOW: SettledRule = {
  code: 'equipment_maximum',
  inputs: [],
  settled: true,
  limit: ({ config }) => openRange(undefined, equipmentFlow(config)),
  params: rangeParams,
};

const frostParams: Rule['params'] = ({ inputs }, { min }) => {
  const cause = frostCause(inputs);
  return { ...(min === undefined ? {} : { min }), ...(cause && { cause }) };
};

export const FROST_SUPPLY: Rule = {
  code: 'frost',
  inputs: ['outdoor_c', 'circuit_return_c'],
  limit: ({ config: { kind }, inputs }) =>
    kind && frostCause(inputs) ? { min: FROST_SUPPLY_C[kind], max: undefined } : undefined,
  params: frostParams,
};

/** Flow that a circuit never falls below: its own lowest, else a share of the design flow. */
function circulation({ config, design_flow_m3_h }: SettledCase): number | undefined {
  const share = design_flow_m3_h === undefined ? undefined : FROST_FLOW_RATIO * design_flow_m3_h;
  return config.limits?.flow_min_m3_h ?? share;
}

export const FROST_FLOW: Rule = {
  code: 'frost',
  inputs: ['outdoor_c', 'circuit_return_c'],
  limit: (given) => (frostCause(given.inputs) ? openRange(circulation(given), undefined) : undefined),
  params: frostParams,
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

/** The circuit's own limits; hot water is besides kept above its hygiene minimum as far as they allow. */
export const HARD_LIMITS: SettledRule = {
  code: 'hard_limits',
  inputs: [],
  settled: true,
  limit: ({ config }) => supplyLimits(config),
  params: rangeParams,
};

/** Between lowest circulation and the highest flow that people allow. */
export const FLOW_LIMITS: SettledRule = {
  code: 'flow_limits',
  inputs: [],
  settled: true,
  limit: (given) => openRange(circulation(given), given.config.limits?.flow_max_m3_h),
  params: rangeParams,
};

export const DP_LIMITS: SettledRule = {
  code: 'hard_limits',
  inputs: [],
  settled: true,
  limit: ({ config: { limits } }) => openRange(limits?.dp_min_kpa, limits?.dp_max_kpa),
  params: rangeParams,
};
