/** The level of relative load over time: down at once, up in steps, and never while the limit is passed. */
import { levelFor, takenAt, type Claim } from './share.ts';

export type SourcePhase = 'normal' | 'short' | 'recovering';

/** Of the limit so much is left unused: meters and models err. */
const MARGIN = 0.02;
/** One step of the recovery, of the network's normal load, and the time between two, ms. */
export const RECOVERY_STEP = 0.05;
export const RECOVERY_EVERY_MS = 20 * 60_000;
/** The level falls when it must by this much; less is noise. */
const WORTH = 0.003;
/** A step up is taken only as far as no more than this share of the limit is taken then. */
const ROOM_BELOW = 0.985;
/** Emitters and pipes that get warmer take at first this many times what they take in the end. */
const OVERSHOOT = 1.5;
/** Less than this part of a step is not worth its commands: it waits. */
const LEAST_PART = 0.2;
/** What the source gives answers to a step, or to the end of a limit, after this time, ms. */
const ANSWERS_MS = 10 * 60_000;
/** A limit that is passed all the same is kept by giving out less, slowly and at most by this share. */
const OVER_MS = 90 * 60_000;
const MOST_OVER = 0.1;

export interface LevelState {
  readonly phase: SourcePhase;
  /** When the phase began, ms UTC. */
  readonly since?: number | undefined;
  /** Relative load of ordinary stations; undefined while nothing is limited. */
  readonly level?: number | undefined;
  readonly next_step_at?: number | undefined;
  /** Share by which less is given out than there should be: 0 … −0.1. */
  readonly over: number;
  readonly reachable: boolean;
}

export const NO_LEVEL: LevelState = { phase: 'normal', over: 0, reachable: true };

export interface LevelInput {
  readonly now: number;
  readonly passed_ms: number;
  /** A limit of a short source is in force. */
  readonly isShort: boolean;
  /** What the source may give, kW; undefined where nothing limits it. */
  readonly limit_kw: number | undefined;
  /** What it gives, kW: the mean of a quarter of an hour, and the greater of that and the last reading. */
  readonly total_kw: number | undefined;
  readonly most_kw: number | undefined;
  /** When its meter was read last, ms UTC; undefined where only the stations tell what it gives. */
  readonly read_at: number | undefined;
  /** What never reaches those who share: losses, hot water, stations that are left out, kW. */
  readonly other_kw: number;
  readonly claims: readonly Claim[];
  readonly normal: number;
}

function overOf(before: LevelState, { limit_kw, total_kw, passed_ms }: LevelInput): number {
  if (limit_kw === undefined || total_kw === undefined || before.level === undefined) return 0;
  const free = (limit_kw - total_kw) / limit_kw;
  return Math.min(Math.max(before.over + (free * passed_ms) / OVER_MS, -MOST_OVER), 0);
}

/** One step of the level. */
export function stepLevel(before: LevelState, input: LevelInput): LevelState {
  const { now, isShort, limit_kw, claims, normal } = input;
  const over = overOf(before, input);
  const phase = phaseOf(before, isShort);
  const since = phase === before.phase ? before.since : now;
  if (phase === 'normal') return { ...NO_LEVEL, since };
  const found =
    limit_kw === undefined
      ? { level: Infinity, reachable: true }
      : levelFor(claims, limit_kw * (1 - MARGIN) * (1 + over) - input.other_kw, normal);
  const top = claims.reduce((most, { want }) => Math.max(most, want), normal);
  const moved = movedLevel(before, { ...input, goal: Math.min(found.level, top), top, since });
  const isOver = moved.level === undefined && !isShort;
  if (isOver) return { ...NO_LEVEL, since: now };
  return { phase, since, over, reachable: found.reachable, ...moved };
}

function phaseOf({ phase, level }: LevelState, isShort: boolean): SourcePhase {
  if (isShort) return 'short';
  return phase === 'normal' || level === undefined ? 'normal' : 'recovering';
}

const leastFloor = (claims: LevelInput['claims']): number =>
  claims.reduce((least, { floor, priority }) => (priority ? least : Math.min(least, floor)), Infinity);

type Moved = Pick<LevelState, 'level' | 'next_step_at'>;

interface Upwards extends LevelInput {
  readonly goal: number;
  /** The level at which everybody has what it wants. */
  readonly top: number;
  /** When the recovery began, ms UTC. */
  readonly since: number | undefined;
}

/** Whether the source was seen with what was given out last: a step is never taken on an older reading. */
function isAnswered({ read_at, isShort, since = 0 }: Upwards, next_step_at: number): boolean {
  const changed_at = Math.max(next_step_at - RECOVERY_EVERY_MS, isShort ? 0 : since);
  return read_at === undefined || read_at >= changed_at + ANSWERS_MS;
}

/** The highest level that the source has room for, by what it gives now and what those who rise take at first. */
function roomyLevel(level: number, { limit_kw, most_kw, claims, normal }: Upwards): number {
  if (limit_kw === undefined || most_kw === undefined) return Infinity;
  const free_kw = ROOM_BELOW * limit_kw - most_kw;
  return free_kw <= 0
    ? level
    : levelFor(claims, takenAt(claims, level, normal) + free_kw / OVERSHOOT, normal).level;
}

function movedLevel(before: LevelState, to: Upwards): Moved {
  const { now, goal, top, normal, isShort } = to;
  if (before.level === undefined) return { level: goal >= top ? undefined : goal };
  const { next_step_at = now + RECOVERY_EVERY_MS } = before;
  // Below the least floor of ordinary stations the level means nothing: no time is spent on the way back up to it.
  const level = Math.max(before.level, Math.min(goal, leastFloor(to.claims)));
  if (goal < level - WORTH) return { level: goal, next_step_at: now + RECOVERY_EVERY_MS };
  const step = RECOVERY_STEP * normal;
  // What merely drifts while the source is short is followed at the pace of the steps, without waiting for one.
  const drifts = isShort && goal - level < step;
  const up = Math.min(step, roomyLevel(level, to) - level, goal - level);
  const waits =
    !drifts && (now < next_step_at || (to.limit_kw !== undefined && !isAnswered(to, next_step_at)));
  if (up <= 0 || waits || (!drifts && up < Math.min(LEAST_PART * step, goal - level)))
    return { level, next_step_at };
  // Until the source is read again the room is the same room: it is used up at that pace too.
  const raised = level + (drifts ? (up * to.passed_ms) / RECOVERY_EVERY_MS : up);
  if (raised >= top) return { level: undefined };
  return { level: raised, next_step_at: drifts ? next_step_at : now + RECOVERY_EVERY_MS };
}
