/**
 * How long before comfort the heat has to come back. Rooms are taken to warm at a steady rate that is learned
 * from each morning; the linear form of optimum start after Seem, Armstrong and Hancock (ASHRAE, 1989).
 */

/** K/h until something was learned: old housing on a full curve; our choice. */
const FIRST_RATE_K_PER_H = 0.5;
const RATE_MIN = 0.1;
const RATE_MAX = 3;
/** Part of each morning in what is learned. */
const NEWEST_SHARE = 0.3;
/** The water needs so long (s) before rooms feel anything. */
const DEAD_TIME_S = 900;
/** Heat never comes back earlier than this before comfort, s. */
export const LONGEST_LEAD_S = 6 * 3600;
/** A room counts as warm so near (K) to its target. */
const WARM_WITHIN_K = 0.2;
/** Mornings with less to make up (K) teach nothing. */
const TEACHING_K = 0.5;
/** A room that is not warm so long (ms) after comfort began teaches what it reached. */
const GIVE_UP_MS = 2 * 3_600_000;
/** Cooling of a building whose rooms nobody measures, s: rather too quick, so that the heat is early. */
const UNKNOWN_TIME_CONSTANT_S = 60 * 3600;

/** A morning that is being watched. */
export interface WarmUp {
  readonly at: number;
  readonly room_c: number;
  readonly target_c: number;
}

export interface StartState {
  readonly rate_k_per_h: number;
  /** Mornings that it was learned from. */
  readonly mornings: number;
  readonly warm_up?: WarmUp | undefined;
}

export const NEW_START: StartState = { rate_k_per_h: FIRST_RATE_K_PER_H, mornings: 0 };

/** How far rooms have cooled (K) that nobody measures: T falls by (tn − tw)·(1 − e^(−t/τ)), at most the set-back. */
export function expectedDeficit(given: {
  readonly room_c: number;
  readonly outdoor_c: number;
  readonly passed_s: number;
  readonly setback_k: number;
}): number {
  const { room_c, outdoor_c, passed_s, setback_k } = given;
  const fallen_k = (room_c - outdoor_c) * (1 - Math.exp(-passed_s / UNKNOWN_TIME_CONSTANT_S));
  return Math.min(Math.max(fallen_k, 0), setback_k);
}

/** Time before comfort at which the heat has to come back for a deficit in K, s. */
export function leadFor({ rate_k_per_h }: StartState, deficit_k: number): number {
  if (deficit_k <= 0) return 0;
  return Math.min(DEAD_TIME_S + (deficit_k / rate_k_per_h) * 3600, LONGEST_LEAD_S);
}

export function beginWarmUp(state: StartState, warm_up: WarmUp): StartState {
  return warm_up.target_c - warm_up.room_c >= TEACHING_K ? { ...state, warm_up } : state;
}

/** Watches a morning until the rooms are warm, then learns its rate. */
export function watchWarmUp(
  state: StartState,
  seen: {
    readonly now: number;
    readonly room_c: number | undefined;
    readonly comfort_at: number | undefined;
  },
): StartState {
  const { warm_up } = state;
  const { now, room_c, comfort_at } = seen;
  if (!warm_up || room_c === undefined) return state;
  const isOver = now - (comfort_at ?? warm_up.at) > GIVE_UP_MS;
  if (room_c < warm_up.target_c - WARM_WITHIN_K && !isOver) return state;
  const passed_h = (now - warm_up.at) / 3_600_000 - DEAD_TIME_S / 3600;
  const rate = (room_c - warm_up.room_c) / Math.max(passed_h, 0.1);
  const seen_rate = Math.min(Math.max(rate, RATE_MIN), RATE_MAX);
  const rate_k_per_h = state.rate_k_per_h + NEWEST_SHARE * (seen_rate - state.rate_k_per_h);
  return { rate_k_per_h, mornings: state.mornings + 1 };
}
