/** Setpoints as a lease: what it says, and when it is told again. */
import type { Reason } from '@heat-center/contract/reasons.ts';
import { SETPOINT_NAMES, type CircuitConfig, type SetpointName, type StationConfig } from '../config.ts';
import type { CircuitDecision } from '../effects.ts';

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

/** The setpoints command in force. */
export interface Lease {
  readonly id: string;
  readonly at: number;
  /** Since when the station has been led without a break, ms UTC. */
  readonly since: number;
  readonly circuits: LeaseSetpoints;
  /** Codes of the deciding reasons, as compared for a renewal. */
  readonly reasons: string;
  readonly refused: boolean;
}

export interface Offer {
  readonly circuits: LeaseSetpoints;
  readonly reasons: string;
  /** The reasons in English for the log of the station. */
  readonly text: string;
}

/** Whether the center may lead a circuit: only with a kind and limits. */
export const isControllable = (circuit: CircuitConfig): boolean =>
  circuit.kind !== undefined && circuit.limits !== undefined;

/**
 * What can be told now: for each controllable circuit the setpoints that it accepts. A circuit whose supply
 * temperature cannot be said is left out whole, so that it goes back to its own curve.
 */
export function offerOf(config: StationConfig, decided: readonly CircuitDecision[]): Offer | undefined {
  const circuits: Record<string, Partial<Record<SetpointName, number>>> = {};
  const reasons: Reason[] = [];
  let any = false;
  for (const { circuit: id, decisions } of decided) {
    const circuit = config.circuits.find((known) => known.id === id);
    if (!circuit || !isControllable(circuit)) continue;
    const told = decisions.filter(({ name, value }) => value !== undefined && circuit.accepts.includes(name));
    if (told.length === 0) continue;
    if (circuit.accepts.includes('supply_c') && !told.some(({ name }) => name === 'supply_c')) continue;
    const setpoints: Partial<Record<SetpointName, number>> = {};
    for (const { name, value, reason } of told) {
      if (value !== undefined) setpoints[name] = value;
      reasons.push(reason);
    }
    circuits[id] = setpoints;
    any = true;
  }
  if (!any) return undefined;
  const codes = reasons.map(({ code }) => code);
  return { circuits, reasons: codes.join(), text: [...new Set(codes)].join(', ').replaceAll('_', ' ') };
}

export const isLeaseInForce = (lease: Lease | undefined, now: number): lease is Lease =>
  lease !== undefined && !lease.refused && now - lease.at < VALID_S * 1000;

/** When setpoints are worth telling again, ms UTC: at once when they moved, else to renew the lease. */
export function renewalAt(lease: Lease | undefined, offer: Offer, now: number): number {
  if (!lease || isMoved(lease.circuits, offer.circuits)) return now;
  if (lease.refused) return lease.at + AFTER_REFUSAL_MS;
  if (lease.reasons !== offer.reasons) return now;
  return lease.at + (VALID_S * 1000) / 2;
}

function isMoved(told: LeaseSetpoints, wanted: LeaseSetpoints): boolean {
  const circuits = Object.keys(wanted);
  if (circuits.length !== Object.keys(told).length) return true;
  return circuits.some((id) => isCircuitMoved(told[id], wanted[id]));
}

function isCircuitMoved(told: LeaseSetpoints[string] = {}, wanted: LeaseSetpoints[string] = {}): boolean {
  return SETPOINT_NAMES.some((name) => isWorthTelling(name, told[name], wanted[name]));
}

/** Whether a setpoint moved so far (0.1 K, else one hundredth) that station, history and screen are told. */
export function isWorthTelling(
  name: SetpointName,
  before: number | undefined,
  now: number | undefined,
): boolean {
  if (before === undefined || now === undefined) return before !== now;
  const worth = name === 'supply_c' ? WORTH_K : Math.abs(before) * WORTH_RATIO;
  return before !== now && Math.abs(now - before) >= worth - TINY;
}
