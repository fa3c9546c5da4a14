/** How corrections move in one step: Δu = K·(r_ref − r) with deadband and rate, then all of them together. */
import type { BalanceSettings } from './settings.ts';
import { fades, type Part } from './balance-part.ts';
import { meanFree, type Wished } from './mean-free.ts';

/**
 * What a circuit lacks is never made up faster than over this time, h: three transits of half an hour, so that the loop
 * does not swing where little heat is asked for and a kelvin is a large share of it.
 */
const SHORTEST_H = 1.5;

/** A correction in two parts; their sum is what the mean is taken of. */
export interface Correction {
  /** In force, K. */
  readonly shift_k: number;
  /**
   * Kept back, K, never negative: asked for while the valve was open wide, so that the station was not told of it. The
   * others give for it meanwhile, and that is what brings the water.
   */
  readonly kept_k: number;
}

export const NO_CORRECTION: Correction = { shift_k: 0, kept_k: 0 };

/** A circuit as it comes into a step. */
export interface Mover {
  readonly area_m2: number;
  readonly part: Part;
  readonly before: Correction;
}

export interface Step {
  readonly settings: BalanceSettings;
  readonly reference: number;
  /** Time since the last step, h. */
  readonly passed_h: number;
}

const within = (value: number, most: number): number => Math.min(Math.max(value, -most), most);

/** Relative warmth that a circuit lacks beyond the deadband; negative where it has too much. */
function lack({ part }: Mover, { settings, reference }: Step): number {
  const off = reference - (part.warmth.relative ?? reference);
  return Math.sign(off) * Math.max(Math.abs(off) - settings.deadband, 0);
}

/** K·(r_ref − r) for this step, K; at most what the rate allows. */
function driven(mover: Mover, step: Step): number {
  const { settings, passed_h } = step;
  const gain_k_per_h = Math.min(settings.gain_k_per_h, mover.part.warmth.excess_k / SHORTEST_H);
  return within(gain_k_per_h * lack(mover, step) * passed_h, settings.rate_k_per_h * passed_h);
}

function wishOf(mover: Mover, step: Step): Wished {
  const { area_m2, part, before } = mover;
  const { bound_k, rate_k_per_h } = step.settings;
  const most_k = rate_k_per_h * step.passed_h;
  const sum_k = before.shift_k + before.kept_k;
  const fixed = (to_k: number): Wished => ({ area_m2, wished_k: to_k, low_k: to_k, high_k: to_k });
  if (part.why) return fixed(fades(part.why) ? sum_k - within(sum_k, most_k) : sum_k);
  // Beyond a bound that was lowered: back at the same pace.
  if (Math.abs(sum_k) > bound_k) return fixed(sum_k + within(within(sum_k, bound_k) - sum_k, most_k));
  const move_k = driven(mover, step);
  // A valve that came back from its end asks the others for nothing more.
  const returned_k = part.blocked !== 'valve' && move_k <= 0 ? Math.min(before.kept_k, most_k) : 0;
  return {
    area_m2,
    wished_k: sum_k + move_k - returned_k,
    low_k: part.blocked === 'limit_down' ? sum_k : Math.max(sum_k - most_k, -bound_k),
    high_k: part.blocked === 'limit_up' ? sum_k : Math.min(sum_k + most_k, bound_k),
  };
}

/** Splits a sum: what is kept back comes in only as the circuit asks for it with its valve free. */
function split(mover: Mover, sum_k: number, step: Step): Correction {
  const { part, before } = mover;
  if (part.why && !fades(part.why)) return before;
  if (part.why || (part.blocked !== 'valve' && before.kept_k === 0)) {
    const kept_k = Math.min(before.kept_k, Math.max(sum_k - before.shift_k, 0));
    return { shift_k: sum_k - kept_k, kept_k };
  }
  const raised_k = part.blocked === undefined ? Math.max(driven(mover, step), 0) : 0;
  const shift_k = Math.min(sum_k, before.shift_k + raised_k);
  return { shift_k, kept_k: sum_k - shift_k };
}

/** All corrections one step on: each within its bounds and its rate, their mean by area 0 as far as those allow. */
export function moveAll(movers: readonly Mover[], step: Step): Correction[] {
  const sums = meanFree(movers.map((mover) => wishOf(mover, step)));
  return movers.map((mover, index) => split(mover, sums[index] ?? 0, step));
}
