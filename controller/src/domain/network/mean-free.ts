/** Corrections that keep the mean of the network where it is, each within bounds of its own. */

/** One correction: what it would be, and what it may be. `low` is at most `high`. */
export interface Wished {
  /** Weight, m²; above 0. */
  readonly area_m2: number;
  readonly wished_k: number;
  readonly low_k: number;
  readonly high_k: number;
}

/** Bisection over twice the widest bound: the common move is then known to 10⁻¹² K. */
const STEPS = 44;

const within = (value: number, { low_k, high_k }: Wished): number => Math.min(Math.max(value, low_k), high_k);

function sumAt(wishes: readonly Wished[], move_k: number): number {
  let sum = 0;
  for (const wish of wishes) sum += wish.area_m2 * within(wish.wished_k + move_k, wish);
  return sum;
}

/**
 * The corrections nearest to the wished ones (least squares, by area) whose mean by area is 0, each within its bounds:
 * all are moved by the same amount and cut at their bounds, u_i = clip(wished_i + λ), with Σ A_i·u_i = 0. The sum
 * rises with λ, so it is found by bisection. Where no λ makes the mean 0, it is as near to 0 as the bounds allow.
 */
export function meanFree(wishes: readonly Wished[]): number[] {
  const reach_k = wishes.reduce(
    (most, { wished_k, low_k, high_k }) =>
      Math.max(most, Math.abs(wished_k - low_k), Math.abs(high_k - wished_k)),
    0,
  );
  let [low, high] = [-reach_k, reach_k];
  for (let step = 0; step < STEPS && high > low; step += 1) {
    const middle = (low + high) / 2;
    if (sumAt(wishes, middle) > 0) high = middle;
    else low = middle;
  }
  const move_k = (low + high) / 2;
  return wishes.map((wish) => within(wish.wished_k + move_k, wish));
}
