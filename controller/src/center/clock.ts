/** The center's clock: it follows the machine's, but no jump of it. */
import { uptime } from 'node:os';
import { HeatError } from '@heat-center/contract/errors.ts';
import { EARLIEST_AT, LATEST_AT } from '@heat-center/contract/limits.ts';

export interface Clock {
  /** ms since 1970 UTC, never less than before while the process lives. */
  now(): number;
  /** By how much the machine's clock is ahead of the center's time, ms; 0 while they agree. */
  readonly off_ms: number;
  /**
   * Goes on from the last time that the center knew before it ended, where the machine's clock is a little behind it
   * or cannot be believed at all. Throws `bad_environment` where nothing tells the time.
   */
  begin(known: number | undefined): void;
}

export interface Sources {
  /** The machine's clock, ms since 1970 UTC. */
  readonly wall: () => number;
  /** Monotonic, ms; stands still while the machine sleeps. */
  readonly monotonic: () => number;
  /** Since the machine was started, sleep included, ms. */
  readonly boot: () => number;
}

const MACHINE: Sources = {
  wall: Date.now,
  monotonic: () => performance.now(),
  boot: () => uptime() * 1000,
};

/** Nobody sets a clock by more than this between two readings without it being a jump, ms. */
const JUMP_MS = 2000;
/** After a start so small a step back is waited out, a greater one is taken, ms. */
const WAITED_OUT_MS = 60_000;

const credible = (at: number): boolean => at >= EARLIEST_AT && at < LATEST_AT;

class SteadyClock implements Clock {
  off_ms = 0;
  readonly #from: Sources;
  #last: number;
  #monotonic: number;
  #asleep: number;

  constructor(from: Sources) {
    this.#from = from;
    this.#last = Math.floor(from.wall());
    this.#monotonic = from.monotonic();
    this.#asleep = from.boot() - from.monotonic();
  }

  begin(known: number | undefined): void {
    const wall = Math.floor(this.#from.wall());
    this.#monotonic = this.#from.monotonic();
    const before = known ?? -Infinity;
    if (!credible(wall) && known === undefined) {
      const shown = new Date(wall).toISOString();
      throw new HeatError('bad_environment', `The machine's clock says ${shown}. Set it and start again.`);
    }
    const behind = before - wall;
    this.#last = !credible(wall) || (behind > 0 && behind <= WAITED_OUT_MS) ? before : wall;
  }

  now(): number {
    const elapsed = this.#from.monotonic() - this.#monotonic;
    const wall = Math.floor(this.#from.wall());
    const jump = wall - this.#last - elapsed;
    if (Math.abs(jump) > JUMP_MS && !this.#slept(jump)) {
      // Leases, ages and wishes are judged in this time: it goes on as if nothing had happened.
      const whole = Math.floor(elapsed);
      this.#last += whole;
      this.#monotonic += whole;
      this.off_ms = Math.round(jump);
      return this.#last;
    }
    this.off_ms = 0;
    if (wall >= this.#last) {
      this.#last = wall;
      this.#monotonic += elapsed;
    } else if (elapsed >= 2) {
      // Set back a little: at half speed until the two meet, since a step back would revive what has ended.
      this.#last += Math.floor(elapsed / 2);
      this.#monotonic += Math.floor(elapsed / 2) * 2;
    }
    return this.#last;
  }

  /** Whether the machine was asleep for just so long: then the clock is right, and the monotonic one stood still. */
  #slept(jump: number): boolean {
    const asleep = this.#from.boot() - this.#from.monotonic();
    const slept = asleep - this.#asleep;
    if (Math.abs(slept - jump) > JUMP_MS) return false;
    this.#asleep = asleep;
    return true;
  }
}

/** A clock that starts with the machine's and is not fooled by its jumps. */
export const createClock = (from: Sources = MACHINE): Clock => new SteadyClock(from);
