/** What weather, schedule and rooms ask of a heating circuit now: supply temperature and flow, step by step. */
import type { CircuitConfig, Regulation } from '../config.ts';
import type { Moving } from '../moving.ts';
import { isMovable } from '../network/plan/buildings.ts';
import type { PlanTarget } from '../network/plan/plan.ts';
import { FROST_FLOW_RATIO } from '../physics/equipment.ts';
import { regulate, type RatioLimits } from '../physics/regulation.ts';
import { curvePoint, roomTarget, type CurveBasis } from '../physics/weather-curve.ts';
import type { BalanceShift, OutdoorOrigin } from '../state.ts';
import type { NightState } from './night.ts';
import type { RoomState } from './rooms.ts';

/** What a circuit's course follows from, as its settings and its state are now. */
export interface CourseInput {
  readonly circuit: CircuitConfig;
  readonly basis: CurveBasis;
  /** Of the flow, relative to design. */
  readonly ratios: RatioLimits;
  /** Filtered, °C. */
  readonly outdoor_c: number;
  readonly origin: OutdoorOrigin | undefined;
  readonly stage: number;
  readonly night: NightState | undefined;
  readonly rooms: RoomState | undefined;
  readonly balance?: BalanceShift | undefined;
  /** What the plan asks of the station. */
  readonly plan?: PlanTarget | undefined;
}

export interface Course {
  readonly input: CourseInput;
  /** What the curve says for this weather, °C. */
  readonly curve_c: number;
  /** The same with all corrections. */
  readonly supply_c: number;
  /** Flow relative to design. */
  readonly ratio: number;
  readonly mode: Regulation['mode'] | 'off';
  /** Stage of stepped flow. */
  readonly stage: number;
}

const QUALITY: Regulation['mode'] = 'quality';

/** What the plan asks of a circuit: nothing where nights of its own already use the mass of the building. */
export const planFor = ({ circuit, plan }: Pick<CourseInput, 'circuit' | 'plan'>): PlanTarget | undefined =>
  plan && isMovable(circuit) ? plan : undefined;

/** Supply temperature and flow in so much milder weather for so much warmer rooms. */
interface Eased {
  readonly milder_k: number;
  readonly warmer_k: number;
}

const AS_IT_IS: Eased = { milder_k: 0, warmer_k: 0 };

/** Of set-back or plan. A room target lower by s is the curve at an outdoor temperature higher by s, lowered by s. */
function easedBy(input: CourseInput): Eased | undefined {
  const plan = planFor(input);
  if (plan) return { milder_k: -plan.colder_k, warmer_k: plan.room_k };
  const setback_k = input.night?.setback_k ?? 0;
  return setback_k > 0 ? { milder_k: setback_k, warmer_k: -setback_k } : undefined;
}

function follow(course: Moving<Course>, { milder_k, warmer_k }: Eased): void {
  const { basis, circuit, ratios, stage, outdoor_c } = course.input;
  const { regulation } = circuit;
  const point = curvePoint(basis, outdoor_c + milder_k);
  const regulated = regulation && regulate(regulation, point, { limits: ratios, stage });
  course.ratio = regulated?.ratio ?? 1;
  course.stage = regulated?.stage ?? 0;
  course.supply_c = point.mean_c + warmer_k + point.half_k / course.ratio;
}

function curveOf(input: CourseInput): Moving<Course> {
  const mode = input.circuit.regulation?.mode ?? QUALITY;
  const course: Moving<Course> = {
    input,
    curve_c: Number.NaN,
    supply_c: Number.NaN,
    ratio: Number.NaN,
    mode,
    stage: 0,
  };
  follow(course, AS_IT_IS);
  course.curve_c = course.supply_c;
  return course;
}

/** How far set-back or plan move the supply temperature, K. */
export function easing({ input, curve_c }: Course): number {
  const eased = easedBy(input);
  if (!eased) return 0;
  const course = curveOf(input);
  follow(course, eased);
  return course.supply_c - curve_c;
}

/**
 * The curve, lowered by set-back or shut off, raised by boost, corrected by rooms. Each correction is bounded by
 * its own rule; the sum meets the limiting rules afterwards. `corrections.ts` puts it in words.
 */
export function courseOf(input: CourseInput): Course {
  const { night, rooms, balance } = input;
  const course = curveOf(input);
  if (night?.off) {
    course.supply_c = roomTarget(input.basis);
    course.ratio = FROST_FLOW_RATIO;
    course.mode = 'off';
    return course;
  }
  const eased = easedBy(input);
  if (eased) follow(course, eased);
  if (night?.boost) course.supply_c += night.boost.shift_k;
  if (rooms) course.supply_c += rooms.shift_k;
  if (balance) course.supply_c += balance.shift_k;
  return course;
}
