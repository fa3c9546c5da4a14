/** Setpoints as a lease: what it says, and when it is told again. */
import {
  PRIMARY_NAMES,
  SETPOINT_NAMES,
  type CircuitConfig,
  type PrimaryLimits,
  type PrimaryName,
  type SetpointName,
  type StationConfig,
} from '../config.ts';
import type { CircuitDecision } from '../effects.ts';
import type { After, NetworkTarget } from '../state.ts';

/** A station obeys a setpoint for this long (s) unless it is renewed. */
export const VALID_S = 600;
/** At most one setpoints command a station in this time (ms). */
export const SETPOINTS_EVERY_MS = 10_000;
/** The same setpoints are tried again no sooner than this (ms) after a refusal. */
const AFTER_REFUSAL_MS = 60_000;
/** Moves that are worth a command: 0.1 K for temperatures, else one hundredth. */
const WORTH_K = 0.1;
const WORTH_RATIO = 0.01;
/** Setpoints are tenths: 0.1 K must not be missed for a rounding of the last bit. */
const TINY = 1e-9;

export type LeaseSetpoints = Readonly<Record<string, Readonly<Partial<Record<SetpointName, number>>>>>;

/** What a setpoints command tells. */
export interface Told {
  readonly circuits: LeaseSetpoints;
  /** Limits of the primary side; absent where none are told. */
  readonly primary?: PrimaryLimits | undefined;
  readonly after?: After | undefined;
}

/** The setpoints command in force. */
export interface Lease extends Told {
  readonly id: string;
  readonly at: number;
  /** Since when the station has been led without a break, ms UTC. */
  readonly since: number;
  /** Codes of the deciding reasons, as compared for a renewal. */
  readonly reasons: string;
  readonly refused: boolean;
  /** After a refusal: when it may be tried again, ms UTC. */
  readonly again_at?: number | undefined;
}

export interface Offer extends Told {
  /** Codes of the deciding reasons, in order. */
  readonly reasons: string;
}

/** Whether the center may lead a circuit: only with a kind and limits. */
export const isControllable = (circuit: CircuitConfig): boolean =>
  circuit.kind !== undefined && circuit.limits !== undefined;

/**
 * The limits of the primary side that the station takes: of settings and network the tighter. Undefined where
 * there is none.
 */
function primaryOf(config: StationConfig, network: NetworkTarget | undefined): PrimaryLimits | undefined {
  if (!config.primary_accepts) return undefined;
  let limits: Partial<Record<PrimaryName, number>> | undefined;
  for (const name of config.primary_accepts) {
    const max = Math.min(config.primary_limits?.[name] ?? Infinity, network?.primary?.[name] ?? Infinity);
    if (max < Infinity) (limits ??= {})[name] = max;
  }
  return limits;
}

/**
 * What can be told now: for each controllable circuit the setpoints that it accepts, and the limits of the primary
 * side. A circuit whose supply temperature cannot be said is left out whole, so that it goes back to its own curve.
 */
export function offerOf(
  config: StationConfig,
  decided: readonly CircuitDecision[],
  network?: NetworkTarget,
): Offer | undefined {
  const primary = primaryOf(config, network);
  const circuits: Record<string, Partial<Record<SetpointName, number>>> = {};
  let reasons = '';
  let any = primary !== undefined;
  for (const { circuit: id, decisions } of decided) {
    const circuit = config.circuits.find((known) => known.id === id);
    if (!circuit || !isControllable(circuit)) continue;
    const setpoints: Partial<Record<SetpointName, number>> = {};
    let codes = reasons;
    let told = 0;
    for (const { name, value, reason } of decisions) {
      if (value === undefined || !circuit.accepts.includes(name)) continue;
      setpoints[name] = value;
      codes += codes === '' ? reason.code : `,${reason.code}`;
      told += 1;
    }
    if (told === 0 || (setpoints.supply_c === undefined && circuit.accepts.includes('supply_c'))) continue;
    circuits[id] = setpoints;
    reasons = codes;
    any = true;
  }
  if (!any) return undefined;
  return {
    circuits,
    ...(primary && { primary }),
    ...(network?.after && { after: network.after }),
    reasons,
  };
}

/** The reasons in English for the log of the station. */
export const reasonText = ({ reasons }: Pick<Offer, 'reasons'>): string =>
  reasons === '' ? 'primary limits' : [...new Set(reasons.split(','))].join(', ').replaceAll('_', ' ');

export const isLeaseInForce = (lease: Lease | undefined, now: number): lease is Lease =>
  lease !== undefined && !lease.refused && now - lease.at < VALID_S * 1000;

/** When setpoints are worth telling again, ms UTC: at once when they moved, else to renew the lease. */
export function renewalAt(lease: Lease | undefined, offer: Offer, now: number): number {
  if (!lease || isMoved(lease, offer)) return now;
  if (lease.refused) return lease.again_at ?? lease.at + AFTER_REFUSAL_MS;
  if (lease.reasons !== offer.reasons) return now;
  return lease.at + (VALID_S * 1000) / 2;
}

function isMoved(told: Told, wanted: Told): boolean {
  const circuits = Object.keys(wanted.circuits);
  if (circuits.length !== Object.keys(told.circuits).length) return true;
  if (circuits.some((id) => isCircuitMoved(told.circuits[id], wanted.circuits[id]))) return true;
  if (PRIMARY_NAMES.some((name) => isWorthTelling(name, told.primary?.[name], wanted.primary?.[name])))
    return true;
  return (
    told.after?.for_s !== wanted.after?.for_s ||
    isWorthTelling('supply_c', told.after?.offset_k, wanted.after?.offset_k)
  );
}

function isCircuitMoved(told: LeaseSetpoints[string] = {}, wanted: LeaseSetpoints[string] = {}): boolean {
  return SETPOINT_NAMES.some((name) => isWorthTelling(name, told[name], wanted[name]));
}

/** Whether a setpoint moved so far (0.1 K, else one hundredth) that station, history and screen are told. */
export function isWorthTelling(
  name: SetpointName | PrimaryName,
  before: number | undefined,
  now: number | undefined,
): boolean {
  if (before === undefined || now === undefined) return before !== now;
  const worth = name.endsWith('_c') ? WORTH_K : Math.abs(before) * WORTH_RATIO;
  return before !== now && Math.abs(now - before) >= worth - TINY;
}
