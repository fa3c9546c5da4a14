/** What a setpoint would be if nothing limited it. */
import type { Reason, ReasonCode, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { CircuitConfig, DpStep, SetpointName } from '../config.ts';
import { INPUT_POINT, type InputName, type Inputs } from './circuit.ts';
import { correctionsOf, notesOf, tenth } from './corrections.ts';
import type { Course } from './course.ts';
import type { Good } from './memory.ts';
import { minuteOf } from './schedule.ts';

/** For this long (ms) the last good wanted value stands in for one that cannot be computed. */
export const HOLD_MS = 30 * 60_000;

/** A rule that computes a wanted value from settings and the inputs that it declares. */
export interface WantedRule {
  readonly inputs: readonly InputName[];
  /** Undefined when a setting is missing; `lacks` names it. */
  readonly value: (circuit: WantedCircuit, inputs: Inputs) => number | undefined;
  readonly code: (circuit: WantedCircuit) => ReasonCode;
  /** Numbers of the reason; asked only when the decision is explained anew, which most cycles do not. */
  readonly params: (circuit: WantedCircuit, inputs: Inputs, value: number) => Reason['params'];
  /** Corrections that are in it, as bits and in words. */
  readonly corrections?: (circuit: WantedCircuit) => number;
  readonly notes?: (circuit: WantedCircuit) => readonly TraceEntry[];
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
  code: () => 'weather_curve',
  value: ({ course }) => course?.supply_c,
  corrections: ({ course }) => (course ? correctionsOf(course.input) : 0),
  notes: ({ course }) => (course ? notesOf(course) : []),
  params: ({ course }, { outdoor_filtered_c: outdoor_c = Number.NaN }, value) => ({
    outdoor_c: tenth(outdoor_c),
    value: tenth(course?.curve_c ?? value),
  }),
};

/** Domestic hot water: the same in all weathers. */
const CONSTANT: WantedRule = {
  inputs: [],
  lacks: lacksDesign,
  code: () => 'constant',
  value: ({ config: { design } }) => design?.supply_c,
  params: (_circuit, _inputs, value) => ({ value }),
};

const lacksFlow = ({ config }: WantedCircuit): string =>
  config.design && config.kind ? 'heated_area_m2' : lacksDesign({ config });

const modeOf = ({ course }: WantedCircuit): Course['mode'] => course?.mode ?? 'quality';

/** Quality regulation: the flow stays at its design value, the temperature follows the weather. */
const DESIGN_FLOW: WantedRule = {
  inputs: [],
  lacks: lacksFlow,
  code: (circuit) => (modeOf(circuit) === 'quality' ? 'design_flow' : 'regulated_flow'),
  value: ({ design_flow_m3_h, course }) =>
    design_flow_m3_h === undefined ? undefined : design_flow_m3_h * (course?.ratio ?? 1),
  params: (circuit, _inputs, value) => {
    const mode = modeOf(circuit);
    if (mode === 'quality') return { value: tenth(value) };
    return { value: tenth(value), ratio: Math.round((circuit.course?.ratio ?? 1) * 100) / 100, mode };
  },
};

/** All other modes, and nights: the flow follows the weather as well. */
const REGULATED_FLOW: WantedRule = { ...DESIGN_FLOW, inputs: ['outdoor_filtered_c'] };

function stepNow({ config: { dp_day } }: WantedCircuit, { local_minute = 0 }: Inputs): DpStep | undefined {
  const begun = dp_day?.findLast(({ from }) => minuteOf(from) <= local_minute);
  return begun ?? dp_day?.at(-1);
}

const DP_DAY: WantedRule = {
  inputs: ['local_minute'],
  lacks: () => 'dp_day',
  code: () => 'dp_day',
  value: (circuit, inputs) => stepNow(circuit, inputs)?.dp_kpa,
  params: (circuit, inputs, value) => ({ value, from: stepNow(circuit, inputs)?.from ?? '' }),
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

/** What was wanted last, and the time. */
interface Remembered {
  readonly good: Good | undefined;
  readonly now: number;
}

type WantedCase = WantedCircuit & { readonly inputs: Inputs };

/** Computed from fit inputs; undefined where one is missing, or a setting. */
export function computedValue(rule: WantedRule, circuit: WantedCase): number | undefined {
  const { inputs } = circuit;
  return missingOf(rule, inputs) === undefined ? rule.value(circuit, inputs) : undefined;
}

/** The last good value for 30 min, while an input is missing. */
export function heldValue(
  rule: WantedRule,
  { inputs }: WantedCase,
  { good, now }: Remembered,
): number | undefined {
  return good && now - good.at <= HOLD_MS && missingOf(rule, inputs) !== undefined ? good.value : undefined;
}

export interface Wanted {
  readonly value: number | undefined;
  readonly reason: Reason;
  /** Corrections that are in it. */
  readonly notes?: readonly TraceEntry[] | undefined;
}

/**
 * The wanted value now, explained: computed from fit inputs, else the last good one for 30 min, else none. It is the
 * wanted value that is held, not the output, so limits and ramps go on acting on it.
 */
export function wantedNow(rule: WantedRule, circuit: WantedCase, remembered: Remembered): Wanted {
  const { inputs } = circuit;
  const value = computedValue(rule, circuit);
  if (value !== undefined) {
    const reason = { code: rule.code(circuit), params: rule.params(circuit, inputs, value) };
    return { value, reason, notes: rule.notes?.(circuit) };
  }
  const missing = missingOf(rule, inputs);
  const what = missing === undefined ? rule.lacks(circuit) : INPUT_POINT[missing];
  const held = heldValue(rule, circuit, remembered);
  if (held !== undefined) {
    const params = { value: tenth(held), since: remembered.good?.at ?? remembered.now, missing: what };
    return { value: held, reason: { code: 'held', params } };
  }
  return { value: undefined, reason: { code: 'no_input', params: { missing: what } } };
}
