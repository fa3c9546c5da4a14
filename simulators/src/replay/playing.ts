/** The connection of a replayed station. */
import { topicOf } from '@heat-center/contract/topics.ts';
import { receiptSchema } from '@heat-center/contract/messages.ts';
import { MqttLink } from '../firmware/mqtt-link.ts';
import { Outbox } from '../firmware/outbox.ts';
import { Store } from '../firmware/store.ts';

export interface PlayingOptions {
  readonly station: string;
  readonly mqtt: string;
  readonly boot: string;
  readonly secret: string;
}

/** The center repeats its receipts at each subscribe: what it has need not be sent again. */
const RECEIPTS_FIRST_MS = 400;

const utf8 = new TextDecoder();

/** The connection of a replayed station; everything waits in an outbox in memory, since the file itself is on disk. */
export class Playing {
  /** Samples published, each counted once. */
  sent = 0;
  /** Why the broker refused the login. */
  refused: string | undefined;
  readonly outbox: Outbox;
  readonly link: MqttLink;
  readonly #store = new Store(':memory:');
  readonly #station: string;
  #highest = 0;
  #connection = 0;
  #open = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PlayingOptions) {
    const { station, boot } = options;
    this.#station = station;
    this.outbox = new Outbox({
      store: this.#store,
      station,
      boot,
      capacity: Number.MAX_SAFE_INTEGER,
    });
    this.link = new MqttLink({
      url: options.mqtt,
      id: station,
      secret: () => options.secret,
      will: { topic: topicOf(station, 'status'), payload: () => this.#status('offline') },
      subscriptions: [topicOf(station, 'receipt')],
      random: Math.random,
      onConnect: () => this.#onConnect(),
      onClose: () => {
        this.#open = false;
      },
      onMessage: (_, payload) => this.#onReceipt(payload),
      onRefused: (reason) => {
        this.refused = reason;
      },
    });
  }

  #status(state: 'online' | 'offline'): string {
    // A recording follows nothing but itself: the center sends nothing to a local station.
    return JSON.stringify({ v: 1, state, boot: this.outbox.boot, at: Date.now(), mode: 'local' });
  }

  #onConnect(): void {
    this.#connection = this.outbox.connected(performance.now());
    this.link.publish({
      topic: topicOf(this.#station, 'status'),
      payload: this.#status('online'),
      retain: true,
    });
    this.#timer = setTimeout(() => {
      this.#open = true;
      this.pump();
    }, RECEIPTS_FIRST_MS);
  }

  #onReceipt(payload: Uint8Array): void {
    let message: unknown;
    try {
      message = JSON.parse(utf8.decode(payload));
    } catch {
      return;
    }
    const receipt = receiptSchema.safeParse(message);
    if (receipt.success) this.outbox.settled(receipt.data.boot, receipt.data.seq, performance.now());
    this.pump();
  }

  pump(): void {
    if (!this.#open) return;
    const connection = this.#connection;
    for (;;) {
      const message = this.outbox.next(performance.now());
      if (!message) return;
      this.sent += Math.max(0, message.last - Math.max(this.#highest, message.first - 1));
      this.#highest = Math.max(this.#highest, message.last);
      this.link.publish({ topic: topicOf(this.#station, 'telemetry'), payload: message.text }, () => {
        this.outbox.landed(connection);
        if (connection === this.#connection) this.pump();
      });
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.link.stop({
      topic: topicOf(this.#station, 'status'),
      payload: this.#status('offline'),
      retain: true,
    });
    this.#store.close();
  }
}
