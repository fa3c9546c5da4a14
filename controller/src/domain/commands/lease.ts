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
import type { CircuitDecision, Decision } from '../effects.ts';
import { keepOn } from '../found.ts';
import type { After, NetworkTarget, StationState } from '../state.ts';

/** A station obeys a setpoint for this long (s) unless it is renewed. */
export const VALID_S = 600;
/** At most one setpoints command a station in this time (ms). */
export const SETPOINTS_EVERY_MS = 10_000;
/** The same setpoints are tried again no sooner than this (ms) after a refusal. */
const AFTER_REFUSAL_MS = 60_000;
/** Moves that are worth a command: 0.1 K for temperatures, else one hundredth. */
const WORTH_K = 0.1;
const IN_KELVIN: ReadonlySet<SetpointName | PrimaryName> = new Set(['supply_c', 'return_max_c']);
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

interface LeaseState extends Pick<StationState, 'network'> {
  readonly circuits: readonly CircuitDecision[];
}

interface LeaseCase {
  readonly config: StationConfig;
  readonly state: LeaseState;
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

/** Whether a decision is told: a value for something that the circuit accepts. */
const isTold = ({ accepts }: CircuitConfig, { name, value }: Decision): boolean =>
  value !== undefined && accepts.includes(name);

/** The circuit that a decision is told for. One whose supply temperature cannot be said is left out whole. */
function toldCircuit(
  { circuits }: StationConfig,
  { circuit: id, decisions }: CircuitDecision,
): CircuitConfig | undefined {
  const circuit = circuits.find((known) => known.id === id);
  if (!circuit || !isControllable(circuit)) return undefined;
  let any = false;
  let supply = !circuit.accepts.includes('supply_c');
  for (const decision of decisions) {
    if (!isTold(circuit, decision)) continue;
    any = true;
    supply ||= decision.name === 'supply_c';
  }
  return any && supply ? circuit : undefined;
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
  const reasons: string[] = [];
  for (const decision of decided) {
    const circuit = toldCircuit(config, decision);
    if (!circuit) continue;
    const setpoints: Partial<Record<SetpointName, number>> = {};
    for (const { name, value, reason } of decision.decisions.filter((one) => isTold(circuit, one))) {
      if (value !== undefined) setpoints[name] = value;
      reasons.push(reason.code);
    }
    circuits[circuit.id] = setpoints;
  }
  if (!primary && reasons.length === 0) return undefined;
  return {
    circuits,
    ...(primary && { primary }),
    ...(network?.after && { after: network.after }),
    reasons: reasons.join(','),
  };
}

/** The reasons in English for the log of the station. */
export const reasonText = ({ reasons }: Pick<Offer, 'reasons'>): string =>
  reasons === '' ? 'primary limits' : [...new Set(reasons.split(','))].join(', ').replaceAll('_', ' ');

export const isLeaseInForce = (lease: Lease | undefined, now: number): lease is Lease =>
  lease !== undefined && !lease.refused && now - lease.at < VALID_S * 1000;

/** When a lease that says all that there is to say is told again, ms UTC. */
export const renewsAt = ({ at }: Lease): number => at + (VALID_S * 1000) / 2;

/** When setpoints are worth telling again, ms UTC: at once when they moved, else to renew the lease. */
export function renewalAt(lease: Lease | undefined, offer: Offer, now: number): number {
  if (!lease || isMoved(lease, offer)) return now;
  if (lease.refused) return lease.again_at ?? lease.at + AFTER_REFUSAL_MS;
  if (lease.reasons !== offer.reasons) return now;
  return renewsAt(lease);
}

function isMoved(told: Told, wanted: Told): boolean {
  const circuits = Object.keys(wanted.circuits);
  if (circuits.length !== Object.keys(told.circuits).length) return true;
  if (circuits.some((id) => isCircuitMoved(told.circuits[id], wanted.circuits[id]))) return true;
  return isRestMoved(told, wanted);
}

/** What is told besides the circuits' setpoints. */
function isRestMoved(told: Omit<Told, 'circuits'>, wanted: Omit<Told, 'circuits'>): boolean {
  if (told.primary !== wanted.primary) {
    if (PRIMARY_NAMES.some((name) => isWorthTelling(name, told.primary?.[name], wanted.primary?.[name])))
      return true;
  }
  return (
    told.after?.for_s !== wanted.after?.for_s ||
    isWorthTelling('supply_c', told.after?.offset_k, wanted.after?.offset_k)
  );
}

/** What a lease was last found to say. */
interface Compared extends Pick<LeaseCase, 'config'> {
  readonly network: NetworkTarget | undefined;
  readonly moves: number;
}

const COMPARED: unique symbol = Symbol('compared');

/** The same as `isStillSaid`, asked anew only where a decision, the settings or what the network asks moved since. */
export function isStanding(
  lease: Lease,
  given: LeaseCase & { readonly state: Pick<StationState, 'moves'> },
): boolean {
  const { config, state } = given;
  const { moves = 0, network } = state;
  const owner: Lease & { [COMPARED]?: Compared } = lease;
  const known = owner[COMPARED];
  if (known && known.moves === moves && known.config === config && known.network === network) return true;
  const isSaid = isStillSaid(lease, given);
  if (isSaid) keepOn(owner, COMPARED, { config, network, moves });
  return isSaid;
}

/**
 * Whether a lease still says what is decided: nothing moved so far that it is worth a command, and for the same reasons.
 * Most cycles end here, so an offer is made only where there is something to tell.
 */
export function isStillSaid(lease: Lease, { config, state }: LeaseCase): boolean {
  const { network } = state;
  if (isRestMoved(lease, { primary: primaryOf(config, network), after: network?.after })) return false;
  let circuits = 0;
  let read = 0;
  for (const decision of state.circuits) {
    const circuit = toldCircuit(config, decision);
    if (!circuit) continue;
    const told = lease.circuits[circuit.id];
    if (!told) return false;
    circuits += 1;
    let names = 0;
    for (const one of decision.decisions) {
      if (!isTold(circuit, one)) continue;
      if (isWorthTelling(one.name, told[one.name], one.value)) return false;
      read = codeEnd(lease.reasons, read, one.reason.code);
      if (read < 0) return false;
      names += 1;
    }
    if (names !== Object.keys(told).length) return false;
  }
  return read === lease.reasons.length && circuits === Object.keys(lease.circuits).length;
}

/** Where a code ends in a list with commas that was read so far; below 0 where another or none stands there. */
function codeEnd(list: string, read: number, code: string): number {
  const begin = read === 0 ? 0 : read + 1;
  if (read > 0 && list[read] !== ',') return -1;
  return list.startsWith(code, begin) ? begin + code.length : -1;
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
  if (before === now) return false;
  if (before === undefined || now === undefined) return true;
  const worth = IN_KELVIN.has(name) ? WORTH_K : Math.abs(before) * WORTH_RATIO;
  return Math.abs(now - before) >= worth - TINY;
}
