/** The setpoints of one circuit: what its course asks for, through the ordered rules. */
import { SETPOINT_NAMES, type StationConfig } from '../config.ts';
import type { StationImage } from '../image.ts';
import type { Moving } from '../moving.ts';
import type { SiteClock } from '../network/clock.ts';
import type { PlanTarget } from '../network/plan/plan.ts';
import type { ShortTarget } from '../network/short.ts';
import type { BalanceShift, OutdoorOrigin } from '../state.ts';
import type { ActiveWish, CircuitState, Inputs } from './circuit.ts';
import { stepCourse } from './course-now.ts';
import type { CircuitSensors } from './sensors.ts';
import { deskFor } from './desk.ts';
import { forget, slotOf } from './memory.ts';
import { decideSetpoint, isAsked, measuredNow } from './setpoint.ts';

export interface CircuitCase {
  readonly station: { readonly config: StationConfig; readonly image: StationImage; readonly now: number };
  /** The circuit with its settings and what it measures. */
  readonly sensors: CircuitSensors;
  /** Moved on in place. */
  readonly state: CircuitState;
  readonly wish: ActiveWish | undefined;
  readonly outdoor: StationOutdoor;
  /** What the station as a whole measures; the circuit's own is filled in. */
  readonly inputs: Inputs;
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

/**
 * Decides every setpoint of a circuit that has a wanted value, a wish or a place to send it, and says whether any of
 * them came to something else.
 */
export function decideCircuit(given: CircuitCase): boolean {
  const course = stepCourse(given);
  const inputs: Moving<Inputs> = given.inputs;
  inputs.circuit_return_c = measuredNow(given, given.sensors.return_c);
  const desk = deskFor(given, course);
  let count = 0;
  let isNew = false;
  for (const quantity of given.sensors.quantities) {
    if (!isAsked(given, quantity)) continue;
    if (decideSetpoint(desk, quantity, count)) isNew = true;
    count += 1;
  }
  if (given.state.decisions.length === count) return isNew;
  dropUnasked(given);
  return true;
}

/** What is asked no more is decided and remembered no more. */
function dropUnasked(given: CircuitCase): void {
  const { sensors, state } = given;
  const asked = sensors.quantities.filter((one) => isAsked(given, one)).map(({ name }) => name);
  for (const name of SETPOINT_NAMES) if (!asked.includes(name)) forget(state.memory, slotOf(name));
  const { decisions } = state;
  decisions.splice(0, decisions.length, ...decisions.filter(({ name }) => asked.includes(name)));
}
