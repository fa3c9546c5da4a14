/** What comes before everything else: equipment, frost, and the limits that people set for a circuit. */
import type { CircuitConfig, CircuitKind } from '../config.ts';
import {
  EQUIPMENT_MAXIMUM_C,
  FROST_FLOW_RATIO,
  FROST_OUTDOOR_C,
  FROST_RETURN_C,
  FROST_SUPPLY_C,
  HYGIENE_MINIMUM_C,
} from '../physics/equipment.ts';
import { pipeFlow } from '../physics/flow.ts';
import type { Inputs } from './circuit.ts';
import { standing } from './range.ts';
import { openRange, type Given, type Rule, type Verdict } from './rule.ts';

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

const KINDS: readonly CircuitKind[] = ['radiators', 'floor', 'ventilation', 'dhw'];

const EQUIPMENT_VERDICTS = new Map(
  KINDS.map((kind): [CircuitKind, Verdict] => {
    const max = EQUIPMENT_MAXIMUM_C[kind];
    return [kind, standing({ reason: { code: 'equipment_maximum', params: { max } }, max })];
  }),
);

/** A verdict that follows from a circuit's settings alone, made once for each. */
function settled(make: (circuit: CircuitConfig) => Verdict | undefined) {
  const made = new WeakMap<CircuitConfig, { readonly verdict: Verdict | undefined }>();
  return (circuit: CircuitConfig): Verdict | undefined => {
    let known = made.get(circuit);
    if (!known) {
      const verdict = make(circuit);
      made.set(circuit, (known = { verdict: verdict && standing(verdict) }));
    }
    return known.verdict;
  };
}

export const EQUIPMENT_SUPPLY: Rule = {
  code: 'equipment_maximum',
  inputs: [],
  limit: ({ config: { kind } }) => {
    return kind && EQUIPMENT_VERDICTS.get(kind);
  },
};

/** Most that pipe and pumps of a circuit carry, m³/h; undefined where neither is known. */
export function equipmentFlow({ limits }: CircuitConfig): number | undefined {
  const { pipe_mm, pump_max_m3_h } = limits ?? {};
  const pipe_m3_h = pipe_mm === undefined ? undefined : pipeFlow(pipe_mm);
  if (pipe_m3_h === undefined) return pump_max_m3_h;
  return Math.min(pipe_m3_h, pump_max_m3_h ?? Infinity);
}

const flowMaximum = settled((circuit) => openRange('equipment_maximum', undefined, equipmentFlow(circuit)));

export const EQUIPMENT_FLOW: Rule = {
  code: 'equipment_maximum',
  inputs: [],
  limit: ({ config }) => flowMaximum(config),
};

const frostVerdict = (kind: CircuitKind, cause: Cause): Verdict => {
  const min = FROST_SUPPLY_C[kind];
  return standing({ reason: { code: 'frost', params: { min, cause } }, min });
};

const frostVerdicts = (kind: CircuitKind): Readonly<Record<Cause, Verdict>> => ({
  outdoor: frostVerdict(kind, 'outdoor'),
  return: frostVerdict(kind, 'return'),
  outdoor_missing: frostVerdict(kind, 'outdoor_missing'),
  return_missing: frostVerdict(kind, 'return_missing'),
});

const FROST_VERDICTS: Readonly<Record<CircuitKind, Readonly<Record<Cause, Verdict>>>> = {
  radiators: frostVerdicts('radiators'),
  floor: frostVerdicts('floor'),
  ventilation: frostVerdicts('ventilation'),
  dhw: frostVerdicts('dhw'),
};

export const FROST_SUPPLY: Rule = {
  code: 'frost',
  inputs: ['outdoor_c', 'circuit_return_c'],
  limit: ({ config: { kind }, inputs }) => {
    const cause = frostCause(inputs);
    return cause && kind && FROST_VERDICTS[kind][cause];
  },
};

/** Flow that a circuit never falls below: its own lowest, else a share of the design flow. */
function circulation({ config, design_flow_m3_h }: Given): number | undefined {
  const share = design_flow_m3_h === undefined ? undefined : FROST_FLOW_RATIO * design_flow_m3_h;
  return config.limits?.flow_min_m3_h ?? share;
}

export const FROST_FLOW: Rule = {
  code: 'frost',
  inputs: ['outdoor_c', 'circuit_return_c'],
  limit: (given) => {
    const cause = frostCause(given.inputs);
    const min = circulation(given);
    if (!cause || min === undefined) return undefined;
    return { reason: { code: 'frost', params: { min, cause } }, min };
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

const hardLimits = settled((circuit) => {
  const range = supplyLimits(circuit);
  return range && { reason: { code: 'hard_limits', params: { ...range } }, ...range };
});

/** The circuit's own limits; hot water is besides kept above its hygiene minimum as far as they allow. */
export const HARD_LIMITS: Rule = {
  code: 'hard_limits',
  inputs: [],
  limit: ({ config }) => hardLimits(config),
};

/** Between lowest circulation and the highest flow that people allow. */
export const FLOW_LIMITS: Rule = {
  code: 'flow_limits',
  inputs: [],
  limit: (given) => openRange('flow_limits', circulation(given), given.config.limits?.flow_max_m3_h),
};

export const DP_LIMITS: Rule = {
  code: 'hard_limits',
  inputs: [],
  limit: ({ config: { limits } }) => openRange('hard_limits', limits?.dp_min_kpa, limits?.dp_max_kpa),
};
