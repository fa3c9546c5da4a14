/** One setpoint of a circuit: its wanted value through the ordered rules. */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { SetpointName } from '../config.ts';
import type { Decision } from '../effects.ts';
import { freshSince, type Place } from '../points.ts';
import type { Moving } from '../moving.ts';
import type { CircuitState } from './circuit.ts';
import type { CircuitCase } from './decide.ts';
import type { Desk } from './desk.ts';
import { explained, limited, newLimited } from './limited.ts';
import {
  EXPLAINED_AT,
  GOOD,
  GOOD_AT,
  lastGood,
  lastOutput,
  OUTCOME,
  POSITION,
  recall,
  VALUE,
  WANTED,
} from './memory.ts';
import type { Quantity } from './quantity.ts';
import type { Sought } from './range.ts';
import type { Given } from './rule.ts';
import { shapeOf } from './shape.ts';
import { computedValue, heldValue, wantedNow, type Wanted, type WantedRule } from './wanted.ts';

/** Whether there is anything to decide. */
export const isAsked = ({ wish }: CircuitCase, { name, rule }: Quantity): boolean =>
  rule !== undefined || wish?.setpoints[name] !== undefined;

/**
 * Moves a setpoint and its decision on, which then stands at `index` of the circuit's decisions. False where at most
 * numbers of the explanation differ from the last cycle.
 */
export function decideSetpoint(desk: Desk, quantity: Quantity, index: number): boolean {
  const { circuit } = desk;
  const { name, rule } = quantity;
  const asked = circuit.wish?.setpoints[name];
  desk.name = name;
  desk.slot = quantity.slot;
  desk.rule = rule;
  desk.settled = quantity;
  desk.wish = asked === undefined ? undefined : wishOf(circuit, asked);
  desk.computed = rule && computedValue(rule, desk);
  desk.wanted = desk.computed ?? (rule && heldValue(rule, desk, rememberedBy(desk)));
  const target = desk.wish?.value ?? desk.wanted;
  if (target === undefined) {
    const decision = decisionAt(circuit.state.decisions, index, name);
    if (rule) leaveOpen(desk, rule, decision);
    return true;
  }
  desk.target = target;
  return move(desk, index);
}

const wishOf = ({ wish }: CircuitCase, value: number): Given['wish'] =>
  wish && { value, by: wish.by, until: wish.until };

const rememberedBy = ({ circuit, slot, now }: Desk) => ({ good: lastGood(circuit.state.memory, slot), now });

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

/** Numbers in an explanation are no older than this, ms; those of a limit that acts slowly no older than that. */
const EXPLAINED_FOR_MS = 5 * 60_000;
const SLOW_LIMIT_FOR_MS = 60_000;
/** What is told to be wanted is so near to it: half of the tenth that people read. */
const EXPLAINED_WITHIN = 0.05;

/**
 * Whether an explanation still says what is so. Most cycles change nothing, and what they said anew for ten thousand
 * circuits would be collected at length. A circuit with a wish is always explained anew.
 */
function isFresh({ circuit, slot, now, target }: Desk, caps: Given['caps']): boolean {
  const { memory } = circuit.state;
  const passed_ms = now - recall(memory, slot + EXPLAINED_AT);
  if (circuit.wish || !(passed_ms < (caps ? SLOW_LIMIT_FOR_MS : EXPLAINED_FOR_MS))) return false;
  return Math.abs(target - recall(memory, slot + WANTED)) < EXPLAINED_WITHIN;
}

/** Used up within each call: made anew for each setpoint of ten thousand circuits it would be collected at length. */
const reused = newLimited();

/** Moves a setpoint to what rules leave of the wanted value; whether that is something else than before. */
function move(desk: Desk, index: number): boolean {
  const { circuit, name, slot, now, wanted, target } = desk;
  const { memory } = circuit.state;
  desk.position = positionOf(desk);
  // A wish can do without a wanted value: it is what an operator has when a sensor is gone.
  const found = limited({ name, value: wanted ?? target, shape: sourceOf(desk) }, desk, reused);
  const isNew =
    recall(memory, slot + VALUE) !== found.value || recall(memory, slot + OUTCOME) !== found.outcome;
  if (isNew || !isFresh(desk, found.caps)) {
    const decision = decisionAt(circuit.state.decisions, index, name);
    const { reason, trace } = explained(name, { start: soughtBy(desk), found }, desk);
    decision.value = found.value;
    decision.wanted = wanted;
    decision.reason = reason;
    decision.trace = trace;
    decision.outcome = found.outcome;
    memory[slot + VALUE] = found.value;
    memory[slot + OUTCOME] = found.outcome;
    memory[slot + EXPLAINED_AT] = now;
    memory[slot + WANTED] = target;
  }
  rememberGood(desk);
  memory[slot + POSITION] = found.exact;
  const moving: Moving<CircuitState> = circuit.state;
  if (name === 'supply_c' && moving.caps !== found.caps) moving.caps = found.caps;
  return isNew;
}

/** What a rule computed is remembered for a time when it cannot. */
function rememberGood({ circuit, slot, rule, computed, now }: Desk): void {
  const { memory } = circuit.state;
  if (rule && computed === undefined) return;
  memory[slot + GOOD] = computed ?? Number.NaN;
  memory[slot + GOOD_AT] = computed === undefined ? Number.NaN : now;
}

/** Where the value comes from, in bits. */
function sourceOf(desk: Desk): number {
  const { rule, computed, wanted } = desk;
  if (rule && computed !== undefined) return shapeOf(rule.code(desk), rule.corrections?.(desk));
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
  const { slot } = desk;
  const { memory } = desk.circuit.state;
  const { reason } = wantedBy(desk, rule);
  for (const field of [POSITION, EXPLAINED_AT, VALUE, OUTCOME, WANTED]) memory[slot + field] = Number.NaN;
  decision.value = undefined;
  decision.wanted = undefined;
  decision.reason = reason;
  decision.trace = [{ reason, binding: true, overridden: false }];
  decision.outcome = undefined;
}

/** Where the ramp starts: the last output while the center leads, else the setpoint in force at the station. */
function positionOf({ circuit: given, name, slot }: Desk): number | undefined {
  const last = lastOutput(given.state.memory, slot);
  if (!given.follow && last !== undefined) return last;
  const { set, is } = given.sensors;
  return measuredNow(given, set[name]) ?? last ?? measuredNow(given, is[name]);
}

/** A fit value of the circuit; none that the heat meter speaks. */
export const measuredNow = ({ station: { config, image, now } }: CircuitCase, place: Place) =>
  image.points.fit(place, freshSince(now, config.every_s.default));
