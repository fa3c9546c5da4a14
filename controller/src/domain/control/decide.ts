/** The setpoints of one circuit: wanted values through the ordered rules. */
import type { TraceEntry } from '@heat-center/contract/reasons.ts';
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName, type StationConfig } from '../config.ts';
import type { Decision } from '../effects.ts';
import { fitValue, type PointValue, type StationImage } from '../image.ts';
import type { SiteClock } from '../network/clock.ts';
import type { PlanTarget } from '../network/plan/plan.ts';
import type { ShortTarget } from '../network/short.ts';
import type { BalanceShift, OutdoorOrigin } from '../state.ts';
import {
  designFlowOf,
  type ActiveWish,
  type CircuitState,
  type Inputs,
  type SetpointState,
} from './circuit.ts';
import { stepCourse } from './course-now.ts';
import type { Course } from './course.ts';
import {
  everything,
  explain,
  narrow,
  outcomeOf,
  resolve,
  type Explanation,
  type Said,
  type Sought,
} from './range.ts';
import type { Given } from './rule.ts';
import { RULES } from './rules.ts';
import type { CircuitSensors, StationInputs } from './sensors.ts';
import { shapeOf } from './shape.ts';
import { wantedNow, wantedRule, type Wanted } from './wanted.ts';

export interface CircuitCase {
  readonly station: { readonly config: StationConfig; readonly image: StationImage; readonly now: number };
  readonly circuit: CircuitConfig;
  readonly state: CircuitState;
  readonly wish: ActiveWish | undefined;
  /** What was decided in the cycle before. */
  readonly decided: readonly Decision[] | undefined;
  readonly outdoor: StationOutdoor;
  /** What the station as a whole measures. */
  readonly inputs: StationInputs;
  readonly sensors: CircuitSensors;
  /** Undefined until the first tick. */
  readonly clock: SiteClock | undefined;
  /** Time since the last cycle, s. */
  readonly passed_s: number;
  /** The station works to setpoints that are not the center's: start from those. */
  readonly follow: boolean;
  /** What balance across stations adds. */
  readonly balance?: BalanceShift | undefined;
  /** What the plan of peak shaving asks of the station. */
  readonly plan?: PlanTarget | undefined;
  /** What a short source leaves for the station; undefined while it is sound. */
  readonly short?: ShortTarget | undefined;
}

/** Outdoor temperature of a station, °C. */
export interface StationOutdoor {
  /** Low-passed, from the own sensor or a substitute; undefined while there is neither. */
  readonly filtered_c: number | undefined;
  /** Of the own sensor while it is fit and not doubted. */
  readonly own_c: number | undefined;
  readonly from: OutdoorOrigin | undefined;
}

export interface CircuitResult {
  readonly state: CircuitState;
  readonly decisions: readonly Decision[];
}

/** Decides every setpoint of a circuit that has a wanted value, a wish or a place to send it. */
export function decideCircuit(given: CircuitCase): CircuitResult {
  const { station, circuit, state } = given;
  const design_flow_m3_h = designFlowOf(station.config, circuit);
  const step = stepCourse(given, design_flow_m3_h);
  const shared: Shared = {
    given,
    inputs: { ...given.inputs, circuit_return_c: measuredNow(given, given.sensors.return_c) },
    design_flow_m3_h,
    course: step.course,
    boosting: step.state.night?.boost !== undefined,
  };
  const setpoints: Record<SetpointName, SetpointState> = { ...state.setpoints };
  let { caps } = state;
  const decisions: Decision[] = [];
  for (const name of SETPOINT_NAMES) {
    const result = decideSetpoint(name, shared);
    if (!result) continue;
    setpoints[name] = result.state;
    decisions.push(result.decision);
    if (name === 'supply_c' && result.decision.value !== undefined) ({ caps } = result);
  }
  return { state: { ...step.state, setpoints, caps }, decisions };
}

interface Shared {
  readonly given: CircuitCase;
  readonly inputs: Inputs;
  readonly design_flow_m3_h: number | undefined;
  readonly course: Course | undefined;
  readonly boosting: boolean;
}

interface SetpointResult {
  readonly state: SetpointState;
  readonly decision: Decision;
  readonly caps: Given['caps'];
}

function decideSetpoint(name: SetpointName, shared: Shared): SetpointResult | undefined {
  const { given, inputs, design_flow_m3_h, course } = shared;
  const { now } = given.station;
  const config = given.circuit;
  const remembered = given.state.setpoints[name];
  const asked = given.wish?.setpoints[name];
  const rule = wantedRule(name, config);
  if (!rule && asked === undefined) return undefined;
  // What nobody can use is not worth a reason: a flow that nobody can compute, a pressure that nobody takes.
  if (name !== 'supply_c' && !config.accepts.includes(name)) {
    if (name === 'dp_kpa' || design_flow_m3_h === undefined) return undefined;
  }
  const wanted =
    rule && wantedNow(rule, { config, design_flow_m3_h, course, inputs }, { good: remembered.good, now });
  const wish =
    asked === undefined || !given.wish
      ? undefined
      : { value: asked, by: given.wish.by, until: given.wish.until };
  const start = startOf(wanted, wish);
  if (!start) return undecided(name, wanted);
  const known = knownOf(name, given);
  const target = wish?.value ?? start.value;
  const limited = applyRules({ name, start, known }, rulesCase(name, shared, { wish, target }));
  return {
    state: {
      good: wanted?.good,
      position: limited.exact,
      explained_at: limited.trace === known?.trace ? remembered.explained_at : now,
    },
    decision: {
      name,
      value: limited.value,
      wanted: wanted?.value,
      reason: limited.reason,
      trace: limited.trace,
      outcome: limited.outcome,
    },
    caps: limited.caps,
  };
}

function rulesCase(name: SetpointName, shared: Shared, asked: Pick<Given, 'wish' | 'target'>): Given {
  const { given, inputs, design_flow_m3_h, boosting } = shared;
  const { config, now } = given.station;
  return {
    now,
    config: given.circuit,
    primary: config.primary_limits,
    meter_s: config.every_s.meter,
    design_flow_m3_h,
    inputs,
    position: positionOf(name, shared),
    passed_s: given.passed_s,
    wish: asked.wish,
    target: asked.target,
    boosting,
    short: given.short,
    ratio: shared.course?.ratio,
    caps: given.state.caps,
  };
}

/** Numbers in an explanation are no older than this, ms. */
const EXPLAINED_FOR_MS = 60_000;

type Known = Explanation & Pick<Decision, 'value' | 'outcome'>;

/** The explanation of the last decision while it is fresh; a wish is always explained anew. */
function knownOf(name: SetpointName, { state, wish, decided, station }: CircuitCase): Known | undefined {
  const { explained_at = Number.NEGATIVE_INFINITY } = state.setpoints[name];
  if (wish || station.now - explained_at >= EXPLAINED_FOR_MS) return undefined;
  return decided?.find((decision) => decision.name === name);
}

interface Asked {
  readonly name: SetpointName;
  readonly start: Sought;
  readonly known: Known | undefined;
}

const hasValue = (wanted: Wanted): wanted is Wanted & Sought => wanted.value !== undefined;

/** A wish can do without a wanted value: it is what an operator has when a sensor is gone. */
function startOf(wanted: Wanted | undefined, wish: Given['wish']): Sought | undefined {
  if (wanted && hasValue(wanted)) return wanted;
  return wish && { value: wish.value, reason: { code: 'wish', params: { ...wish } } };
}

function undecided(name: SetpointName, wanted: Wanted | undefined): SetpointResult | undefined {
  if (!wanted) return undefined;
  const trace: TraceEntry[] = [{ reason: wanted.reason, binding: true, overridden: false }];
  return {
    // Without a value there is no position: the next one starts from what the station then works to.
    state: { good: wanted.good },
    decision: { name, value: undefined, wanted: undefined, reason: wanted.reason, trace },
    caps: undefined,
  };
}

/** Where the ramp starts: the last output while the center leads, else the setpoint in force at the station. */
function positionOf(name: SetpointName, { given }: Shared): number | undefined {
  const last = given.state.setpoints[name].position;
  if (!given.follow && last !== undefined) return last;
  const { set, is } = given.sensors;
  return measuredNow(given, set[name]) ?? last ?? measuredNow(given, is[name]);
}

const measuredNow = ({ station: { config, now } }: CircuitCase, point: PointValue | undefined) =>
  fitValue(point, now, config.every_s.default);

function applyRules({ name, start, known }: Asked, given: Given) {
  const allowed = everything();
  let caps: Given['caps'];
  let shape = shapeOf(start);
  let said = 0;
  for (const rule of RULES[name]) {
    shape <<= 1;
    const verdict = rule.limit(given, allowed);
    if (!verdict) continue;
    shape |= 1;
    narrow(allowed, verdict, said);
    said += 1;
    if (verdict.cap) caps = { ...caps, [verdict.cap.name]: verdict.cap.state };
  }
  const { value, exact, binding } = resolve(start.value, allowed);
  const { overridden } = allowed;
  const outcome = outcomeOf(shape, binding, overridden);
  // Most cycles change nothing, and what they said anew for ten thousand circuits would be collected at length.
  const isKnown = known?.value === value && known.outcome === outcome;
  const { reason, trace } = isKnown ? known : explain(start, saidOf(name, given), { binding, overridden });
  return { value, exact, outcome, reason, trace, caps };
}

/** Asks the rules once more, with their reasons: keeping every verdict of every cycle for it would cost more. */
function saidOf(name: SetpointName, given: Given): Said[] {
  const allowed = everything();
  const said: Said[] = [];
  for (const rule of RULES[name]) {
    const verdict = rule.limit(given, allowed);
    if (!verdict) continue;
    narrow(allowed, verdict, said.length);
    const { min, max } = verdict;
    said.push({ reason: { code: rule.code, params: rule.params(given, verdict) }, min, max });
  }
  return said;
}
