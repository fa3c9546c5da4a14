/**
 * How what a short source gives is shared: one level of relative load for all ordinary stations, found so that the
 * sum is what there is.
 *
 * Relative load is heat over the design heat at this outdoor temperature. Nobody gets more than it wants, so the
 * level comes down from above: who takes most for what its buildings are gives first, and from there on all fall
 * together.
 */

/** What one station wants and what it must have. Loads are relative. */
export interface Claim {
  /** Design heat at this outdoor temperature, kW; above 0. */
  readonly design_kw: number;
  /** What it would take without any limit. */
  readonly want: number;
  /** It is never held below this. */
  readonly floor: number;
  readonly priority: boolean;
}

export interface Level {
  /** Relative load of ordinary stations; Infinity where there is enough for everybody. */
  readonly level: number;
  /** False where all stations at their floors still take more than there is. */
  readonly reachable: boolean;
}

/** Hospitals, schools and homes for the elderly give nothing before the others have given this share, */
export const PRIORITY_WAITS = 0.1;
/** and from there on this part of what the others give. */
export const PRIORITY_PACE = 0.5;

/**
 * Relative load that a station is held at when ordinary ones are held at `level`; never less than theirs.
 *
 * @param normal relative load of the network while nothing is limited
 */
export function shareAt(claim: Claim, level: number, normal: number): number {
  if (!claim.priority) return Math.max(level, claim.floor);
  const given = Math.max(0, 1 - level / normal - PRIORITY_WAITS);
  return Math.max(claim.want * (1 - PRIORITY_PACE * given), level, claim.floor);
}

/** What all stations take at a level, kW. */
export function takenAt(claims: readonly Claim[], level: number, normal: number): number {
  let sum_kw = 0;
  for (const claim of claims) sum_kw += claim.design_kw * Math.min(claim.want, shareAt(claim, level, normal));
  return sum_kw;
}

/** Bisection: the level is then known to a millionth of the greatest claim. */
const STEPS = 20;

/** The highest level at which all stations together take no more than `available_kw`. */
export function levelFor(claims: readonly Claim[], available_kw: number, normal: number): Level {
  let high = 0;
  for (const { want } of claims) high = Math.max(high, want);
  // A priority station gives by the level, so the level has to begin above its own want.
  high = Math.max(high, normal);
  if (takenAt(claims, high, normal) <= available_kw) return { level: Infinity, reachable: true };
  let low = 0;
  if (takenAt(claims, low, normal) > available_kw) return { level: low, reachable: false };
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (takenAt(claims, middle, normal) > available_kw) high = middle;
    else low = middle;
  }
  return { level: low, reachable: true };
}
