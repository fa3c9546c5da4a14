/** Sample flats: the median of rooms whose sensors live, and the slow correction of the curve by it. */
import { freshSince, type Points } from '../points.ts';
import type { RoomSensor } from './sensors.ts';
import { median } from '../network/outdoor.ts';

/** A room that reads the same for so long (ms) has a dead sensor; a lived-in flat moves by tenths within hours. */
export const DEAD_AFTER_MS = 24 * 3_600_000;
/** Air temperatures that a lived-in flat can have, °C. */
const CREDIBLE_C = { min: 5, max: 35 } as const;
/** Without valid rooms the correction holds for so long (ms), then fades. */
const HOLD_MS = 30 * 60_000;
/** Most that rooms correct the supply temperature, K. */
export const MOST_K = 8;
/** Supply raised at once for each kelvin that rooms lack, K/K: rooms follow their supply by 0.3 to 0.5 K/K. */
const PROPORTIONAL = 4;
/**
 * Time in which a lasting lack is corrected once more, s: less than a building's own time, so that its walls are
 * overtaken. Rooms of τ 50 to 200 h pass their target by 0.15 K at most.
 */
const RESET_S = 24 * 3600;
/** Fastest change of the correction, K/h. */
const RATE_K_PER_H = 1;
/** Rooms are looked at so often (ms). */
const EVERY_MS = 60_000;
/** A longer pause counts as this, s. */
const LONGEST_STEP_S = 600;

interface Seen {
  readonly room_c: number;
  readonly changed_at: number;
}

export interface RoomState {
  readonly at: number;
  readonly seen: ReadonlyMap<string, Seen>;
  /** Rooms whose readings count now. */
  readonly valid: number;
  /** Their median, °C; undefined where there is none. */
  readonly median_c: number | undefined;
  /** When there last was one, ms UTC. */
  readonly median_at: number | undefined;
  readonly integral_k: number;
  /** Correction of the supply temperature, K. */
  readonly shift_k: number;
}

export const NEW_ROOMS: RoomState = {
  at: 0,
  seen: new Map(),
  valid: 0,
  median_c: undefined,
  median_at: undefined,
  integral_k: 0,
  shift_k: 0,
};

export interface RoomInput {
  readonly points: Points;
  readonly period_s: number;
  readonly rooms: readonly RoomSensor[];
  readonly now: number;
  readonly target_c: number;
  /** The correction stays as it is: night, morning, wish, local mode. */
  readonly hold: boolean;
  /** The output is held below (`up`) or above (`down`) what is wanted: further that way nothing would be gained. */
  readonly blocked: 'up' | 'down' | undefined;
}

function look(before: RoomState, input: RoomInput): Pick<RoomState, 'seen' | 'valid' | 'median_c'> {
  const { points, period_s, now } = input;
  const since = freshSince(now, period_s);
  const seen = new Map<string, Seen>();
  const valid: number[] = [];
  for (const { id, place } of input.rooms) {
    const room_c = points.fit(place, since);
    const known = before.seen.get(id);
    if (room_c === undefined) {
      if (known) seen.set(id, known);
      continue;
    }
    const entry = known?.room_c === room_c ? known : { room_c, changed_at: now };
    seen.set(id, entry);
    const lives = now - entry.changed_at < DEAD_AFTER_MS;
    if (lives && room_c >= CREDIBLE_C.min && room_c <= CREDIBLE_C.max) valid.push(room_c);
  }
  return { seen, valid: valid.length, median_c: median(valid) };
}

const within = (value: number, most: number): number => Math.min(Math.max(value, -most), most);

/** A step towards a correction, at the rate that is allowed, and not into a limit. */
function approach(from_k: number, to_k: number, given: { step_k: number; blocked: RoomInput['blocked'] }) {
  const moved = from_k + within(to_k - from_k, given.step_k);
  if (given.blocked === 'up') return Math.min(moved, from_k);
  return given.blocked === 'down' ? Math.max(moved, from_k) : moved;
}

/**
 * PI on the median: shift = Kp·e + ∫Kp·e/Tr dt within ±8 K, at most 1 K/h. The integral rests while the shift is
 * at its bound or would drive the output further into a limit.
 */
export function stepRooms(before: RoomState, input: RoomInput): RoomState {
  const { now, target_c, hold, blocked } = input;
  if (now - before.at < EVERY_MS) return before;
  const { seen, valid, median_c } = look(before, input);
  const median_at = median_c === undefined ? before.median_at : now;
  const next = { at: now, seen, valid, median_c, median_at };
  const { integral_k, shift_k } = before;
  const passed_s = before.at === 0 ? 0 : Math.min((now - before.at) / 1000, LONGEST_STEP_S);
  const step_k = (RATE_K_PER_H * passed_s) / 3600;
  if (median_c === undefined) {
    const holds = median_at === undefined || now - median_at <= HOLD_MS;
    if (hold || holds) return { ...next, integral_k, shift_k };
    const faded = approach(shift_k, 0, { step_k, blocked: undefined });
    return { ...next, integral_k: 0, shift_k: faded };
  }
  if (hold) return { ...next, integral_k, shift_k };
  const error_k = target_c - median_c;
  const summed = integral_k + (PROPORTIONAL * error_k * passed_s) / RESET_S;
  const isFree =
    Math.abs(PROPORTIONAL * error_k + summed) <= MOST_K && blocked !== (error_k > 0 ? 'up' : 'down');
  const integral = within(isFree ? summed : integral_k, MOST_K);
  const wanted = within(PROPORTIONAL * error_k + integral, MOST_K);
  return { ...next, integral_k: integral, shift_k: approach(shift_k, wanted, { step_k, blocked }) };
}
