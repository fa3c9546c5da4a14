/** Copies of the traffic for reader identities, through aedes. Stations never wait for them. */
import type { AedesCore } from './aedes-core.ts';

/** A connection that reads along. */
export interface Reader {
  /** Too much is under way: ends the connection if it is the one that does not take it. */
  giveWay(): void;
}

export interface ReaderBounds {
  readonly copies: number;
  readonly bytes: number;
}

export class Readers {
  copied = 0;
  dropped = 0;
  readonly #core: AedesCore;
  readonly #bounds: ReaderBounds;
  /** Connections with their filters. */
  readonly #filters = new Map<Reader, Set<string>>();
  #copies = 0;
  #bytes = 0;

  constructor(core: AedesCore, bounds: ReaderBounds) {
    this.#core = core;
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#filters.size;
  }

  /** Bytes that some reader has not taken yet. */
  get waitingBytes(): number {
    return this.#bytes;
  }

  subscribed(reader: Reader, filter: string): void {
    const filters = this.#filters.get(reader);
    if (filters) filters.add(filter);
    else this.#filters.set(reader, new Set([filter]));
  }

  unsubscribed(reader: Reader, filter: string): void {
    const filters = this.#filters.get(reader);
    if (filters?.delete(filter) === true && filters.size === 0) this.#filters.delete(reader);
  }

  gone(reader: Reader): void {
    this.#filters.delete(reader);
  }

  /** Costs nothing while nobody reads. */
  copy(topic: string, payload: Uint8Array): void {
    if (this.#filters.size === 0) return;
    if (this.#copies >= this.#bounds.copies || this.#bytes >= this.#bounds.bytes) {
      this.dropped += 1;
      // One that is frozen shall not cost the others what they could have read.
      for (const reader of this.#filters.keys()) reader.giveWay();
      return;
    }
    this.#copies += 1;
    this.#bytes += payload.length;
    this.copied += 1;
    this.#core.publish(topic, payload, () => {
      this.#copies -= 1;
      this.#bytes -= payload.length;
    });
  }
}
