/** What the loops of a station shall work to now, from its command state and its own curve. */
import type { CommandState, SetpointName, StationRules, Values } from './rules.ts';
import { clamp, PRIMARY, rangeOf, supplyRange, type CircuitRules } from './rules.ts';
import { curveSupply_c } from './local-curve.ts';

export interface CircuitTarget {
  readonly supply_c: number;
  readonly flow_m3_h?: number;
  readonly dp_kpa?: number;
  readonly follows: 'center' | 'curve' | 'hand';
  readonly stopped: readonly string[];
  readonly valve_closed: boolean;
}

export interface Targets {
  readonly circuits: Readonly<Record<string, CircuitTarget>>;
  readonly primary: Values;
}

export interface Seen {
  /** °C; undefined when the sensor failed, which counts as the coldest of the curve. */
  readonly outdoor_c: number | undefined;
  /** Ids of circuits whose frost protection is at work. */
  readonly frost: readonly string[];
  /** By how much someone shifted the own curve by mistake, K. */
  readonly curve_shift_k?: number;
}

/** Outdoor or return temperature below which a circuit may freeze, °C. */
const FROST_OUTDOOR_C = 3;
const FROST_RETURN_C = 10;

/** Whether a heating circuit must keep minimum supply and circulation; a missing sensor counts as cold. */
export function freezing(outdoor_c: number | undefined, return_c: number | undefined): boolean {
  return (outdoor_c ?? -Infinity) < FROST_OUTDOOR_C || (return_c ?? -Infinity) < FROST_RETURN_C;
}

/** The station's own curve, shifted for a while where the center asked for it before it fell silent. */
function own_c(circuit: CircuitRules, state: CommandState, seen: Seen): number {
  const curve = state.fallback?.circuits[circuit.id]?.curve ?? circuit.curve;
  const shift_k = circuit.kind === 'dhw' ? 0 : (state.shift?.offset_k ?? 0) + (seen.curve_shift_k ?? 0);
  return curveSupply_c(curve, seen.outdoor_c ?? -60) + shift_k;
}

interface Held {
  readonly stopped: readonly string[];
  readonly valve_closed: boolean;
}

const NOT_HELD: Held = { stopped: [], valve_closed: false };

/** Orders that hold for a circuit; frost ends them. */
function heldOf(circuit: CircuitRules, { holds }: CommandState, { frost }: Seen): Held {
  if (holds.length === 0 || frost.includes(circuit.id)) return NOT_HELD;
  const prefix = `circuits.${circuit.id}.`;
  const held = holds.filter(({ target }) => target.startsWith(prefix));
  return {
    stopped: held
      .filter(({ action }) => action === 'stop')
      .map(({ target }) => target.slice(prefix.length + 6)),
    valve_closed: held.some(({ action }) => action === 'close'),
  };
}

function targetOf(circuit: CircuitRules, state: CommandState, seen: Seen): CircuitTarget {
  const lease = state.mode === 'remote' ? state.leases.find(({ part }) => part === circuit.id) : undefined;
  const told = (name: SetpointName): number | undefined => {
    const value = lease?.values[name];
    const range = value === undefined ? undefined : rangeOf(circuit, name, state.fallback);
    return value === undefined || !range ? undefined : clamp(value, range);
  };
  const [flow_m3_h, dp_kpa] = [told('flow_m3_h'), told('dp_kpa')];
  const { stopped, valve_closed } = heldOf(circuit, state, seen);
  const supply_c = lease?.values.supply_c ?? own_c(circuit, state, seen);
  return {
    supply_c: clamp(supply_c, supplyRange(circuit, state.fallback)),
    ...(flow_m3_h !== undefined && { flow_m3_h }),
    ...(dp_kpa !== undefined && { dp_kpa }),
    follows: state.mode === 'manual' ? 'hand' : lease ? 'center' : 'curve',
    stopped,
    valve_closed,
  };
}

/** Pure: the same state and sensors give the same targets. */
export function targetsOf(rules: StationRules, state: CommandState, seen: Seen): Targets {
  const primary = state.mode === 'remote' ? state.leases.find(({ part }) => part === PRIMARY) : undefined;
  return {
    circuits: Object.fromEntries(
      rules.circuits.map((circuit) => [circuit.id, targetOf(circuit, state, seen)]),
    ),
    primary: primary?.values ?? {},
  };
}
