/** The center's clock: wall time that never steps back while the process lives. */

export interface Clock {
  /** ms since 1970 UTC, never less than before. */
  now(): number;
}

/**
 * Wall time, but when the machine's clock is set back the center's goes on at half speed until the two meet
 * again: ages and leases are judged in this time, and a step back would revive what has ended.
 */
export function createClock(wall: () => number = Date.now, monotonic = () => performance.now()): Clock {
  let last = Math.floor(wall());
  let lastMonotonic = monotonic();
  return {
    now() {
      const elapsed = monotonic() - lastMonotonic;
      const walled = Math.floor(wall());
      if (walled >= last) {
        last = walled;
        lastMonotonic += elapsed;
      } else if (elapsed >= 2) {
        last += Math.floor(elapsed / 2);
        lastMonotonic += Math.floor(elapsed / 2) * 2;
      }
      return last;
    },
  };
}
