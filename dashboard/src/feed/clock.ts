/** The center's time, told from its messages, ticking once a second for whoever shows an age. */

export interface Clock {
  /** The center's time, ms UTC. */
  readonly now: () => number;
  /** The center's time at a time of this machine's clock. */
  readonly fromLocal: (at: number) => number;
  /** The center's time at the last tick: the same for everything drawn in one second. */
  readonly tick: () => number;
  readonly subscribe: (listener: () => void) => () => void;
  /** A message that the center made at `at` arrived now. */
  readonly heard: (at: number) => void;
}

/** Messages wait on their way, so only a difference beyond this moves the clock, ms. */
const TOLERANCE_MS = 1500;

export function createClock(): Clock {
  const listeners = new Set<() => void>();
  let offset = 0;
  let tick = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;

  const beat = () => {
    tick = Date.now() + offset;
    for (const listener of listeners) listener();
  };

  return {
    now: () => Date.now() + offset,
    fromLocal: (at) => at + offset,
    tick: () => tick,
    subscribe: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(beat, 1000);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    heard: (at) => {
      const measured = at - Date.now();
      if (Math.abs(measured - offset) < TOLERANCE_MS) return;
      offset = measured;
      beat();
    },
  };
}
