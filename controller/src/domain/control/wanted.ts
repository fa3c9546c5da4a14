/** What a setpoint would be if nothing limited it. */
import type { Reason } from '@heat-center/contract/reasons.ts';
import type { CircuitConfig, SetpointName } from '../config.ts';
import { isDesign, weatherCurve } from '../physics/weather-curve.ts';
import { INPUT_POINT, type InputName, type Inputs, type SetpointState } from './circuit.ts';

/** For this long (ms) the last good wanted value stands in for one that cannot be computed. */
export const HOLD_MS = 30 * 60_000;

export interface WantedValue {
  readonly value: number;
  readonly reason: Reason;
}

/** A rule that computes a wanted value from settings and the inputs that it declares. */
interface WantedRule {
  readonly inputs: readonly InputName[];
  /** Undefined when a setting is missing; `lacks` names it. */
  readonly value: (circuit: WantedCircuit, inputs: Inputs) => WantedValue | undefined;
  readonly lacks: (circuit: WantedCircuit) => string;
}

export interface WantedCircuit {
  readonly config: CircuitConfig;
  readonly design_flow_m3_h: number | undefined;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
const lacksDesign = ({ config }: WantedCircuit): string => (config.kind ? 'design' : 'kind');

const WEATHER_CURVE: WantedRule = {
  inputs: ['outdoor_filtered_c'],
  lacks: lacksDesign,
  value: ({ config: { kind, design } }, { outdoor_filtered_c: outdoor_c }) => {
    if (!isDesign(design) || !kind || kind === 'dhw' || outdoor_c === undefined) return undefined;
    const { supply_c: value } = weatherCurve({ design, kind }, outdoor_c);
    return {
      value,
      reason: { code: 'weather_curve', params: { outdoor_c: tenth(outdoor_c), value: tenth(value) } },
    };
  },
};

/** Domestic hot water: the same in all weathers. */
const CONSTANT: WantedRule = {
  inputs: [],
  lacks: lacksDesign,
  value: ({ config: { design } }) =>
    design && { value: design.supply_c, reason: { code: 'constant', params: { value: design.supply_c } } },
};

/** Quality regulation: the flow stays at its design value, the temperature follows the weather. */
const DESIGN_FLOW: WantedRule = {
  inputs: [],
  lacks: ({ config }) =>
    config.design && config.kind ? 'heated_area_m2' : lacksDesign({ config, design_flow_m3_h: undefined }),
  value: ({ design_flow_m3_h: value }) =>
    value === undefined
      ? undefined
      : { value, reason: { code: 'design_flow', params: { value: tenth(value) } } },
};

/** The rule for each quantity; differential pressure is only ever wished. */
export function wantedRule(name: SetpointName, config: CircuitConfig): WantedRule | undefined {
  if (name === 'supply_c') return config.kind === 'dhw' ? CONSTANT : WEATHER_CURVE;
  return name === 'flow_m3_h' && config.kind !== 'dhw' ? DESIGN_FLOW : undefined;
}

export interface Wanted {
  readonly value: number | undefined;
  readonly reason: Reason;
  readonly good: SetpointState['good'];
}

/**
 * The wanted value now: computed from fit inputs, else the last good one for 30 min, else none. It is the
 * wanted value that is held, not the output, so limits and ramps go on acting on it.
 */
export function wantedNow(
  rule: WantedRule,
  circuit: WantedCircuit & { readonly inputs: Inputs },
  remembered: { readonly good: SetpointState['good']; readonly now: number },
): Wanted {
  const { now, good } = remembered;
  const missing = rule.inputs.find((name) => circuit.inputs[name] === undefined);
  const computed = missing === undefined ? rule.value(circuit, circuit.inputs) : undefined;
  if (computed) return { ...computed, good: { value: computed.value, at: now } };
  const what = missing === undefined ? rule.lacks(circuit) : INPUT_POINT[missing];
  if (missing !== undefined && good && now - good.at <= HOLD_MS) {
    const params = { value: tenth(good.value), since: good.at, missing: what };
    return { value: good.value, reason: { code: 'held', params }, good };
  }
  return { value: undefined, reason: { code: 'no_input', params: { missing: what } }, good };
}
