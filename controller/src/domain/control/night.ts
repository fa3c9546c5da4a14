/** Set-back and shut-off outside of comfort, and the way back: what the schedule asks of the curve now. */
import type { Night, Schedule } from '../config.ts';
import { localAt, type SiteClock } from '../network/clock.ts';
import { isComfort, nextComfort } from './schedule.ts';
import {
  beginWarmUp,
  expectedDeficit,
  leadFor,
  NEW_START,
  watchWarmUp,
  type StartState,
} from './start-time.ts';

/** Outdoor temperature (°C) from which a set-back fades, and the one where nothing is left if none is set. */
const FADES_FROM_C = 10;
const SETBACK_LIMIT_C = -15;
/**
 * Shut-off ends below this outdoor temperature (°C) if none is set. The two recorded stations of Niš shut off from
 * about 22:30 to 5:30 in nine of ten nights above 0 °C, in half of those at −4 °C and in none at −8 °C.
 */
const OFF_LIMIT_C = -5;
/** Shut-off begins only so far (K) above its limit. */
const OFF_HYSTERESIS_K = 1;

/** `warm_up`: not yet comfort, but the heat is back so that rooms are warm in time. */
export type Phase = 'comfort' | 'night' | 'warm_up';

export interface NightState {
  readonly phase: Phase;
  readonly since: number;
  /** When comfort begins or began, ms UTC; undefined where the schedule has none within a week. */
  readonly comfort_at: number | undefined;
  /** What is left of the set-back of the room target, K; 0 in comfort. */
  readonly setback_k: number;
  /** No heat at all. */
  readonly off: boolean;
  readonly boost?: { readonly shift_k: number; readonly until: number } | undefined;
  readonly start: StartState;
}

export interface NightInput {
  readonly schedule: Schedule;
  readonly clock: SiteClock;
  readonly now: number;
  /** Filtered; undefined while unknown. */
  readonly outdoor_c: number | undefined;
  /** Median of valid rooms. */
  readonly room_c: number | undefined;
  readonly target_c: number;
}

/**
 * What remains of a set-back in the cold: setback · (1 − clamp((10 − tw)/(10 − limit), 0, 1)), K. Source: the
 * automatic set-back of common field controllers. An unknown outdoor temperature counts as cold.
 *
 * @param limit_c below 10 °C
 */
export function setbackLeft(setback_k: number, limit_c: number, outdoor_c: number | undefined): number {
  if (outdoor_c === undefined) return 0;
  const faded = (FADES_FROM_C - outdoor_c) / (FADES_FROM_C - limit_c);
  return setback_k * (1 - Math.min(Math.max(faded, 0), 1));
}

interface Relief {
  readonly setback_k: number;
  readonly off: boolean;
}

const NO_RELIEF: Relief = { setback_k: 0, off: false };

function reliefOf(night: Night, outdoor_c: number | undefined, wasOff: boolean): Relief {
  if (night.kind === 'setback') {
    const { room_k, limit_c = SETBACK_LIMIT_C } = night;
    return { setback_k: setbackLeft(room_k, limit_c, outdoor_c), off: false };
  }
  const { limit_c = OFF_LIMIT_C } = night;
  const from_c = wasOff ? limit_c : limit_c + OFF_HYSTERESIS_K;
  return { setback_k: 0, off: outdoor_c !== undefined && outdoor_c > from_c };
}

/** How far rooms are below their target, K: measured, else expected from the time without heat. */
function deficitOf(before: NightState | undefined, input: NightInput, relief: Relief): number {
  const { target_c, room_c, outdoor_c, now, schedule } = input;
  if (room_c !== undefined) return target_c - room_c;
  if (outdoor_c === undefined) return 0;
  const passed_s = before?.phase === 'night' ? (now - before.since) / 1000 : 0;
  const setback_k = schedule.night.kind === 'off' && relief.off ? Infinity : relief.setback_k;
  return expectedDeficit({ room_c: target_c, outdoor_c, passed_s, setback_k });
}

function phaseOf(
  before: NightState | undefined,
  input: NightInput,
  relief: Relief,
): Pick<NightState, 'phase' | 'comfort_at'> {
  const { schedule, clock, now } = input;
  if (isComfort(schedule, localAt(clock, now)))
    return { phase: 'comfort', comfort_at: before?.phase === 'comfort' ? before.comfort_at : now };
  const comfort_at = nextComfort(schedule, clock, now);
  if (comfort_at === undefined || schedule.start === 'fixed') return { phase: 'night', comfort_at };
  // Once the heat is back it stays, whatever the rooms then say.
  if (before?.phase === 'warm_up' && before.comfort_at === comfort_at)
    return { phase: 'warm_up', comfort_at };
  const lead_s = leadFor(before?.start ?? NEW_START, deficitOf(before, input, relief));
  return { phase: comfort_at - now <= lead_s * 1000 ? 'warm_up' : 'night', comfort_at };
}

/** The heat is back after a night: boost as far as there was a set-back, and the morning is watched. */
function wake(before: NightState, input: NightInput): Pick<NightState, 'boost' | 'start'> {
  const { schedule, now, room_c, target_c } = input;
  const { boost, night } = schedule;
  const full_k = night.kind === 'setback' ? night.room_k : 0;
  const share = before.off ? 1 : full_k > 0 ? before.setback_k / full_k : 0;
  const shift_k = (boost?.supply_k ?? 0) * share;
  return {
    boost: boost && shift_k > 0 ? { shift_k, until: now + boost.for_s * 1000 } : undefined,
    start: room_c === undefined ? before.start : beginWarmUp(before.start, { at: now, room_c, target_c }),
  };
}

/** One step of the schedule. The first one after a start or a change takes the phase as it finds it. */
export function stepNight(before: NightState | undefined, input: NightInput): NightState {
  const { schedule, now, outdoor_c, room_c } = input;
  const relief = reliefOf(schedule.night, outdoor_c, before?.off ?? false);
  const { phase, comfort_at } = phaseOf(before, input, relief);
  const isNew = before?.phase !== phase;
  const wakes = before?.phase === 'night' && phase !== 'night';
  const { boost, start } = wakes
    ? wake(before, input)
    : { boost: before?.boost, start: before?.start ?? NEW_START };
  const watched = phase === 'night' ? start : watchWarmUp(start, { now, room_c, comfort_at });
  const { setback_k, off } = phase === 'night' ? relief : NO_RELIEF;
  const isOver = phase === 'night' || (boost && boost.until <= now);
  const next = {
    phase,
    since: isNew ? now : before.since,
    comfort_at,
    setback_k,
    off,
    boost: isOver ? undefined : boost,
    start: watched,
  };
  return before && isSame(before, next) ? before : next;
}

/** Most steps change nothing: the state of ten thousand circuits then stays where it is. */
const isSame = (before: NightState, next: NightState): boolean =>
  before.phase === next.phase &&
  before.comfort_at === next.comfort_at &&
  before.setback_k === next.setback_k &&
  before.off === next.off &&
  before.boost === next.boost &&
  before.start === next.start;
