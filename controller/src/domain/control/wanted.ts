/** What a setpoint would be if nothing limited it. */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { CircuitConfig, SetpointName } from '../config.ts';
import { INPUT_POINT, type InputName, type Inputs, type SetpointState } from './circuit.ts';
import { tenth, type Course } from './course.ts';
import { minuteOf } from './schedule.ts';

/** For this long (ms) the last good wanted value stands in for one that cannot be computed. */
export const HOLD_MS = 30 * 60_000;

export interface WantedValue {
  readonly value: number;
  readonly reason: Reason;
  /** Corrections that are in it. */
  readonly notes?: readonly TraceEntry[] | undefined;
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
  /** Undefined without an outdoor temperature, a curve, or where the circuit has none. */
  readonly course: Course | undefined;
}

const lacksDesign = ({ config }: Pick<WantedCircuit, 'config'>): string => (config.kind ? 'design' : 'kind');

const WEATHER_CURVE: WantedRule = {
  inputs: ['outdoor_filtered_c'],
  lacks: lacksDesign,
  value: ({ course }, { outdoor_filtered_c: outdoor_c }) => {
    if (!course || outdoor_c === undefined) return undefined;
    const { supply_c: value, curve_c, notes } = course;
    const params = { outdoor_c: tenth(outdoor_c), value: tenth(curve_c) };
    return { value, reason: { code: 'weather_curve', params }, notes };
  },
};

/** Domestic hot water: the same in all weathers. */
const CONSTANT: WantedRule = {
  inputs: [],
  lacks: lacksDesign,
  value: ({ config: { design } }) =>
    design && { value: design.supply_c, reason: { code: 'constant', params: { value: design.supply_c } } },
};

const lacksFlow = ({ config }: WantedCircuit): string =>
  config.design && config.kind ? 'heated_area_m2' : lacksDesign({ config });

function flowValue({ design_flow_m3_h, course }: WantedCircuit): WantedValue | undefined {
  if (design_flow_m3_h === undefined) return undefined;
  const mode = course?.mode ?? 'quality';
  const ratio = course?.ratio ?? 1;
  const value = design_flow_m3_h * ratio;
  if (mode === 'quality') return { value, reason: { code: 'design_flow', params: { value: tenth(value) } } };
  const params = { value: tenth(value), ratio: Math.round(ratio * 100) / 100, mode };
  return { value, reason: { code: 'regulated_flow', params } };
}

/** Quality regulation: the flow stays at its design value, the temperature follows the weather. */
const DESIGN_FLOW: WantedRule = { inputs: [], lacks: lacksFlow, value: flowValue };

/** All other modes, and nights: the flow follows the weather as well. */
const REGULATED_FLOW: WantedRule = { ...DESIGN_FLOW, inputs: ['outdoor_filtered_c'] };

const DP_DAY: WantedRule = {
  inputs: ['local_minute'],
  lacks: () => 'dp_day',
  value: ({ config: { dp_day } }, { local_minute = 0 }) => {
    const begun = dp_day?.findLast(({ from }) => minuteOf(from) <= local_minute);
    const step = begun ?? dp_day?.at(-1);
    if (!step) return undefined;
    return {
      value: step.dp_kpa,
      reason: { code: 'dp_day', params: { value: step.dp_kpa, from: step.from } },
    };
  },
};

const isConstantFlow = ({ regulation, schedule }: CircuitConfig): boolean =>
  (regulation?.mode ?? 'quality') === 'quality' && schedule?.night.kind !== 'off';

/** The rule for each quantity; differential pressure without a course over the day is only ever wished. */
export function wantedRule(name: SetpointName, config: CircuitConfig): WantedRule | undefined {
  if (name === 'supply_c') return config.kind === 'dhw' ? CONSTANT : WEATHER_CURVE;
  if (name === 'dp_kpa') return config.dp_day ? DP_DAY : undefined;
  if (config.kind === 'dhw') return undefined;
  return isConstantFlow(config) ? DESIGN_FLOW : REGULATED_FLOW;
}

function missingOf({ inputs: names }: WantedRule, inputs: Inputs): InputName | undefined {
  for (const name of names) if (inputs[name] === undefined) return name;
  return undefined;
}

export interface Wanted {
  readonly value: number | undefined;
  readonly reason: Reason;
  readonly notes?: readonly TraceEntry[] | undefined;
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
  const missing = missingOf(rule, circuit.inputs);
  const computed = missing === undefined ? rule.value(circuit, circuit.inputs) : undefined;
  if (computed) {
    const { value, reason, notes } = computed;
    return { value, reason, notes, good: { value, at: now } };
  }
  const what = missing === undefined ? rule.lacks(circuit) : INPUT_POINT[missing];
  if (missing !== undefined && good && now - good.at <= HOLD_MS) {
    const params = { value: tenth(good.value), since: good.at, missing: what };
    return { value: good.value, reason: { code: 'held', params }, good };
  }
  return { value: undefined, reason: { code: 'no_input', params: { missing: what } }, good };
}
