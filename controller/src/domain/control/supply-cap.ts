/**
 * A slow limit: something measured (return, power, flow) is kept below its limit by a lowered maximum of the supply
 * temperature.
 *
 * What is measured follows the supply late: a return after the water's way through pipes and emitters, about half
 * an hour, a meter after its reporting period. A plain proportional correction of the usual size answers to that
 * delay with an endless swing, so this is a PI: little at once, the rest over an adaptation time of three delays.
 */

/** By how much a return rises with its supply, K/K: between one half and one for emitters. */
export const RETURN_PER_SUPPLY = 0.5;
/** Way of the water from supply to return where none is set, s. */
export const TRANSIT_S = 30 * 60;
/** The adaptation time is so many delays. */
export const ADAPTATION_DELAYS = 3;
/** Lowered at once for each kelvin of excess, K/K. */
const PROPORTIONAL = 0.5;
/** After a longer pause (s) only this much of it counts. */
const LONGEST_STEP_S = 60;

/** The limit while it acts: the integral part as a maximum of the supply temperature, °C. */
export interface CapState {
  readonly cap_c: number;
  readonly at: number;
  /** The maximum of the last measurement: below `cap_c` while that was too much, °C. */
  readonly max_c?: number | undefined;
}

export interface CapInput {
  readonly now: number;
  /** Limit minus measured, K; negative when too much; undefined without a fit measurement. */
  readonly margin_k: number | undefined;
  /** By how much the measured value rises with the supply, K/K. */
  readonly gain: number;
  /** Time over which a lasting excess is corrected, s. */
  readonly adaptation_s: number;
  /** Something else that is limited is unknown: the maximum may fall, not rise. */
  readonly held?: boolean | undefined;
  /** Supply setpoint in force, °C: where the limit starts to act. */
  readonly from_c: number;
  /** Lowest supply that earlier rules allow, °C: below it the integral would wind up. */
  readonly floor_c: number;
  /** Supply without this limit, °C: at it the limit ends. */
  readonly target_c: number;
}

export interface CapStep {
  readonly state: CapState | undefined;
  /** Highest supply, °C; undefined while the limit does not act. */
  readonly max_c: number | undefined;
}

/** One step. Without a measurement a limit in force stays as it is: it neither eases nor ends. */
export function stepCap(state: CapState | undefined, input: CapInput): CapStep {
  const { now, margin_k, gain, adaptation_s, floor_c, target_c } = input;
  if (margin_k === undefined) {
    if (!state) return { state, max_c: undefined };
    return { state: { ...state, at: now }, max_c: Math.min(state.cap_c, state.max_c ?? state.cap_c) };
  }
  if (!state && margin_k >= 0) return { state: undefined, max_c: undefined };
  const before = state ?? { cap_c: Math.min(input.from_c, target_c), at: now };
  const passed_s = Math.min(Math.max((now - before.at) / 1000, 0), LONGEST_STEP_S);
  const moved_c = before.cap_c + (margin_k * passed_s) / (gain * adaptation_s);
  const cap_c = Math.max(Math.min(moved_c, target_c), floor_c);
  if (margin_k >= 0 && cap_c >= target_c) return { state: undefined, max_c: undefined };
  const free_c = cap_c + PROPORTIONAL * margin_k;
  const max_c = input.held ? Math.min(free_c, state?.max_c ?? free_c) : free_c;
  return { state: { cap_c, at: now, max_c }, max_c };
}
