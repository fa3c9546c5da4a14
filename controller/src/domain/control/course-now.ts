/** The state that a heating circuit's course remembers, one step on: schedule, rooms and stage. */
import type { CircuitState } from './circuit.ts';
import { targetOf } from './corrections.ts';
import { courseOf, planFor, type Course } from './course.ts';
import type { Moving } from '../moving.ts';
import type { CircuitCase } from './decide.ts';
import { GOOD, POSITION, recall, slotOf } from './memory.ts';
import { stepNight, type NightState } from './night.ts';
import { NEW_ROOMS, stepRooms, type RoomState } from './rooms.ts';

/** After the heat came back the rooms say nothing of the curve for so long, ms. */
export const SETTLES_MS = 2 * 3_600_000;
/** An output so far (K) off what is wanted is held there by a limit. */
const HELD_OFF_K = 0.5;

const SUPPLY = slotOf('supply_c');

function nightStep(given: CircuitCase): NightState | undefined {
  const { sensors, state, clock, station } = given;
  const { circuit } = sensors;
  const { schedule } = circuit;
  if (!schedule || !clock) return undefined;
  return stepNight(state.night, {
    schedule,
    clock,
    now: station.now,
    outdoor_c: given.outdoor.filtered_c,
    room_c: state.rooms?.median_c,
    target_c: targetOf(circuit),
  });
}

/** Which way limits hold the supply temperature off what is wanted: below it (`up`) or above it (`down`). */
export function heldOff({ memory }: CircuitState): 'up' | 'down' | undefined {
  const off_k = recall(memory, SUPPLY + GOOD) - recall(memory, SUPPLY + POSITION);
  if (off_k > HELD_OFF_K) return 'up';
  return off_k < -HELD_OFF_K ? 'down' : undefined;
}

/** Whether rooms say something of the curve now, and which way a limit stands in the way. */
function roomCase(given: CircuitCase, night: NightState | undefined) {
  const settles =
    night !== undefined && (night.phase !== 'comfort' || given.station.now - night.since < SETTLES_MS);
  // What is not carried out, rooms cannot answer to.
  const alone = given.follow || given.station.config.control !== 'on';
  const hold = settles || alone || given.wish !== undefined;
  return { hold, blocked: heldOff(given.state) } as const;
}

function roomStep(given: CircuitCase, night: NightState | undefined): RoomState | undefined {
  const { sensors, state, station } = given;
  const { circuit } = sensors;
  const { room_feedback } = circuit;
  if (!room_feedback) return undefined;
  return stepRooms(state.rooms ?? NEW_ROOMS, {
    points: station.image.points,
    period_s: station.config.every_s.default,
    rooms: sensors.rooms,
    now: station.now,
    // Rooms that are planned warmer or cooler need no correction for it.
    target_c: targetOf(circuit) + (planFor({ circuit, plan: given.plan })?.room_k ?? 0),
    ...roomCase(given, night),
  });
}

/**
 * Moves schedule, rooms and stage on, in place. They go on while the outdoor temperature is unknown; the course needs
 * it.
 */
export function stepCourse(given: CircuitCase): Course | undefined {
  const { sensors, outdoor } = given;
  const { circuit, basis, ratios } = sensors;
  const state: Moving<CircuitState> = given.state;
  const night = basis && nightStep(given);
  const rooms = basis && roomStep(given, night);
  const stage = basis && (state.stage ?? 0);
  state.night = night;
  state.rooms = rooms;
  state.stage = stage;
  if (!basis || stage === undefined || outdoor.filtered_c === undefined) return undefined;
  const course = courseOf({
    circuit,
    basis,
    ratios,
    outdoor_c: outdoor.filtered_c,
    origin: outdoor.from,
    stage,
    night,
    rooms,
    balance: given.balance,
    plan: given.plan,
  });
  state.stage = course.stage;
  return course;
}
