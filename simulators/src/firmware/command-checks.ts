/** Whether a command may be taken: whole, or not at all with the reason and the path it is about. */
import type { Refusal } from '@heat-center/contract/errors.ts';
import { OPERATE_WITHIN_MS } from '@heat-center/contract/limits.ts';
import type { Command, FallbackCommand, SetpointsCommand } from '@heat-center/contract/messages.ts';
import { centerNow } from './center-time.ts';
import {
  circuitOf,
  MAX_HOLD_S,
  MAX_LEASE_S,
  MAX_SHIFT_K,
  MAX_SHIFT_S,
  MIN_GAP_MS,
  rangeOf,
  type CommandState,
  type Range,
  type StationRules,
} from './rules.ts';

export interface Objection {
  readonly why: Refusal;
  readonly path?: string;
}

export interface Conditions {
  readonly mono_ms: number;
  /** Ids of circuits whose frost protection is at work. */
  readonly frost: readonly string[];
}

const no = (why: Refusal, path?: string): Objection => (path === undefined ? { why } : { why, path });

const outside = (value: number, range: Range): boolean => !(value >= range.min && value <= range.max);

/** The epoch that this station obeys: the greatest it took a command or a heartbeat from. */
export function ownEpoch(state: CommandState): number {
  return Math.max(state.last?.epoch ?? 0, state.watch.epoch ?? 0);
}

/** Order, mode and age: what is checked for every kind. */
function checkOrder(state: CommandState, command: Command, mono_ms: number): Objection | undefined {
  const { last, watch } = state;
  if (command.epoch < ownEpoch(state)) return no('wrong_epoch');
  if (last && command.epoch === last.epoch && command.seq <= last.seq) return no('replayed');
  if (state.mode !== 'remote') return no('local_mode');
  // Three heartbeats in a row must come first; the next command may then succeed.
  if (watch.alone) return no('stale', 'heartbeat');
  const now = centerNow(state.time, mono_ms);
  if (now === undefined || watch.first_at === undefined) return no('stale', 'heartbeat');
  if (!last && command.at < watch.first_at) return no('stale');
  if (watch.back_at !== undefined && command.at < watch.back_at) return no('stale');
  if (now >= command.at + command.valid_s * 1000) return no('stale');
  return undefined;
}

/** Each named value must be one that is accepted and within its range. */
function checkValues(
  values: Readonly<Record<string, unknown>>,
  path: string,
  rangeOfName: (name: string) => Range | undefined,
): Objection | undefined {
  const names = Object.keys(values);
  if (names.length === 0) return no('not_accepted', path);
  for (const name of names) {
    const range = rangeOfName(name);
    if (!range) return no('not_accepted', `${path}.${name}`);
    const value = values[name];
    if (typeof value !== 'number' || outside(value, range)) return no('out_of_range', `${path}.${name}`);
  }
  return undefined;
}

interface Asked {
  readonly rules: StationRules;
  readonly state: CommandState;
  readonly conditions: Conditions;
}

function checkSetpoints(asked: Asked, command: SetpointsCommand): Objection | undefined {
  const { rules, state, conditions } = asked;
  if (command.valid_s > MAX_LEASE_S) return no('out_of_range', 'valid_s');
  const circuits = Object.entries(command.circuits ?? {});
  if (circuits.length === 0 && !command.primary) return no('not_accepted', 'circuits');
  for (const [id, values] of circuits) {
    const circuit = circuitOf(rules, id);
    if (!circuit) return no('not_accepted', `circuits.${id}`);
    const objection = checkValues(values, `circuits.${id}`, (name) =>
      name === 'supply_c' || name === 'flow_m3_h' || name === 'dp_kpa'
        ? rangeOf(circuit, name, state.fallback)
        : undefined,
    );
    if (objection) return objection;
  }
  const primary =
    command.primary &&
    checkValues(command.primary, 'primary', (name) =>
      name === 'flow_max_m3_h' || name === 'power_max_kw' || name === 'return_max_c'
        ? rules.primary[name]
        : undefined,
    );
  if (primary) return primary;
  const { after } = command;
  if (after && Math.abs(after.offset_k) > MAX_SHIFT_K) return no('out_of_range', 'after.offset_k');
  if (after && outside(after.for_s, { min: 0, max: MAX_SHIFT_S })) return no('out_of_range', 'after.for_s');
  const since_ms = conditions.mono_ms - (state.setpoints_mono_ms ?? -Infinity);
  return since_ms < MIN_GAP_MS ? no('too_often') : undefined;
}

function checkFallback(asked: Asked, command: FallbackCommand): Objection | undefined {
  const entries = Object.entries(command.circuits);
  if (entries.length === 0) return no('not_accepted', 'circuits');
  for (const [id, { curve, limits }] of entries) {
    const circuit = circuitOf(asked.rules, id);
    const path = `circuits.${id}`;
    if (!circuit) return no('not_accepted', path);
    const { min, max } = circuit.supply;
    if (limits.supply_min_c > limits.supply_max_c) return no('out_of_range', `${path}.limits.supply_min_c`);
    if (outside(limits.supply_min_c, circuit.supply))
      return no('out_of_range', `${path}.limits.supply_min_c`);
    if (outside(limits.supply_max_c, circuit.supply))
      return no('out_of_range', `${path}.limits.supply_max_c`);
    for (const [index, [outdoor_c, supply_c]] of curve.entries()) {
      const previous_c = curve[index - 1]?.[0] ?? -Infinity;
      if (!(outdoor_c > previous_c)) return no('out_of_range', `${path}.curve.${index}`);
      if (outside(supply_c, { min, max })) return no('out_of_range', `${path}.curve.${index}`);
    }
  }
  return undefined;
}

/** Splits `circuits.low.pumps.a` or `circuits.low.valve`; undefined when the station has no such thing. */
export function actuatorOf(
  rules: StationRules,
  target: string,
): { circuit: string; action: 'stop' | 'close' } | undefined {
  const [head, id, part, pump, ...rest] = target.split('.');
  const circuit = head === 'circuits' && id !== undefined ? circuitOf(rules, id) : undefined;
  if (!circuit || rest.length > 0) return undefined;
  if (part === 'valve' && pump === undefined) return { circuit: circuit.id, action: 'close' };
  if (part === 'pumps' && pump !== undefined && circuit.pumps.includes(pump)) {
    return { circuit: circuit.id, action: 'stop' };
  }
  return undefined;
}

type Actuate = Extract<Command, { kind: 'select' | 'operate' }>;

function checkActuate(asked: Asked, command: Actuate): Objection | undefined {
  const { rules, state, conditions } = asked;
  const actuator = actuatorOf(rules, command.target);
  if (!actuator) return no('not_accepted', 'target');
  if (command.action !== actuator.action) return no('not_accepted', 'action');
  if (command.hold_s > MAX_HOLD_S) return no('out_of_range', 'hold_s');
  if (command.kind === 'operate') {
    const { selected } = state;
    const same =
      selected !== undefined &&
      selected.target === command.target &&
      selected.action === command.action &&
      selected.hold_s === command.hold_s &&
      (command.select_id ?? selected.command.id) === selected.command.id;
    if (!same || conditions.mono_ms >= selected.ends_mono_ms) return no('not_selected');
  }
  return conditions.frost.includes(actuator.circuit) ? no('interlock', command.target) : undefined;
}

/** When a select made now ends, monotonic ms. */
export const selectEnds_ms = (mono_ms: number): number => mono_ms + OPERATE_WITHIN_MS;

/** The first reason against a command; undefined when it may be taken. */
export function objection(asked: Asked, command: Command): Objection | undefined {
  const order = checkOrder(asked.state, command, asked.conditions.mono_ms);
  if (order) return order;
  switch (command.kind) {
    case 'setpoints':
      return checkSetpoints(asked, command);
    case 'fallback':
      return checkFallback(asked, command);
    case 'select':
    case 'operate':
      return checkActuate(asked, command);
    case 'cancel':
      return asked.state.reports.some(({ id }) => id === command.cancels)
        ? undefined
        : no('not_accepted', 'cancels');
    default:
      return undefined;
  }
}
