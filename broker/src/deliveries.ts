/** What the center sends to one station or gateway, with message ids of its own and a bound on what is open. */
import type { ServedChannel } from './handlers.ts';
import type { Counters } from './metrics.ts';
import type { OutgoingPublish } from './packet.ts';

export interface Delivery {
  readonly channel: ServedChannel;
  readonly topic: string;
  readonly packet: OutgoingPublish;
}

export interface DeliveryPort {
  readonly bound: number;
  readonly counters: Counters;
  readonly write: (packet: Buffer) => void;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

export class Deliveries {
  readonly #port: DeliveryPort;
  readonly #open = new Set<number>();
  /** The newest receipt of each topic and the newest heartbeat that found no room. */
  readonly #late = new Map<string, Delivery>();
  #lastId = 0;
  /** Since when the bound has been reached without a PUBACK (ms); undefined below it. */
  #fullSince: number | undefined;

  constructor(port: DeliveryPort) {
    this.#port = port;
  }

  get fullSince(): number | undefined {
    return this.#fullSince;
  }

  /**
   * Sends with QoS 1. At the bound a receipt or heartbeat waits and replaces the one that waited on its topic; a
   * command is dropped, since it would be stale when its turn comes.
   * @returns false if it was dropped
   */
  send(delivery: Delivery): boolean {
    const { counters, bound } = this.#port;
    if (this.#open.size < bound) {
      this.#transmit(delivery);
      return true;
    }
    if (delivery.channel === 'command') {
      counters.droppedDeliveries.command += 1;
      return false;
    }
    if (this.#late.delete(delivery.topic)) counters.droppedDeliveries[delivery.channel] += 1;
    this.#late.set(delivery.topic, delivery);
    return true;
  }

  /** A subscription of QoS 0 gets no message ids and no bound but the socket's. */
  sendUnacknowledged(delivery: Delivery): void {
    this.#port.counters.deliveries[delivery.channel] += 1;
    this.#port.write(delivery.packet(0));
  }

  /** Takes a PUBACK; ids that were never sent are ignored. */
  acknowledge(messageId: number): void {
    if (!this.#open.delete(messageId)) return;
    this.#fullSince = undefined;
    for (const [topic, delivery] of this.#late) {
      if (this.#open.size >= this.#port.bound) return;
      this.#late.delete(topic);
      this.#transmit(delivery);
    }
  }

  /** A topic that is no longer subscribed gets nothing more. */
  forget(topic: string): void {
    this.#late.delete(topic);
  }

  #transmit(delivery: Delivery): void {
    do this.#lastId = this.#lastId === 0xffff ? 1 : this.#lastId + 1;
    while (this.#open.has(this.#lastId));
    this.#open.add(this.#lastId);
    if (this.#open.size >= this.#port.bound) this.#fullSince = this.#port.now();
    this.#port.counters.deliveries[delivery.channel] += 1;
    this.#port.write(delivery.packet(this.#lastId));
  }
}
