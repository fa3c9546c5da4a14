/** Corrections that are in a course: as bits, which every cycle compares, and in words for when it is explained. */
import type { Reason, TraceEntry } from '@heat-center/contract/reasons.ts';
import type { CircuitConfig } from '../config.ts';
import { roomTarget } from '../physics/weather-curve.ts';
import { easing, planFor, type Course, type CourseInput } from './course.ts';

const SUBSTITUTE = 1;
const EARLY_START = 2;
const NIGHT_OFF = 4;
const SETBACK = 8;
const PLAN = 16;
const BOOST = 32;
const ROOMS = 64;
const BALANCE = 128;
/** Bits that all of them take. */
export const CORRECTION_BITS = 8;

/** Which corrections are in a course, as bits. */
export function correctionsOf(input: CourseInput): number {
  const { origin, night, rooms, balance } = input;
  let bits = !origin || origin.from === 'own' ? 0 : SUBSTITUTE;
  if (night?.phase === 'warm_up') bits |= EARLY_START;
  // Without heat nothing else matters.
  if (night?.off) return bits | NIGHT_OFF;
  if (night && night.setback_k > 0) bits |= SETBACK;
  if (planFor(input)) bits |= PLAN;
  if (night?.boost) bits |= BOOST;
  if (rooms) bits |= ROOMS;
  return balance ? bits | BALANCE : bits;
}

export const tenth = (value: number): number => Math.round(value * 10) / 10;
const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** Temperature that rooms are brought to, °C. */
export const targetOf = (circuit: CircuitConfig): number =>
  circuit.room_feedback?.target_c ?? roomTarget(circuit);

type Params = Reason['params'];
type Known = Readonly<Record<string, number | undefined>>;

/** What is known, rounded by `round`. */
function known(values: Known, round: (value: number) => number = (value) => value): Params {
  const entries = Object.entries(values);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, round(value)]])),
  );
}

const untilComfort = ({ night }: CourseInput): Params => known({ until: night?.comfort_at });

function warmths({ relative, reference }: NonNullable<CourseInput['balance']>): Params {
  if (relative === undefined || reference === undefined) return {};
  return { relative: hundredth(relative), reference: hundredth(reference) };
}

type Said = readonly [bit: number, code: Reason['code'], params: (course: Course) => Params];

/** In the order in which they are told. */
const SAID: readonly Said[] = [
  [
    SUBSTITUTE,
    'outdoor_substitute',
    ({ input: { origin } }) =>
      origin && origin.from !== 'own'
        ? { source: origin.from, outdoor_c: tenth(origin.outdoor_c), why: origin.why }
        : {},
  ],
  [EARLY_START, 'early_start', ({ input }) => untilComfort(input)],
  [
    NIGHT_OFF,
    'night_off',
    ({ input, curve_c, supply_c }) => ({ shift_k: tenth(supply_c - curve_c), ...untilComfort(input) }),
  ],
  [
    SETBACK,
    'setback',
    (course) => ({
      shift_k: tenth(easing(course)),
      ...known({ room_k: course.input.night?.setback_k }, tenth),
      ...untilComfort(course.input),
    }),
  ],
  [
    PLAN,
    'plan',
    (course) => {
      const { plan } = course.input;
      return plan ? { shift_k: tenth(easing(course)), room_k: tenth(plan.room_k), until: plan.until } : {};
    },
  ],
  [
    BOOST,
    'boost',
    ({ input: { night } }) =>
      night?.boost ? { shift_k: tenth(night.boost.shift_k), until: night.boost.until } : {},
  ],
  [
    ROOMS,
    'rooms',
    ({ input: { rooms, circuit } }) =>
      rooms
        ? {
            ...known({ shift_k: rooms.shift_k, room_c: rooms.median_c, target_c: targetOf(circuit) }, tenth),
            rooms: rooms.valid,
          }
        : {},
  ],
  [
    BALANCE,
    'balance',
    ({ input: { balance } }) => (balance ? { shift_k: tenth(balance.shift_k), ...warmths(balance) } : {}),
  ],
];

/** The corrections of a course in words, for the trace. */
export function notesOf(course: Course): TraceEntry[] {
  const bits = correctionsOf(course.input);
  return SAID.filter(([bit]) => (bits & bit) !== 0).map(([, code, params]) => ({
    reason: { code, params: params(course) },
    binding: false,
    overridden: false,
  }));
}
