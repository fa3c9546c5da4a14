/** The state that a heating circuit's course remembers, one step on: schedule, rooms and stage. */
import type { CircuitConfig } from '../config.ts';
import { isMovable } from '../network/plan/buildings.ts';
import type { PlanTarget } from '../network/plan/plan.ts';
import { roomTarget } from '../physics/weather-curve.ts';
import type { CircuitState } from './circuit.ts';
import { courseOf, type Course, type CourseInput } from './course.ts';
import type { CircuitCase } from './decide.ts';
import { stepNight, type NightState } from './night.ts';
import { NEW_ROOMS, stepRooms, type RoomState } from './rooms.ts';

/** After the heat came back the rooms say nothing of the curve for so long, ms. */
export const SETTLES_MS = 2 * 3_600_000;
/** An output so far (K) off what is wanted is held there by a limit. */
const HELD_OFF_K = 0.5;

export interface CourseStep extends Pick<CircuitState, 'night' | 'rooms' | 'stage'> {
  readonly course: Course | undefined;
}

const NO_COURSE: CourseStep = { course: undefined, night: undefined, rooms: undefined, stage: undefined };

const targetOf = (circuit: CircuitConfig): number => circuit.room_feedback?.target_c ?? roomTarget(circuit);

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
export function heldOff({ setpoints }: CircuitState): 'up' | 'down' | undefined {
  const { position, good } = setpoints.supply_c;
  const off_k = position === undefined || !good ? 0 : good.value - position;
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

/** What the plan asks of this circuit: nothing where nights of its own already use the mass of the building. */
const planFor = (circuit: CircuitConfig, plan: PlanTarget | undefined): PlanTarget | undefined =>
  plan && isMovable(circuit) ? plan : undefined;

function roomStep(given: CircuitCase, night: NightState | undefined): RoomState | undefined {
  const { sensors, state, station } = given;
  const { circuit } = sensors;
  const { room_feedback } = circuit;
  if (!room_feedback) return undefined;
  return stepRooms(state.rooms ?? NEW_ROOMS, {
    image: station.image,
    period_s: station.config.every_s.default,
    rooms: room_feedback.rooms,
    now: station.now,
    // Rooms that are planned warmer or cooler need no correction for it.
    target_c: targetOf(circuit) + (planFor(circuit, given.plan)?.room_k ?? 0),
    ...roomCase(given, night),
  });
}

/** What a circuit's course follows from, as its settings and its state are now. */
interface CourseCase extends Pick<
  CourseInput,
  'basis' | 'ratios' | 'outdoor_c' | 'origin' | 'stage' | 'night'
> {
  readonly circuit: CircuitConfig;
  readonly rooms: RoomState | undefined;
  readonly balance?: CourseInput['balance'];
  readonly plan?: CourseInput['plan'];
}

/** The course of a circuit in the state that it is in. */
export function courseWith(given: CourseCase): Course {
  const { circuit, ratios, rooms, basis, outdoor_c, origin, stage, night, balance } = given;
  const plan = planFor(circuit, given.plan);
  return courseOf({
    basis,
    regulation: circuit.regulation,
    ratios,
    outdoor_c,
    origin,
    stage,
    night,
    rooms: rooms && { state: rooms, target_c: targetOf(circuit) },
    balance,
    plan,
  });
}

/** Schedule and rooms go on while the outdoor temperature is unknown; the course needs it. */
export function stepCourse(given: CircuitCase): CourseStep {
  const { sensors, state, outdoor } = given;
  const { circuit, basis, ratios } = sensors;
  if (!basis) return NO_COURSE;
  const night = nightStep(given);
  const rooms = roomStep(given, night);
  const { stage = 0 } = state;
  if (outdoor.filtered_c === undefined) return { course: undefined, night, rooms, stage };
  const course = courseWith({
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
  return { course, night, rooms, stage: course.stage };
}
