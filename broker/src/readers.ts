/** Copies of the traffic for reader identities, through aedes. Stations never wait for them. */
import type { AedesCore } from './aedes-core.ts';

export class Readers {
  copied = 0;
  dropped = 0;
  readonly #core: AedesCore;
  readonly #bound: number;
  /** Connections with their filters. */
  readonly #filters = new Map<object, Set<string>>();
  #underWay = 0;

  constructor(core: AedesCore, bound: number) {
    this.#core = core;
    this.#bound = bound;
  }

  get size(): number {
    return this.#filters.size;
  }

  subscribed(connection: object, filter: string): void {
    const filters = this.#filters.get(connection);
    if (filters) filters.add(filter);
    else this.#filters.set(connection, new Set([filter]));
  }

  unsubscribed(connection: object, filter: string): void {
    const filters = this.#filters.get(connection);
    if (filters?.delete(filter) === true && filters.size === 0) this.#filters.delete(connection);
  }

  gone(connection: object): void {
    this.#filters.delete(connection);
  }

  /** Costs nothing while nobody reads. */
  copy(topic: string, payload: Uint8Array): void {
    if (this.#filters.size === 0) return;
    if (this.#underWay >= this.#bound) {
      this.dropped += 1;
      return;
    }
    this.#underWay += 1;
    this.copied += 1;
    this.#core.publish(topic, payload, () => {
      this.#underWay -= 1;
    });
  }
}
