/** What a station's own controller knows of its equipment, and what it holds in force. */
import type { Command, FallbackCommand, Mode, Report } from '@heat-center/contract/messages.ts';
import type { CenterTime } from './center-time.ts';
import type { HeartbeatWatch } from './heartbeat-watch.ts';
import type { SixPoints } from './local-curve.ts';

export type SetpointName = 'supply_c' | 'flow_m3_h' | 'dp_kpa';
export type PrimaryName = 'flow_max_m3_h' | 'power_max_kw' | 'return_max_c';

export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface CircuitRules {
  readonly id: string;
  readonly kind: 'radiators' | 'floor' | 'dhw';
  /** What the equipment bears, for each setpoint that is accepted. */
  readonly accepts: Readonly<Partial<Record<SetpointName, Range>>>;
  /** Equipment limits of the supply temperature, °C. */
  readonly supply: Range;
  /** Own curve until the center sends another. */
  readonly curve: SixPoints;
  readonly pumps: readonly string[];
}

export interface StationRules {
  readonly circuits: readonly CircuitRules[];
  readonly primary: Readonly<Partial<Record<PrimaryName, Range>>>;
}

/** Shortest time between two accepted setpoint commands, ms: the center sends one in ten seconds. */
export const MIN_GAP_MS = 5000;
/** Longest lease and longest stop that are believed, s. */
export const MAX_LEASE_S = 21_600;
export const MAX_HOLD_S = 14_400;
export const MAX_SHIFT_K = 20;
export const MAX_SHIFT_S = 259_200;

export interface Ref {
  readonly id: string;
  readonly epoch: number;
  readonly seq: number;
}

export type Values = Readonly<Record<string, number>>;

/** Name of the primary side among the parts that a lease can hold. */
export const PRIMARY = '@primary';

/** Setpoints of one circuit, or limits of the primary side, lent until an instant. */
export interface Lease {
  readonly command: Ref;
  readonly part: string;
  readonly values: Values;
  /** The earlier of both counts: the center's time may turn out later than it seemed, never the other way round. */
  readonly ends_center_ms: number;
  readonly ends_mono_ms: number;
  readonly after?: Shift | undefined;
}

export interface Shift {
  readonly offset_k: number;
  readonly for_s: number;
}

export interface Selected {
  readonly command: Ref;
  readonly target: string;
  readonly action: string;
  readonly hold_s: number;
  readonly ends_mono_ms: number;
}

/** A stop that was ordered and ends by itself. */
export type Hold = Selected;

export interface Fallback {
  readonly limits_rev: number;
  readonly circuits: FallbackCommand['circuits'];
}

/** An accepted command that was not yet read back. */
export interface Awaited {
  readonly command: Ref;
  readonly kind: Command['kind'];
}

export interface CommandState {
  readonly mode: Mode;
  readonly time: CenterTime;
  readonly watch: HeartbeatWatch;
  /** The pair last obeyed; kept over restarts. */
  readonly last?: Ref | undefined;
  readonly leases: readonly Lease[];
  readonly awaited: readonly Awaited[];
  readonly selected?: Selected | undefined;
  readonly holds: readonly Hold[];
  /** Kept over restarts. */
  readonly fallback?: Fallback | undefined;
  readonly shift?: { readonly offset_k: number; readonly ends_mono_ms: number } | undefined;
  /** The last report of recent commands, oldest first; kept over restarts. */
  readonly reports: readonly Report[];
  readonly setpoints_mono_ms?: number | undefined;
}

/** What the local loops and drives really hold, for reading back. */
export interface Readback {
  readonly circuits: Readonly<Record<string, Values>>;
  readonly primary: Values;
  /** Full id of a pump or valve → whether it stands still or is closed. */
  readonly stopped: Readonly<Record<string, boolean>>;
}

export function circuitOf(rules: StationRules, id: string): CircuitRules | undefined {
  return rules.circuits.find((circuit) => circuit.id === id);
}

/** Equipment limits narrowed by those that the center sent with the fallback. */
export function supplyRange(circuit: CircuitRules, fallback: Fallback | undefined): Range {
  const limits = fallback?.circuits[circuit.id]?.limits;
  if (!limits) return circuit.supply;
  return {
    min: Math.max(circuit.supply.min, limits.supply_min_c),
    max: Math.min(circuit.supply.max, limits.supply_max_c),
  };
}

export function rangeOf(
  circuit: CircuitRules,
  name: SetpointName,
  fallback: Fallback | undefined,
): Range | undefined {
  const range = circuit.accepts[name];
  if (!range) return undefined;
  if (name === 'supply_c') return supplyRange(circuit, fallback);
  const limits = fallback?.circuits[circuit.id]?.limits;
  if (name !== 'flow_m3_h' || !limits) return range;
  return {
    min: Math.max(range.min, limits.flow_min_m3_h ?? range.min),
    max: Math.min(range.max, limits.flow_max_m3_h ?? range.max),
  };
}

export const clamp = (value: number, range: Range): number => Math.min(range.max, Math.max(range.min, value));
