/** One direction of a connection through the proxy: a line in which bytes wait until they are due. */
import type { Socket } from 'node:net';
import type { Faults } from './tcp-proxy.ts';

export interface DirectionOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly random: () => number;
  readonly faults: () => Faults;
  /** A piece was lost; the connection has to go. */
  readonly lost: () => void;
  readonly delivered: (bytes: number) => void;
}

export interface Direction {
  /** Applies changed faults; false when bytes were swallowed, so that the connection cannot go on. */
  changed(): boolean;
  /** Ends this direction now: FIN to the receiver, and nothing after it. */
  end(): void;
  stop(): void;
}

interface Piece {
  readonly due: number;
  /** Undefined is the end of the stream. */
  readonly chunk: Buffer | undefined;
}

/** More than this is not held under way: then the sender waits, as behind a full router. */
const MOST_HELD_BYTES = 8 * 1024 * 1024;

class Line implements Direction {
  readonly #options: DirectionOptions;
  #queue: Piece[] = [];
  #heldBytes = 0;
  /** When the last byte that was read leaves, ms of the monotonic clock. */
  #leaves = 0;
  #timer: NodeJS.Timeout | undefined;
  #swallowed = false;
  #ended = false;
  #stopped = false;

  constructor(options: DirectionOptions) {
    this.#options = options;
    options.from.on('data', (chunk: Buffer) => this.#take(chunk));
    options.from.on('end', () => this.#take(undefined));
    options.to.on('drain', () => this.#deliver());
    this.#flow();
  }

  #take(chunk: Buffer | undefined): void {
    const { faults, random, lost } = this.#options;
    const { delay_ms, bytes_per_s, hole, reset_share } = faults();
    if (this.#ended || this.#stopped) return;
    if (hole) {
      this.#swallowed = true;
      return;
    }
    if (chunk && reset_share > 0 && random() < reset_share) {
      lost();
      return;
    }
    const bytes = chunk?.length ?? 0;
    this.#leaves = Math.max(this.#leaves, performance.now()) + (bytes / bytes_per_s) * 1000;
    this.#heldBytes += bytes;
    this.#queue.push({ due: this.#leaves + delay_ms, chunk });
    this.#deliver();
    this.#flow();
  }

  /** Reads on, or makes the sender wait. */
  #flow(): void {
    const { from, faults } = this.#options;
    if (from.destroyed) return;
    if (faults().paused || this.#heldBytes > MOST_HELD_BYTES) from.pause();
    else from.resume();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { to, faults, delivered } = this.#options;
    const now = performance.now();
    let next = 0;
    for (; !this.#stopped && next < this.#queue.length && !to.writableNeedDrain; next += 1) {
      const piece = this.#queue[next];
      if (!piece || piece.due > now) break;
      if (faults().hole) this.#swallowed = true;
      else if (!piece.chunk) to.end();
      else if (to.writable) {
        to.write(piece.chunk);
        delivered(piece.chunk.length);
      }
      this.#heldBytes -= piece.chunk?.length ?? 0;
    }
    this.#queue.splice(0, next);
    const [first] = this.#queue;
    if (first && !this.#stopped && !to.writableNeedDrain) {
      this.#timer = setTimeout(() => this.#deliver(), Math.max(1, first.due - now));
    }
    if (next > 0) this.#flow();
  }

  changed(): boolean {
    this.#flow();
    this.#deliver();
    return !this.#swallowed || this.#options.faults().hole;
  }

  end(): void {
    this.#ended = true;
    this.#queue = [];
    this.#heldBytes = 0;
    this.#options.to.end();
    this.#flow();
  }

  stop(): void {
    this.#stopped = true;
    this.#queue = [];
    clearTimeout(this.#timer);
  }
}

export const direction = (options: DirectionOptions): Direction => new Line(options);
