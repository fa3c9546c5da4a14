/** A seeded random generator whose state is one number, so that it can be saved with the plant. */

export interface Random {
  /** Unsigned 32-bit state; advanced by every draw. */
  state: number;
}

const TWO_32 = 2 ** 32;

/** A generator for a text seed: FNV-1a of its UTF-16 code units. */
export function randomFrom(seed: string): Random {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < seed.length; index += 1) {
    hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01_00_01_93);
  }
  return { state: hash >>> 0 };
}

/** Uniform in [0, 1). A Weyl sequence through a 32-bit finaliser with full avalanche. */
export function uniform(random: Random): number {
  random.state = (random.state + 0x9e_37_79_b9) >>> 0;
  let bits = random.state;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21_f0_aa_ad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x73_5a_2d_97);
  return ((bits ^ (bits >>> 15)) >>> 0) / TWO_32;
}

export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * uniform(random);
}

/** Standard normal (Box and Muller). */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(random)));
  return radius * Math.cos(2 * Math.PI * uniform(random));
}

/**
 * One step of an Ornstein-Uhlenbeck process around zero, exact for any step:
 * x ← x·e^(−dt/τ) + σ·√(1 − e^(−2dt/τ))·N(0, 1), with σ the standard deviation in the long run.
 */
export function wander(
  value: number,
  process: { readonly tau_s: number; readonly sigma: number; readonly dt_s: number },
  random: Random,
): number {
  const kept = Math.exp(-process.dt_s / process.tau_s);
  return value * kept + process.sigma * Math.sqrt(1 - kept * kept) * gaussian(random);
}
