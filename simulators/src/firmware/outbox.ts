/**
 * A station's outbox: every sample stays on disk until the center's receipt. Sends in the order of seq, the present
 * boot first; begins again at the oldest unsettled sample after each connect and when receipts stand still.
 */
import type { BootRow, Store } from './store.ts';

export interface OutboxOptions {
  readonly store: Store;
  readonly station: string;
  /** Id of the present boot; never used before. */
  readonly boot: string;
  /** Most samples kept, over all boots: then the oldest goes. */
  readonly capacity?: number;
}

export interface Message {
  readonly boot: string;
  readonly text: string;
  /** Lowest and highest seq in it. */
  readonly first: number;
  readonly last: number;
}

interface Sending {
  row: BootRow;
  /** Highest seq handed out on this connection. */
  sent: number;
  /** Monotonic time of the last progress, ms. */
  moved_ms: number;
}

const DEFAULT_CAPACITY = 60_480;
export const MAX_IN_FLIGHT = 64;
/** Without progress of receipts for this long everything unsettled is sent again, ms. */
const RESEND_AFTER_MS = 30_000;
/** What was measured so long before the connection began is sent as historical, ms: the center takes it for late anyway. */
const LIVE_WITHIN_MS = 30_000;
const MEASURED_AT = /"at":(\d+)/;
const BATCH_SAMPLES = 200;
const BATCH_CHARACTERS = 40_000;
/** Of an earlier boot, so many samples may wait for their receipt: live samples come first at the center too. */
const BACKLOG_WINDOW = 1200;

export class Outbox {
  readonly boot: string;
  readonly #store: Store;
  readonly #station: string;
  readonly #capacity: number;
  /** The present boot first, then the others, oldest first. */
  #sendings: Sending[];
  #inFlight = 0;
  #connection = 0;
  /** Samples from before this wall time are historical. */
  #liveFrom = Number.NEGATIVE_INFINITY;

  constructor(options: OutboxOptions) {
    this.boot = options.boot;
    this.#store = options.store;
    this.#station = options.station;
    this.#capacity = options.capacity ?? DEFAULT_CAPACITY;
    this.#store.addBoot(this.#station, this.boot);
    for (const { boot, last, settled } of this.#store.boots(this.#station)) {
      if (boot !== this.boot && settled >= last) this.#store.dropBoot(this.#station, boot);
    }
    this.#sendings = [];
    this.#load();
  }

  #load(): void {
    const known = new Map(this.#sendings.map((sending) => [sending.row.boot, sending]));
    const all = this.#store
      .boots(this.#station)
      .map((row) => known.get(row.boot) ?? { row, sent: row.settled, moved_ms: 0 });
    this.#sendings = [
      ...all.filter(({ row }) => row.boot === this.boot),
      ...all.filter(({ row }) => row.boot !== this.boot),
    ];
  }

  /** Samples on disk that no receipt has covered. */
  get unsettled(): number {
    return this.#sendings.reduce((sum, { row }) => sum + row.last - Math.max(row.settled, row.dropped), 0);
  }

  #save(sending: Sending, change: Partial<BootRow>): void {
    sending.row = { ...sending.row, ...change };
    this.#store.saveBoot(this.#station, sending.row);
  }

  /** Keeps samples under the next seqs of a boot, on disk when this returns. */
  append(samples: readonly object[], boot = this.boot): void {
    this.#store.atomically(() => {
      let sending = this.#sendings.find(({ row }) => row.boot === boot);
      if (!sending) {
        this.#store.addBoot(this.#station, boot);
        this.#load();
        sending = this.#sendings.find(({ row }) => row.boot === boot);
      }
      if (!sending) throw new Error(`The boot ${boot} of ${this.#station} could not be kept.`);
      let seq = sending.row.last;
      for (const sample of samples) {
        seq += 1;
        this.#store.add(this.#station, boot, { seq, body: JSON.stringify({ seq, ...sample }) });
      }
      this.#save(sending, { last: seq });
      this.#makeRoom();
    });
  }

  /** Drops the oldest samples beyond the capacity, from the oldest boot on; `oldest` tells the center of the gap. */
  #makeRoom(): void {
    let excess = this.unsettled - this.#capacity;
    const earlier = this.#sendings.filter(({ row }) => row.boot !== this.boot);
    const present = this.#sendings.filter(({ row }) => row.boot === this.boot);
    for (const sending of [...earlier, ...present]) {
      if (excess <= 0) return;
      const { boot, last, settled, dropped } = sending.row;
      const from = Math.max(settled, dropped);
      // The newest of an earlier boot stays, or no message would tell of what is missing before it.
      const upTo = Math.min(boot === this.boot ? last : last - 1, from + excess);
      if (upTo <= from) continue;
      this.#store.removeUpTo(this.#station, boot, upTo);
      this.#save(sending, { dropped: upTo });
      excess -= upTo - from;
    }
  }

  /**
   * A new connection: nothing is in flight, and all that is unsettled goes again. With the wall time, what was measured
   * long before is marked historical. Returns the connection's number.
   */
  connected(mono_ms: number, wall_ms = Number.NEGATIVE_INFINITY): number {
    this.#inFlight = 0;
    this.#liveFrom = wall_ms - LIVE_WITHIN_MS;
    this.#connection += 1;
    for (const sending of this.#sendings) {
      sending.sent = sending.row.settled;
      sending.moved_ms = mono_ms;
    }
    return this.#connection;
  }

  /** A message was acknowledged or failed; those of an earlier connection count no more. */
  landed(connection: number): void {
    if (connection === this.#connection) this.#inFlight = Math.max(0, this.#inFlight - 1);
  }

  /** A receipt: everything of this boot up to `seq` may go. */
  settled(boot: string, seq: number, mono_ms: number): void {
    const sending = this.#sendings.find(({ row }) => row.boot === boot);
    if (!sending || seq <= sending.row.settled) return;
    const upTo = Math.min(seq, sending.row.last);
    this.#store.atomically(() => {
      this.#store.removeUpTo(this.#station, boot, upTo);
      this.#save(sending, { settled: upTo });
      if (boot !== this.boot && upTo >= sending.row.last) this.#store.dropBoot(this.#station, boot);
    });
    sending.sent = Math.max(sending.sent, upTo);
    sending.moved_ms = mono_ms;
    if (boot !== this.boot && upTo >= sending.row.last) this.#load();
  }

  /** The next message to publish, or nothing for now. Call again until it gives nothing. */
  next(mono_ms: number): Message | undefined {
    if (this.#inFlight >= MAX_IN_FLIGHT) return undefined;
    for (const sending of this.#sendings) {
      const waiting = sending.sent > sending.row.settled;
      if (!waiting) sending.moved_ms = mono_ms;
      else if (mono_ms - sending.moved_ms >= RESEND_AFTER_MS) {
        sending.sent = sending.row.settled;
        sending.moved_ms = mono_ms;
      }
      const message = this.#messageOf(sending);
      if (message) return message;
    }
    return undefined;
  }

  #messageOf(sending: Sending): Message | undefined {
    const { row } = sending;
    const from = Math.max(sending.sent, row.dropped);
    if (from >= row.last) return undefined;
    const open = from - Math.max(row.settled, row.dropped);
    if (row.boot !== this.boot && open >= BACKLOG_WINDOW) return undefined;
    const found = this.#store.samplesAfter(this.#station, row.boot, { seq: from, limit: BATCH_SAMPLES });
    const bodies: string[] = [];
    const first = found[0]?.seq ?? from;
    let characters = 0;
    for (const { seq, body } of found) {
      if (bodies.length > 0 && characters + body.length > BATCH_CHARACTERS) break;
      bodies.push(this.#marked(body));
      characters += body.length;
      sending.sent = seq;
    }
    if (bodies.length === 0) {
      sending.sent = row.last;
      return undefined;
    }
    this.#inFlight += 1;
    return { boot: row.boot, first, last: sending.sent, text: this.#text(row, bodies) };
  }

  #marked(body: string): string {
    const at = Number(MEASURED_AT.exec(body)?.[1]);
    if (!(at < this.#liveFrom) || body.includes('"historical":true')) return body;
    return `{"historical":true,${body.slice(1)}`;
  }

  #text(row: BootRow, bodies: readonly string[]): string {
    const oldest = row.dropped > row.settled ? `,"oldest":${row.dropped + 1}` : '';
    const head = `{"v":1,"boot":${JSON.stringify(row.boot)}${oldest}`;
    const [only] = bodies;
    return bodies.length === 1 && only !== undefined
      ? `${head},${only.slice(1)}`
      : `${head},"samples":[${bodies.join(',')}]}`;
  }
}
