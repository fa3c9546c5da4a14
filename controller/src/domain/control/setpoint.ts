/** One setpoint of a circuit: its wanted value through the ordered rules. */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { SetpointName } from '../config.ts';
import type { Decision } from '../effects.ts';
import { fitValue, type PointValue } from '../image.ts';
import type { Moving } from '../moving.ts';
import type { CircuitState, Inputs, SetpointState } from './circuit.ts';
import type { Course } from './course.ts';
import type { CircuitCase } from './decide.ts';
import { explained, limited } from './limited.ts';
import type { Sought } from './range.ts';
import type { Given } from './rule.ts';
import { wantedNow, wantedRule, type Wanted } from './wanted.ts';

/** What the setpoints of a circuit have in common. */
export interface Shared {
  readonly given: CircuitCase;
  readonly inputs: Inputs;
  readonly course: Course | undefined;
  /** Heat comes back after a night: limits of contracts wait. */
  readonly boosting: boolean;
}

/**
 * Moves a setpoint and its decision on, which then stands at `index` of the circuit's decisions; false where there is
 * nothing to decide.
 */
export function decideSetpoint(name: SetpointName, shared: Shared, index: number): boolean {
  const { given } = shared;
  const { circuit, design_flow_m3_h } = given.sensors;
  const asked = given.wish?.setpoints[name];
  const rule = wantedRule(name, circuit);
  if (!rule && asked === undefined) return false;
  // What nobody can use is not worth a reason: a flow that nobody can compute, a pressure that nobody takes.
  if (name !== 'supply_c' && !circuit.accepts.includes(name)) {
    if (name === 'dp_kpa' || design_flow_m3_h === undefined) return false;
  }
  const { good } = given.state.setpoints[name];
  const about = { config: circuit, design_flow_m3_h, course: shared.course, inputs: shared.inputs };
  const wanted = rule && wantedNow(rule, about, { good, now: given.station.now });
  const wish =
    asked === undefined || !given.wish
      ? undefined
      : { value: asked, by: given.wish.by, until: given.wish.until };
  const start = startOf(wanted, wish);
  const decision = decisionAt(given.decided, index, name);
  if (start) move({ name, shared, start, wanted, wish, decision });
  else if (wanted) leaveOpen(given.state.setpoints[name], decision, wanted);
  return true;
}

const hasValue = (wanted: Wanted): wanted is Wanted & Sought => wanted.value !== undefined;

/** A wish can do without a wanted value: it is what an operator has when a sensor is gone. */
function startOf(wanted: Wanted | undefined, wish: Given['wish']): Sought | undefined {
  if (wanted && hasValue(wanted)) return wanted;
  return wish && { value: wish.value, reason: { code: 'wish', params: { ...wish } } };
}

const NO_REASON: Reason = { code: 'no_input', params: {} };
const NO_TRACE: readonly TraceEntry[] = [];

/** The decision on a setpoint: that of the last cycle, moved to its place, or a new one. */
function decisionAt(decided: Decision[], index: number, name: SetpointName): Moving<Decision> {
  const known = decided[index];
  if (known?.name === name) return known;
  const at = decided.findIndex((decision) => decision.name === name);
  const [moved] = at < 0 ? [] : decided.splice(at, 1);
  const decision = moved ?? {
    name,
    value: undefined,
    wanted: undefined,
    reason: NO_REASON,
    trace: NO_TRACE,
    outcome: undefined,
  };
  decided.splice(index, 0, decision);
  return decision;
}

interface Moved {
  readonly name: SetpointName;
  readonly shared: Shared;
  readonly start: Sought;
  readonly wanted: Wanted | undefined;
  readonly wish: Given['wish'];
  readonly decision: Moving<Decision>;
}

/** Numbers in an explanation are no older than this, ms. */
const EXPLAINED_FOR_MS = 60_000;

function move({ name, shared, start, wanted, wish, decision }: Moved): void {
  const { given } = shared;
  const { now } = given.station;
  const state: Moving<SetpointState> = given.state.setpoints[name];
  const rules = rulesCase(name, shared, { wish, target: wish?.value ?? start.value });
  const found = limited(name, start, rules);
  // Most cycles change nothing, and what they said anew for ten thousand circuits would be collected at length. A
  // circuit with a wish is always explained anew.
  const isFresh = !given.wish && now - (state.explained_at ?? Number.NEGATIVE_INFINITY) < EXPLAINED_FOR_MS;
  if (!isFresh || decision.value !== found.value || decision.outcome !== found.outcome) {
    const { reason, trace } = explained(name, { start, found }, rules);
    decision.reason = reason;
    decision.trace = trace;
    state.explained_at = now;
  }
  decision.value = found.value;
  decision.wanted = wanted?.value;
  decision.outcome = found.outcome;
  state.good = wanted?.good;
  state.position = found.exact;
  const circuit: Moving<CircuitState> = given.state;
  if (name === 'supply_c') circuit.caps = found.caps;
}

/** Without a value there is no position: the next one starts from what the station then works to. */
function leaveOpen(state: Moving<SetpointState>, decision: Moving<Decision>, wanted: Wanted): void {
  state.good = wanted.good;
  state.position = undefined;
  state.explained_at = undefined;
  decision.value = undefined;
  decision.wanted = undefined;
  decision.reason = wanted.reason;
  decision.trace = [{ reason: wanted.reason, binding: true, overridden: false }];
  decision.outcome = undefined;
}

function rulesCase(name: SetpointName, shared: Shared, asked: Pick<Given, 'wish' | 'target'>): Given {
  const { given, inputs, boosting } = shared;
  const { config, now } = given.station;
  const { circuit, design_flow_m3_h } = given.sensors;
  return {
    now,
    config: circuit,
    primary: config.primary_limits,
    meter_s: config.every_s.meter,
    design_flow_m3_h,
    inputs,
    position: positionOf(name, given),
    passed_s: given.passed_s,
    wish: asked.wish,
    target: asked.target,
    boosting,
    short: given.short,
    ratio: shared.course?.ratio,
    caps: given.state.caps,
  };
}

/** Where the ramp starts: the last output while the center leads, else the setpoint in force at the station. */
function positionOf(name: SetpointName, given: CircuitCase): number | undefined {
  const last = given.state.setpoints[name].position;
  if (!given.follow && last !== undefined) return last;
  const { set, is } = given.sensors;
  return measuredNow(given, set[name]) ?? last ?? measuredNow(given, is[name]);
}

export const measuredNow = ({ station: { config, now } }: CircuitCase, point: PointValue | undefined) =>
  fitValue(point, now, config.every_s.default);
