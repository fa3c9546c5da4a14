/** The setpoints of one circuit: wanted values through the ordered rules. */
import type { TraceEntry } from '@heat-center/contract/reasons.ts';
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName, type StationConfig } from '../config.ts';
import type { Decision } from '../effects.ts';
import type { StationImage } from '../image.ts';
import {
  designFlowOf,
  IN_FORCE,
  measured,
  type ActiveWish,
  type CircuitState,
  type Inputs,
  type SetpointState,
} from './circuit.ts';
import { EVERYTHING, narrow, resolve } from './range.ts';
import { RULES, type Given, type Verdict } from './rules.ts';
import { wantedNow, wantedRule, type Wanted } from './wanted.ts';

export interface CircuitCase {
  readonly station: { readonly config: StationConfig; readonly image: StationImage; readonly now: number };
  readonly circuit: CircuitConfig;
  readonly state: CircuitState;
  readonly wish: ActiveWish | undefined;
  /** Filtered outdoor temperature, °C; undefined unless its sensor is fit now. */
  readonly outdoor_filtered_c: number | undefined;
  /** Time since the last cycle, s. */
  readonly passed_s: number;
  /** The station works to setpoints that are not the center's: start from those. */
  readonly follow: boolean;
}

export interface CircuitResult {
  readonly state: CircuitState;
  readonly decisions: readonly Decision[];
}

/** Decides every setpoint of a circuit that has a wanted value, a wish or a place to send it. */
export function decideCircuit(given: CircuitCase): CircuitResult {
  const { station, circuit, state } = given;
  const prefix = `circuits.${circuit.id}.`;
  const inputs: Inputs = {
    outdoor_filtered_c: given.outdoor_filtered_c,
    outdoor_c: measured(station, 'outdoor_c'),
    primary_return_c: measured(station, 'primary.return_c'),
    circuit_return_c: measured(station, `${prefix}return_c`),
  };
  const shared = { given, inputs, prefix, design_flow_m3_h: designFlowOf(station.config, circuit) };
  const setpoints: Record<SetpointName, SetpointState> = { ...state.setpoints };
  let { return_limit } = state;
  const decisions: Decision[] = [];
  for (const name of SETPOINT_NAMES) {
    const result = decideSetpoint(name, shared);
    if (!result) continue;
    setpoints[name] = result.state;
    decisions.push(result.decision);
    if (name === 'supply_c' && result.decision.value !== undefined) ({ return_limit } = result);
  }
  return { state: { setpoints, return_limit }, decisions };
}

interface Shared {
  readonly given: CircuitCase;
  readonly inputs: Inputs;
  readonly prefix: string;
  readonly design_flow_m3_h: number | undefined;
}

interface SetpointResult {
  readonly state: SetpointState;
  readonly decision: Decision;
  readonly return_limit: Verdict['return_limit'];
}

function decideSetpoint(name: SetpointName, shared: Shared): SetpointResult | undefined {
  const { given, inputs, design_flow_m3_h } = shared;
  const { now } = given.station;
  const config = given.circuit;
  const remembered = given.state.setpoints[name];
  const asked = given.wish?.setpoints[name];
  const rule = wantedRule(name, config);
  if (!rule && asked === undefined) return undefined;
  // A flow that nobody can use and nobody can compute is not worth a reason.
  if (name === 'flow_m3_h' && design_flow_m3_h === undefined && !config.accepts.includes(name))
    return undefined;
  const wanted =
    rule && wantedNow(rule, { config, design_flow_m3_h, inputs }, { good: remembered.good, now });
  const wish =
    asked === undefined || !given.wish
      ? undefined
      : { value: asked, by: given.wish.by, until: given.wish.until };
  const start = startOf(wanted, wish);
  if (!start) return undecided(name, wanted);
  const limited = applyRules(name, start, {
    now,
    config,
    primary: given.station.config.primary_limits,
    design_flow_m3_h,
    inputs,
    position: positionOf(name, shared),
    passed_s: given.passed_s,
    wish,
    target: wish?.value ?? start.value,
    return_limit: given.state.return_limit,
  });
  return {
    state: { good: wanted?.good, position: limited.exact },
    decision: {
      name,
      value: limited.value,
      wanted: wanted?.value,
      reason: limited.reason,
      trace: limited.trace,
    },
    return_limit: limited.return_limit,
  };
}

type Start = Pick<Parameters<typeof resolve>[0], 'value' | 'reason'>;

/** A wish can do without a wanted value: it is what an operator has when a sensor is gone. */
function startOf(wanted: Wanted | undefined, wish: Given['wish']): Start | undefined {
  if (wanted?.value !== undefined) return { value: wanted.value, reason: wanted.reason };
  return wish && { value: wish.value, reason: { code: 'wish', params: { ...wish } } };
}

function undecided(name: SetpointName, wanted: Wanted | undefined): SetpointResult | undefined {
  if (!wanted) return undefined;
  const trace: TraceEntry[] = [{ reason: wanted.reason, binding: true, overridden: false }];
  return {
    // Without a value there is no position: the next one starts from what the station then works to.
    state: { good: wanted.good },
    decision: { name, value: undefined, wanted: undefined, reason: wanted.reason, trace },
    return_limit: undefined,
  };
}

/** Where the ramp starts: the last output while the center leads, else the setpoint in force at the station. */
function positionOf(name: SetpointName, { given, prefix }: Shared): number | undefined {
  const last = given.state.setpoints[name].position;
  if (!given.follow && last !== undefined) return last;
  return measured(given.station, prefix + IN_FORCE[name]) ?? last ?? measured(given.station, prefix + name);
}

function applyRules(name: SetpointName, start: Start, given: Given) {
  let left = EVERYTHING;
  let return_limit: Verdict['return_limit'];
  const limits: Verdict[] = [];
  for (const rule of RULES[name]) {
    const verdict = rule.limit(given, left);
    if (!verdict) continue;
    left = narrow(left, verdict, limits.length);
    limits.push(verdict);
    return_limit = verdict.return_limit ?? return_limit;
  }
  return { ...resolve(start, limits, left), return_limit };
}
