/** Chance that is the same for the same seed (mulberry32: small, quick, and good enough to vary bytes). */
export interface Random {
  /** Uniform in [0, 2³²). */
  next(): number;
  /** Uniform integer in [0, below). */
  below(below: number): number;
  /** True once in `n` times. */
  oneIn(n: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  bytes(count: number): Buffer;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 4_294_967_296) * bound);
  return {
    next,
    below,
    oneIn: (n) => below(n) === 0,
    pick: (from) => from[below(from.length)] ?? from[0],
    bytes(count) {
      const bytes = Buffer.allocUnsafe(count);
      for (let at = 0; at < count; at += 1) bytes[at] = next();
      return bytes;
    },
  };
}
