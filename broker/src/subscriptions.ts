/** Who is subscribed to what the center sends: topic → connections with the QoS they were granted. */
import type { Delivery } from './deliveries.ts';

export interface Subscriber {
  /** @returns false if it was dropped */
  deliver(delivery: Delivery, qos: 0 | 1): boolean;
}

export class Subscriptions {
  readonly #byTopic = new Map<string, Map<Subscriber, 0 | 1>>();

  add(topic: string, subscriber: Subscriber, qos: 0 | 1): void {
    const subscribers = this.#byTopic.get(topic);
    if (subscribers) subscribers.set(subscriber, qos);
    else this.#byTopic.set(topic, new Map([[subscriber, qos]]));
  }

  remove(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#byTopic.get(topic);
    if (subscribers?.delete(subscriber) === true && subscribers.size === 0) this.#byTopic.delete(topic);
  }

  /** @returns whether anybody takes it */
  deliver(delivery: Delivery): boolean {
    const subscribers = this.#byTopic.get(delivery.topic);
    if (!subscribers) return false;
    let taken = false;
    for (const [subscriber, qos] of subscribers) taken = subscriber.deliver(delivery, qos) || taken;
    return taken;
  }
}
