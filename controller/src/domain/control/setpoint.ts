/** One setpoint of a circuit: its wanted value through the ordered rules. */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { SetpointName } from '../config.ts';
import type { Decision } from '../effects.ts';
import { fitValue, type PointValue } from '../image.ts';
import type { Moving } from '../moving.ts';
import type { CircuitState, Inputs, SetpointState } from './circuit.ts';
import type { CircuitCase } from './decide.ts';
import { explained, limited } from './limited.ts';
import type { Sought } from './range.ts';
import type { Given } from './rule.ts';
import { shapeOf } from './shape.ts';
import {
  computedValue,
  heldValue,
  wantedNow,
  type Wanted,
  type WantedCircuit,
  type WantedRule,
} from './wanted.ts';

/** What the setpoints of a circuit have in common. */
export interface Shared {
  readonly given: CircuitCase;
  readonly wanting: WantedCircuit & { readonly inputs: Inputs };
  /** What rules read; its position, wish and target are those of the setpoint that is being decided. */
  readonly rules: Moving<Given>;
}

/**
 * `none`: there is nothing to decide; `same`: what was decided and explained before still stands; else it was decided
 * or explained anew.
 */
export type Step = 'none' | 'same' | 'new';

/** Moves a setpoint and its decision on, which then stands at `index` of the circuit's decisions. */
export function decideSetpoint(name: SetpointName, shared: Shared, index: number): Step {
  const { given, wanting } = shared;
  const { rule, isUsed } = given.sensors.quantities[name];
  const asked = given.wish?.setpoints[name];
  if (!isUsed || (!rule && asked === undefined)) return 'none';
  const { good } = given.state.setpoints[name];
  const decision = decisionAt(given.decided, index, name);
  const computed = rule && computedValue(rule, wanting);
  const wanted = computed ?? (rule && heldValue(rule, wanting, { good, now: given.station.now }));
  const about = { name, shared, rule, computed, wanted, asked, decision };
  if (wanted !== undefined || asked !== undefined) return move(about);
  if (rule) leaveOpen(about, rule);
  return 'new';
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

interface Deciding {
  readonly name: SetpointName;
  readonly shared: Shared;
  readonly rule: WantedRule | undefined;
  /** Wanted by its rule now. */
  readonly computed: number | undefined;
  /** The same or, while it is held, the last good one. */
  readonly wanted: number | undefined;
  /** Wished by an operator. */
  readonly asked: number | undefined;
  readonly decision: Moving<Decision>;
}

/** Numbers in an explanation are no older than this, ms. */
const EXPLAINED_FOR_MS = 60_000;

function move(about: Deciding): Step {
  const { name, shared, wanted, asked = Number.NaN, decision } = about;
  const { given, rules } = shared;
  const { now } = given.station;
  const state: Moving<SetpointState> = given.state.setpoints[name];
  rules.position = positionOf(name, given);
  rules.settled = given.sensors.quantities[name].settled;
  rules.wish = wishOf(about);
  rules.target = rules.wish?.value ?? wanted ?? asked;
  const found = limited(name, { value: wanted ?? asked, shape: shapeBy(about) }, rules);
  // Most cycles change nothing, and what they said anew for ten thousand circuits would be collected at length. A
  // circuit with a wish is always explained anew.
  const isFresh = !given.wish && now - (state.explained_at ?? Number.NEGATIVE_INFINITY) < EXPLAINED_FOR_MS;
  const isNew = !isFresh || decision.value !== found.value || decision.outcome !== found.outcome;
  if (isNew) {
    const { reason, trace } = explained(name, { start: soughtBy(about), found }, rules);
    decision.reason = reason;
    decision.trace = trace;
    state.explained_at = now;
  }
  decision.value = found.value;
  decision.wanted = wanted;
  decision.outcome = found.outcome;
  remember(state, about);
  state.position = found.exact;
  const circuit: Moving<CircuitState> = given.state;
  if (name === 'supply_c') circuit.caps = found.caps;
  return isNew ? 'new' : 'same';
}

const wishOf = ({ asked, shared: { given } }: Deciding): Given['wish'] =>
  asked === undefined || !given.wish
    ? undefined
    : { value: asked, by: given.wish.by, until: given.wish.until };

/** A wish can do without a wanted value: it is what an operator has when a sensor is gone. */
function shapeBy({ rule, computed, wanted, shared: { wanting } }: Deciding): number {
  if (rule && computed !== undefined) return shapeOf(rule.code(wanting), rule.notes?.(wanting));
  return shapeOf(wanted === undefined ? 'wish' : 'held');
}

/** The same in words. */
function soughtBy(about: Deciding): Sought {
  const { rule, wanted, asked = Number.NaN } = about;
  if (rule && wanted !== undefined) return { ...wantedBy(about, rule), value: wanted };
  return { value: asked, reason: { code: 'wish', params: { ...wishOf(about) } } };
}

function wantedBy({ name, shared: { given, wanting } }: Deciding, rule: WantedRule): Wanted {
  const { good } = given.state.setpoints[name];
  return wantedNow(rule, wanting, { good, now: given.station.now });
}

/** What was computed is remembered for a time when it cannot be. */
function remember(state: Moving<SetpointState>, { rule, computed, shared }: Deciding): void {
  if (!rule) state.good = undefined;
  else if (computed !== undefined) state.good = { value: computed, at: shared.given.station.now };
}

/** Without a value there is no position: the next one starts from what the station then works to. */
function leaveOpen(about: Deciding, rule: WantedRule): void {
  const { name, shared, decision } = about;
  const state: Moving<SetpointState> = shared.given.state.setpoints[name];
  const { reason } = wantedBy(about, rule);
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
