/** Messages that wait for `done()`, and the order in which their PUBACKs leave. */
import type { BrokerLimits } from './limits.ts';

/** Everything that waits, over all connections. */
export class WaitingTotal {
  messages = 0;
  bytes = 0;
  readonly #limits: BrokerLimits;
  readonly #whenRoom = new Set<() => void>();

  constructor(limits: BrokerLimits) {
    this.#limits = limits;
  }

  get full(): boolean {
    return this.messages >= this.#limits.waitingTotal || this.bytes >= this.#limits.waitingBytesTotal;
  }

  add(bytes: number): void {
    this.messages += 1;
    this.bytes += bytes;
  }

  remove(bytes: number): void {
    this.messages -= 1;
    this.bytes -= bytes;
    if (this.#whenRoom.size === 0 || this.full) return;
    const woken = [...this.#whenRoom];
    this.#whenRoom.clear();
    for (const wake of woken) wake();
  }

  /** Calls back once when there is room again. */
  onRoom(wake: () => void): void {
    this.#whenRoom.add(wake);
  }

  forget(wake: () => void): void {
    this.#whenRoom.delete(wake);
  }
}

export interface WaitingMessage {
  /** 0 for QoS 0, which gets no PUBACK. */
  readonly messageId: number;
  readonly bytes: number;
  settled: boolean;
  /** Its connection is gone; it still counts as waiting until it is settled. */
  abandoned: boolean;
}

/** The waiting messages of one connection. PUBACKs keep the order of the messages (MQTT-4.6.0-2). */
export class AckQueue {
  #waiting: WaitingMessage[] = [];
  #head = 0;
  #bytes = 0;
  readonly #limits: BrokerLimits;
  readonly #total: WaitingTotal;
  readonly #acknowledge: (messageId: number) => void;

  constructor(limits: BrokerLimits, total: WaitingTotal, acknowledge: (messageId: number) => void) {
    this.#limits = limits;
    this.#total = total;
    this.#acknowledge = acknowledge;
  }

  get full(): boolean {
    return (
      this.#waiting.length - this.#head >= this.#limits.waitingPerConnection ||
      this.#bytes >= this.#limits.waitingBytesPerConnection
    );
  }

  add(messageId: number, bytes: number): WaitingMessage {
    const message = { messageId, bytes, settled: false, abandoned: false };
    this.#waiting.push(message);
    this.#bytes += bytes;
    this.#total.add(bytes);
    return message;
  }

  /** Acknowledges it as soon as all before it are settled. A second call changes nothing. */
  settle(message: WaitingMessage): void {
    if (message.settled) return;
    message.settled = true;
    if (message.abandoned) {
      this.#total.remove(message.bytes);
      return;
    }
    for (let first = this.#waiting[this.#head]; first?.settled === true; first = this.#waiting[this.#head]) {
      this.#head += 1;
      this.#bytes -= first.bytes;
      this.#total.remove(first.bytes);
      if (first.messageId !== 0) this.#acknowledge(first.messageId);
    }
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head >= 64) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /**
   * The connection is gone and nothing is acknowledged any more. What the center has not settled goes on counting, or
   * clients that send, break off and come back would fill the memory while the disk cannot be written.
   */
  abandon(): void {
    for (const message of this.#waiting.slice(this.#head)) {
      if (message.settled) this.#total.remove(message.bytes);
      else message.abandoned = true;
    }
    this.#waiting = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}
