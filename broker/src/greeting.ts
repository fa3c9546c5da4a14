/**
 * A socket that has not said CONNECT. Anybody can open thousands of them, so no more is kept for one than its first
 * bytes and when it came.
 */
import { Connection } from './connection.ts';
import type { CloseReason } from './metrics.ts';
import { PACKET, PacketFramer } from './packet.ts';
import type { Shared } from './shared.ts';
import type { Wire } from './wire.ts';

/** What a connection has from its greeting. */
export interface Greeted {
  /** Holds what followed the CONNECT. */
  readonly framer: PacketFramer;
  /** When its socket was opened, by the broker's monotonic clock, ms. */
  readonly openedAt: number;
  /** Whom a client certificate names that our authority signed. */
  readonly certified: string | undefined;
}

/** Waits for what the socket has to say. */
export const greet = (shared: Shared, socket: Wire, certified?: string): Greeting =>
  new Greeting(shared, socket, certified);

export class Greeting {
  readonly phase = 'greeting';
  readonly #shared: Shared;
  readonly #socket: Wire;
  readonly #greeted: Greeted;

  constructor(shared: Shared, socket: Wire, certified?: string) {
    this.#shared = shared;
    this.#socket = socket;
    const framer = new PacketFramer(shared.limits.connectPacketBytes);
    this.#greeted = { framer, openedAt: shared.now(), certified };
    socket.on('data', this.#received);
    socket.on('end', this.#left);
    socket.on('error', this.#broken);
    socket.on('close', this.#left);
    shared.greetings.add(this);
  }

  /** Why it has to end now, if its time is up. */
  overdue(now: number): CloseReason | undefined {
    return now - this.#greeted.openedAt > this.#shared.limits.connectTimeoutMs
      ? 'connect_timeout'
      : undefined;
  }

  close(reason: CloseReason): void {
    const { greetings, waiting, counters, log } = this.#shared;
    if (!greetings.delete(this)) return;
    waiting.forget(this.#readLater);
    counters.close(reason);
    log.debug({ address: this.#socket.remoteAddress, reason }, 'a stranger was sent away');
    this.#greeted.framer.forget();
    this.#socket.destroy();
  }

  readonly #left = (): void => this.close('peer_closed');
  readonly #broken = (): void => this.close('socket_error');

  readonly #received = (chunk: Buffer): void => {
    if (!this.#shared.greetings.has(this)) return;
    this.#greeted.framer.push(chunk);
    this.#read();
  };

  /** In a turn of its own, never inside a caller's `done()`. */
  readonly #readLater = (): void => {
    setImmediate(() => {
      this.#socket.resume();
      this.#read();
    });
  };

  #read(): void {
    const { greetings, waiting, counters } = this.#shared;
    if (!greetings.has(this)) return;
    // Whoever comes would only bring more of what waits.
    if (waiting.full) {
      this.#socket.pause();
      waiting.onRoom(this.#readLater);
      return;
    }
    const { framer } = this.#greeted;
    const packet = framer.next();
    if (framer.fault) {
      if (framer.fault === 'packet_too_large') counters.refuse(framer.fault);
      this.close(framer.fault);
    } else if (packet && packet[0] !== PACKET.connect << 4) {
      this.close('protocol_error');
    } else if (packet) {
      this.#connect(packet);
    }
  }

  #connect(packet: Buffer): void {
    const socket = this.#socket;
    socket.off('data', this.#received);
    socket.off('end', this.#left);
    socket.off('error', this.#broken);
    socket.off('close', this.#left);
    this.#shared.greetings.delete(this);
    new Connection(this.#shared, socket, this.#greeted).connect(packet);
  }
}
