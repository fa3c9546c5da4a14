/** Who takes part in the balance of the network, and which way a circuit cannot be moved. */
import type { CircuitConfig } from '../config.ts';
import { isLeaseInForce } from '../commands/lease.ts';
import type { CircuitState } from '../control/circuit.ts';
import { heldOff, SETTLES_MS } from '../control/course-now.ts';
import type { NightState } from '../control/night.ts';
import { freshSince } from '../points.ts';
import { circuitOf } from '../state.ts';
import type { NetworkStation } from './network.ts';
import { warmthOf, type Judged, type Unjudged, type Warmth } from './relative.ts';

/** Why a circuit is left out. */
export type LeftOut =
  | 'observed'
  | 'local'
  | 'manual'
  | 'released'
  | 'wish'
  | 'unreachable'
  | 'night'
  | Unjudged;

/** `valve`: it is open wide, a higher setpoint would bring nothing. `limit_…`: a rule holds the output already. */
export type Blocked = 'valve' | 'limit_up' | 'limit_down';

/** A valve that is open further than this is open, %. */
const OPEN_PCT = 95;

/** Nobody works to what is decided, because somebody wants it so: the correction is forgotten at its own pace. */
const FADES: ReadonlySet<LeftOut> = new Set(['observed', 'local', 'manual', 'released', 'no_design', 'mild']);

export const fades = (why: LeftOut): boolean => FADES.has(why);

/** Whether a circuit's data can be trusted; with too few of these all corrections rest. */
export const isGood = (why: Unjudged | undefined): boolean => why !== 'no_data' && why !== 'implausible';

function unled({ image, state }: NetworkStation, circuit: string, now: number): LeftOut | undefined {
  if (image.mode !== 'remote') return image.mode;
  if (state.released) return 'released';
  if (image.online !== true || !isLeaseInForce(state.lease, now)) return 'unreachable';
  return state.wishes.has(circuit) ? 'wish' : undefined;
}

/** What the schedule asked for changed within two hours, or it asks for no heat: water and walls lag behind. */
function isUnsettled(night: NightState | undefined, now: number): boolean {
  if (!night) return false;
  return (
    night.off || night.boost !== undefined || night.phase === 'warm_up' || now - night.since < SETTLES_MS
  );
}

function blockedOf(given: Judged, state: CircuitState | undefined): Blocked | undefined {
  const held = state && heldOff(state);
  if (held !== undefined) return held === 'up' ? 'limit_up' : 'limit_down';
  const { station, sensors, now } = given;
  const since = freshSince(now, station.config.every_s.default);
  const valve_pct = station.image.points.fit(sensors.valve_pct, since);
  return valve_pct !== undefined && valve_pct > OPEN_PCT ? 'valve' : undefined;
}

function leftOut(given: Judged, warmth: Warmth, night: NightState | undefined): LeftOut | undefined {
  const { station, sensors, now } = given;
  if (station.config.control !== 'on') return 'observed';
  if (warmth.why === 'no_design') return warmth.why;
  return (
    unled(station, sensors.circuit.id, now) ?? warmth.why ?? (isUnsettled(night, now) ? 'night' : undefined)
  );
}

export interface Part {
  readonly warmth: Warmth;
  readonly why: LeftOut | undefined;
  readonly blocked: Blocked | undefined;
}

/** How warm a circuit is, whether it takes part, and what blocks it. */
export function partOf(given: Judged): Part {
  const { station, sensors } = given;
  const state = circuitOf(station.state, sensors.circuit.id);
  const warmth = warmthOf(given);
  const why = leftOut(given, warmth, state?.night);
  return { warmth, why, blocked: why === undefined ? blockedOf(given, state) : undefined };
}

export const isHeating = ({ kind }: CircuitConfig): boolean => kind !== 'dhw';
