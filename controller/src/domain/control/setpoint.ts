/** One setpoint of a circuit: its wanted value through the ordered rules. */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { SetpointName } from '../config.ts';
import type { Decision } from '../effects.ts';
import { fitValue, type PointValue } from '../image.ts';
import type { Moving } from '../moving.ts';
import type { CircuitState, SetpointState } from './circuit.ts';
import type { CircuitCase } from './decide.ts';
import type { Desk } from './desk.ts';
import { explained, limited } from './limited.ts';
import type { Sought } from './range.ts';
import type { Given } from './rule.ts';
import { shapeOf } from './shape.ts';
import { computedValue, heldValue, wantedNow, type Wanted, type WantedRule } from './wanted.ts';

/** `none`: there is nothing to decide; `same`: at most numbers of the explanation differ from the last cycle. */
export type Step = 'none' | 'same' | 'new';

/** Moves a setpoint and its decision on, which then stands at `index` of the circuit's decisions. */
export function decideSetpoint(desk: Desk, name: SetpointName, index: number): Step {
  const { circuit } = desk;
  const { rule, isUsed, settled } = circuit.sensors.quantities[name];
  const asked = circuit.wish?.setpoints[name];
  if (!isUsed || (!rule && asked === undefined)) return 'none';
  desk.name = name;
  desk.rule = rule;
  desk.settled = settled;
  desk.wish = asked === undefined ? undefined : wishOf(circuit, asked);
  desk.computed = rule && computedValue(rule, desk);
  desk.wanted = desk.computed ?? (rule && heldValue(rule, desk, rememberedBy(desk)));
  const decision = decisionAt(circuit.decided, index, name);
  const target = desk.wish?.value ?? desk.wanted;
  if (target === undefined) {
    if (rule) leaveOpen(desk, rule, decision);
    return 'new';
  }
  desk.target = target;
  return move(desk, decision) ? 'new' : 'same';
}

const wishOf = ({ wish }: CircuitCase, value: number): Given['wish'] =>
  wish && { value, by: wish.by, until: wish.until };

const rememberedBy = ({ circuit, name, now }: Desk) => ({ good: circuit.state.setpoints[name].good, now });

const NO_REASON: Reason = { code: 'no_input', params: {} };
const NO_TRACE: readonly TraceEntry[] = [];

/** The decision on a setpoint: that of the last cycle, moved to its place, or a new one. */
function decisionAt(decided: Decision[], index: number, name: SetpointName): Moving<Decision> {
  const known = decided[index];
  return known?.name === name ? known : moveTo(decided, index, name);
}

function moveTo(decided: Decision[], index: number, name: SetpointName): Decision {
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

/** Numbers in an explanation are no older than this, ms. */
const EXPLAINED_FOR_MS = 60_000;

/** Moves a setpoint to what rules leave of the wanted value; whether that is something else than before. */
function move(desk: Desk, decision: Moving<Decision>): boolean {
  const { circuit, name, now, wanted, target } = desk;
  const state: Moving<SetpointState> = circuit.state.setpoints[name];
  desk.position = positionOf(name, circuit);
  // A wish can do without a wanted value: it is what an operator has when a sensor is gone.
  const found = limited(name, { value: wanted ?? target, shape: sourceOf(desk) }, desk);
  // Most cycles change nothing, and what they said anew for ten thousand circuits would be collected at length. A
  // circuit with a wish is always explained anew.
  const isFresh = !circuit.wish && now - (state.explained_at ?? Number.NEGATIVE_INFINITY) < EXPLAINED_FOR_MS;
  const isNew = decision.value !== found.value || decision.outcome !== found.outcome;
  if (isNew || !isFresh) {
    const { reason, trace } = explained(name, { start: soughtBy(desk), found }, desk);
    decision.reason = reason;
    decision.trace = trace;
    state.explained_at = now;
  }
  decision.value = found.value;
  decision.wanted = wanted;
  decision.outcome = found.outcome;
  remember(state, desk);
  state.position = found.exact;
  const moving: Moving<CircuitState> = circuit.state;
  if (name === 'supply_c') moving.caps = found.caps;
  return isNew;
}

/** What a rule computed is remembered for a time when it cannot. */
function remember(state: Moving<SetpointState>, { rule, computed, now }: Desk): void {
  const good: Moving<NonNullable<SetpointState['good']>> | undefined = state.good;
  if (!rule) state.good = undefined;
  if (computed === undefined) return;
  if (good) {
    good.value = computed;
    good.at = now;
  } else {
    state.good = { value: computed, at: now };
  }
}

/** Where the value comes from, in bits. */
function sourceOf(desk: Desk): number {
  const { rule, computed, wanted } = desk;
  if (rule && computed !== undefined) return shapeOf(rule.code(desk), rule.notes?.(desk));
  return shapeOf(wanted === undefined ? 'wish' : 'held');
}

/** The same in words. */
function soughtBy(desk: Desk): Sought {
  const { rule, wanted, wish, target } = desk;
  if (rule && wanted !== undefined) return { ...wantedBy(desk, rule), value: wanted };
  return { value: target, reason: { code: 'wish', params: { ...wish } } };
}

const wantedBy = (desk: Desk, rule: WantedRule): Wanted => wantedNow(rule, desk, rememberedBy(desk));

/** Without a value there is no position: the next one starts from what the station then works to. */
function leaveOpen(desk: Desk, rule: WantedRule, decision: Moving<Decision>): void {
  const state: Moving<SetpointState> = desk.circuit.state.setpoints[desk.name];
  const { reason } = wantedBy(desk, rule);
  state.position = undefined;
  state.explained_at = undefined;
  decision.value = undefined;
  decision.wanted = undefined;
  decision.reason = reason;
  decision.trace = [{ reason, binding: true, overridden: false }];
  decision.outcome = undefined;
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
