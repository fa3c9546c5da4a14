/** Writing to sockets: everything for one connection in one turn of the event loop leaves in one write. */
import type { BrokerLimits } from './limits.ts';
import type { Wire } from './wire.ts';

interface Flushable {
  flush(): void;
}

/** Flushes after the event loop's poll phase, so that a PUBACK and the command that follows it share a write. */
export class Flusher {
  readonly #dirty = new Set<Flushable>();
  #scheduled = false;

  add(output: Flushable): void {
    this.#dirty.add(output);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const outputs = [...this.#dirty];
      this.#dirty.clear();
      for (const each of outputs) each.flush();
    });
  }
}

/** A writer waits above this many bytes (aedes then counts its `drainTimeout`). */
const CONGESTED_BYTES = 64 * 1024;

export class Output {
  readonly #socket: Wire;
  readonly #flusher: Flusher;
  readonly #limits: BrokerLimits;
  readonly #onOverflow: () => void;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #whenClear: (() => void) | undefined;
  #sent = 0;
  #stuckSince: number | undefined;

  constructor(port: { socket: Wire; flusher: Flusher; limits: BrokerLimits; onOverflow: () => void }) {
    this.#socket = port.socket;
    this.#flusher = port.flusher;
    this.#limits = port.limits;
    this.#onOverflow = port.onOverflow;
    this.#socket.on('drain', () => this.#clear());
  }

  write(packet: Buffer): void {
    this.#chunks.push(packet);
    this.#bytes += packet.length;
    if (this.#chunks.length === 1) this.#flusher.add(this);
  }

  /** Writes and calls back when the receiver keeps up; one such write at a time. */
  writeThen(packet: Buffer, whenClear: () => void): void {
    this.write(packet);
    this.#whenClear = whenClear;
    this.#clear();
  }

  flush(): void {
    const [first, ...others] = this.#chunks;
    if (first === undefined || this.#socket.destroyed) return;
    const bytes = others.length === 0 ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#chunks = [];
    this.#bytes = 0;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#limits.unsentBytes) this.#onOverflow();
    else this.#clear();
  }

  /** Whether a writer waits for the receiver. */
  get congested(): boolean {
    return this.#whenClear !== undefined;
  }

  /** For how long (ms) bytes have waited in the socket and none of them left, as far as earlier calls have seen. */
  stuckFor(now: number): number {
    const waiting = this.#socket.writableLength;
    const sent = this.#socket.bytesWritten - waiting;
    if (waiting === 0) this.#stuckSince = undefined;
    else if (this.#stuckSince === undefined || sent !== this.#sent) this.#stuckSince = now;
    this.#sent = sent;
    return this.#stuckSince === undefined ? 0 : now - this.#stuckSince;
  }

  /** Sends what is left, then closes; a receiver that does not take it is cut off. */
  end(): void {
    this.flush();
    if (this.#socket.destroyed) return;
    const cutOff = setTimeout(() => this.#socket.destroy(), this.#limits.lingerMs);
    this.#socket.once('close', () => clearTimeout(cutOff));
    this.#socket.destroySoon();
  }

  #clear(): void {
    if (this.#whenClear === undefined) return;
    if (this.#socket.writableNeedDrain || this.#bytes > CONGESTED_BYTES) return;
    const whenClear = this.#whenClear;
    this.#whenClear = undefined;
    whenClear();
  }
}
