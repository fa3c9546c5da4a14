/** Operators' wishes: what is allowed, and what taking one changes. */
import { HeatError } from '@heat-center/contract/errors.ts';
import { OPERATE_WITHIN_MS } from '@heat-center/contract/limits.ts';
import type { CommandKind } from '@heat-center/contract/messages.ts';
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName } from '../config.ts';
import { designFlowOf, measured } from '../control/circuit.ts';
import { equipmentFlow, frostCause, supplyLimits } from '../control/protections.ts';
import type { CommandRecord } from '../effects.ts';
import type { Wish } from '../inputs.ts';
import { EQUIPMENT_MAXIMUM_C } from '../physics/equipment.ts';
import { ownOutdoor } from '../outdoor.ts';
import type { StationCase, StationState } from '../state.ts';
import { CENTER, enter, isFinal, move, PENDING_FOR_MS, type Ledger, type NewRecord } from './ledger.ts';
import { isControllable } from './lease.ts';

const SHORTEST_HOLD_S = 60;
const LONGEST_HOLD_S = 7 * 24 * 3600;
/** Most wishes for one circuit in a minute. */
const WISHES_PER_MINUTE = 10;
/** Highest flow that may be wished where the circuit names none, as a multiple of the design flow. */
const WISHED_FLOW_RATIO = 1.5;

type SetpointsWish = Extract<Wish, { kind: 'setpoints' }>;
type Actuation = Extract<Wish, { kind: 'select' | 'operate' }>;

/** Why a wish is not allowed now; undefined where it is. */
export function wishError(given: StationCase, wish: Wish): HeatError | undefined {
  const { config, image } = given;
  const station = config.id;
  // Ending something must be possible in every mode.
  if (wish.kind === 'cancel') {
    if (endable(given.state.ledger, wish.cancels)) return undefined;
    return new HeatError('not_found', `No open wish or order ${wish.cancels}.`, { cancels: wish.cancels });
  }
  if (config.control !== 'on') return new HeatError('observe_only', `Station ${station} is only observed.`);
  if (image.mode !== 'remote') {
    return new HeatError('local_mode', `Station ${station} is in ${image.mode} mode.`, { mode: image.mode });
  }
  if (wish.kind === 'setpoints') return setpointsError(given, wish);
  return wish.kind === 'release' ? undefined : actuationError(given, wish);
}

const ENDABLE: ReadonlySet<CommandKind> = new Set(['setpoints', 'select', 'operate']);

/** What a person may end: wishes and orders, not the center's own leases. */
const endable = (ledger: Ledger, id: string): CommandRecord | undefined =>
  ledger.records.find(
    (record) =>
      record.id === id && record.by !== CENTER && ENDABLE.has(record.kind) && !isFinal(record.state),
  );

function holdError(hold_s: number): HeatError | undefined {
  if (hold_s >= SHORTEST_HOLD_S && hold_s <= LONGEST_HOLD_S) return undefined;
  const detail = { name: 'hold_s', value: hold_s, min: SHORTEST_HOLD_S, max: LONGEST_HOLD_S };
  return new HeatError('out_of_range', `A wish holds ${SHORTEST_HOLD_S} to ${LONGEST_HOLD_S} s.`, detail);
}

function setpointsError(given: StationCase, wish: SetpointsWish): HeatError | undefined {
  const { config, state, now } = given;
  const circuit = config.circuits.find(({ id }) => id === wish.circuit);
  if (!circuit) return new HeatError('not_found', `Station ${config.id} has no circuit ${wish.circuit}.`);
  if (!isControllable(circuit)) {
    return new HeatError('limits_missing', `Circuit ${circuit.id} lacks its kind or limits.`);
  }
  const recent = state.ledger.records.filter(
    (record) => record.circuit === circuit.id && now - record.at < 60_000 && record.state !== 'refused',
  );
  if (recent.length >= WISHES_PER_MINUTE) {
    return new HeatError('too_often', `More than ${WISHES_PER_MINUTE} wishes a minute for ${circuit.id}.`);
  }
  const asked = SETPOINT_NAMES.filter((name) => wish.setpoints[name] !== undefined);
  if (asked.length === 0) return new HeatError('invalid_request', 'The wish names no setpoint.');
  for (const name of asked) {
    const error = valueError(given, circuit, { name, value: wish.setpoints[name] ?? Number.NaN });
    if (error) return error;
  }
  return holdError(wish.hold_s);
}

function valueError(
  given: StationCase,
  circuit: CircuitConfig,
  asked: { readonly name: SetpointName; readonly value: number },
): HeatError | undefined {
  const { name, value } = asked;
  const detail = { circuit: circuit.id, name, value };
  if (!circuit.accepts.includes(name)) {
    return new HeatError('not_accepted', `Circuit ${circuit.id} does not take ${name}.`, detail);
  }
  const range = wishRange(given, circuit, name);
  if (!range)
    return new HeatError('limits_missing', `Circuit ${circuit.id} has no limit for ${name}.`, detail);
  if (value >= range.min && value <= range.max) return undefined;
  const message = `${name} of circuit ${circuit.id} must be ${range.min} to ${range.max}.`;
  return new HeatError('out_of_range', message, { ...detail, ...range });
}

/** What may be wished for a circuit; undefined where nothing bounds it. */
export function wishRange(
  given: Pick<StationCase, 'config'>,
  circuit: CircuitConfig,
  name: SetpointName,
): { min: number; max: number } | undefined {
  const { kind, limits } = circuit;
  if (!kind || !limits) return undefined;
  if (name === 'supply_c') {
    const range = supplyLimits(circuit);
    return range && { min: range.min, max: Math.min(range.max, EQUIPMENT_MAXIMUM_C[kind]) };
  }
  if (name === 'dp_kpa') {
    return limits.dp_max_kpa === undefined
      ? undefined
      : { min: limits.dp_min_kpa ?? 0, max: limits.dp_max_kpa };
  }
  const design_m3_h = designFlowOf(given.config, circuit);
  const set_m3_h = limits.flow_max_m3_h ?? (design_m3_h && WISHED_FLOW_RATIO * design_m3_h);
  const borne_m3_h = equipmentFlow(circuit);
  const max = Math.min(set_m3_h ?? Infinity, borne_m3_h ?? Infinity);
  return max === Infinity ? undefined : { min: limits.flow_min_m3_h ?? 0, max };
}

function actuationError(given: StationCase, wish: Actuation): HeatError | undefined {
  const { config, state } = given;
  const circuit = /^circuits\.([^.]+)\./.exec(wish.target)?.[1];
  if (circuit !== undefined && !config.circuits.some(({ id }) => id === circuit)) {
    return new HeatError('not_found', `Station ${config.id} has no circuit ${circuit}.`);
  }
  if (wish.kind === 'operate' && !selectionOf(state.ledger, wish, given.now)) {
    return new HeatError('not_selected', `${wish.target} was not selected for ${wish.action}.`);
  }
  if (circuit !== undefined && wish.action === 'stop' && isLastPump(given, circuit, wish.target)) {
    return new HeatError('interlock', `${wish.target} keeps circuit ${circuit} from freezing.`);
  }
  return holdError(wish.hold_s);
}

/** Whether frost protection needs this pump: it is cold, and no other of the circuit is known to run. */
function isLastPump(given: StationCase, circuit: string, target: string): boolean {
  const prefix = `circuits.${circuit}.`;
  const cause = frostCause({
    outdoor_c: ownOutdoor(given),
    circuit_return_c: measured(given, `${prefix}return_c`),
  });
  if (!cause || !target.startsWith(`${prefix}pumps.`)) return false;
  for (const point of given.image.points.keys()) {
    const isOther = point.startsWith(`${prefix}pumps.`) && point.endsWith('.running');
    if (isOther && point !== `${target}.running` && measured(given, point) === 1) return false;
  }
  return true;
}

/** The selection that an operate builds on: the same target and action, sent within 30 s. */
function selectionOf(ledger: Ledger, wish: Actuation, now: number): CommandRecord | undefined {
  return ledger.records.findLast(
    ({ id, kind, state, at, asked }) =>
      kind === 'select' &&
      (wish.select_id === undefined || id === wish.select_id) &&
      asked.target === wish.target &&
      asked.action === wish.action &&
      state !== 'pending' &&
      !isFinal(state) &&
      now - at <= OPERATE_WITHIN_MS,
  );
}

/** The id under which a record went out. */
const wireId = (ledger: Ledger, record: string): string | undefined =>
  ledger.sent.findLast(({ records }) => records.includes(record))?.id;

/** Takes a wish into the state. One that is not allowed any more is entered as refused. */
export function applyWish(given: StationCase, wish: Wish): StationState {
  const { state } = given;
  const error = wishError(given, wish);
  if (error) {
    const record = { ...recordOf(given, wish), state: 'refused', why: error.code } as const;
    return { ...state, ledger: enter(state.ledger, record) };
  }
  if (wish.kind === 'setpoints') return wishSetpoints(given, wish);
  if (wish.kind === 'cancel') return cancel(given, wish);
  const ledger = enter(state.ledger, recordOf(given, wish));
  return wish.kind === 'release'
    ? endWishes({ ...state, ledger, released: true }, given.now)
    : { ...state, ledger };
}

function recordOf({ state, now }: StationCase, wish: Wish): NewRecord {
  const head = {
    id: wish.id,
    kind: wish.kind,
    by: wish.by,
    at: now,
    reason: wish.reason,
    state: 'pending',
  } as const;
  if (wish.kind === 'setpoints') {
    return {
      ...head,
      circuit: wish.circuit,
      asked: { ...wish.setpoints },
      ends_at: now + wish.hold_s * 1000,
    };
  }
  if (wish.kind === 'release') return { ...head, asked: {}, ends_at: now + PENDING_FOR_MS };
  if (wish.kind === 'cancel') {
    const cancels = wireId(state.ledger, wish.cancels) ?? wish.cancels;
    return { ...head, asked: { cancels }, ends_at: now + PENDING_FOR_MS };
  }
  const { target, action, hold_s } = wish;
  const hold_ms = wish.kind === 'select' ? OPERATE_WITHIN_MS : hold_s * 1000;
  const selection = wish.kind === 'operate' ? selectionOf(state.ledger, wish, now) : undefined;
  const select_id = selection && wireId(state.ledger, selection.id);
  const asked = { target, action, hold_s, ...(select_id === undefined ? {} : { select_id }) };
  return { ...head, asked, ends_at: now + hold_ms };
}

/** A newer wish for the same circuit takes the place of the older whole. */
function wishSetpoints(given: StationCase, wish: SetpointsWish): StationState {
  const { state, now } = given;
  if (state.ledger.records.some(({ id }) => id === wish.id)) return state;
  const older = state.wishes.get(wish.circuit);
  const entered = enter(state.ledger, recordOf(given, wish));
  const ledger = older ? move(entered, [older.id], { state: 'superseded', at: now }) : entered;
  const active = { id: wish.id, by: wish.by, until: now + wish.hold_s * 1000, setpoints: wish.setpoints };
  return { ...state, ledger, released: false, wishes: new Map(state.wishes).set(wish.circuit, active) };
}

/**
 * A wish for setpoints ends here alone: its lease goes on and the curve takes over at the ramp's pace. An
 * order that was not sent yet is dropped; one that was sent is cancelled at the station.
 */
function cancel(given: StationCase, wish: Extract<Wish, { kind: 'cancel' }>): StationState {
  const { state, now } = given;
  const record = recordOf(given, wish);
  const target = endable(state.ledger, wish.cancels);
  if (target?.kind !== 'setpoints' && target?.state !== 'pending') {
    return { ...state, ledger: enter(state.ledger, record) };
  }
  const entered = enter(state.ledger, record);
  const ended = move(entered, [wish.cancels], { state: 'cancelled', at: now });
  const ledger = move(ended, [wish.id], { state: 'achieved', at: now });
  const wishes = new Map([...state.wishes].filter(([, { id }]) => id !== wish.cancels));
  return { ...state, ledger, wishes };
}

/** Ends all wishes but those of the named circuits: for a release, and when settings changed. */
export function endWishes(state: StationState, now: number, kept: readonly string[] = []): StationState {
  const wishes = new Map([...state.wishes].filter(([circuit]) => kept.includes(circuit)));
  if (wishes.size === state.wishes.size) return state;
  const ended = [...state.wishes].filter(([circuit]) => !kept.includes(circuit)).map(([, { id }]) => id);
  return { ...state, ledger: move(state.ledger, ended, { state: 'cancelled', at: now }), wishes };
}
