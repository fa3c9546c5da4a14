/**
 * A station's connection to the broker. The client library is used for the protocol only: each connection is a fresh
 * client, with waiting times of our own, and nothing is queued in it while disconnected.
 */
import { connect, type MqttClient } from 'mqtt';

export interface LinkOptions {
  /** For example mqtt://127.0.0.1:1883 */
  readonly url: string;
  /** Client id and user name at once. */
  readonly id: string;
  readonly secret: () => string;
  readonly will: { readonly topic: string; readonly payload: () => string };
  readonly subscriptions: readonly string[];
  /** Uniform in [0, 1): spreads the reconnects of a fleet. */
  readonly random: () => number;
  readonly onConnect: () => void;
  readonly onClose: () => void;
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  /** The broker refused the login. */
  readonly onRefused?: (reason: string) => void;
}

const KEEPALIVE_S = 12;
const FIRST_WAIT_MS = 1000;
/** Short enough for all of a fleet to be back within half a minute of its center. */
const LONGEST_WAIT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Return codes of CONNACK for a bad user name or password, and for no right to connect. */
const REFUSED = new Set<unknown>([4, 5]);

export class MqttLink {
  readonly #options: LinkOptions;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #connected = false;
  #stopped = true;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#stopped = false;
    this.#open();
  }

  /** Cuts the connection as a broken cable does: no goodbye, and no try again before `start`. */
  unplug(): void {
    this.#stopped = true;
    this.#connected = false;
    clearTimeout(this.#timer);
    this.#client?.end(true);
    this.#client = undefined;
  }

  #open(): void {
    const { url, id, secret, will } = this.#options;
    const client = connect(url, {
      clientId: id,
      username: id,
      password: secret(),
      protocolVersion: 4,
      clean: true,
      keepalive: KEEPALIVE_S,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      queueQoSZero: false,
      resubscribe: false,
      will: { topic: will.topic, payload: Buffer.from(will.payload()), qos: 1, retain: true },
    });
    this.#client = client;
    client.on('error', (error) => {
      if ('code' in error && REFUSED.has(error.code)) this.#options.onRefused?.(error.message);
    });
    client.on('connect', () => this.#subscribe(client));
    client.on('message', (topic, payload) => this.#options.onMessage(topic, payload));
    client.on('close', () => this.#closed(client));
  }

  #subscribe(client: MqttClient): void {
    client.subscribe([...this.#options.subscriptions], { qos: 1 }, (error) => {
      if (client !== this.#client) return;
      if (error) {
        client.end(true);
        return;
      }
      this.#failures = 0;
      this.#connected = true;
      this.#options.onConnect();
    });
  }

  #closed(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client.end(true);
    if (this.#connected) {
      this.#connected = false;
      if (!this.#stopped) this.#options.onClose();
    }
    if (this.#stopped) return;
    const wait_ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#open(), wait_ms * (0.5 + 0.5 * this.#options.random()));
  }

  /** Publishes with QoS 1 while connected; `landed` is called once, with whether PUBACK came. */
  publish(
    message: { topic: string; payload: string; retain?: boolean },
    landed?: (ok: boolean) => void,
  ): boolean {
    if (!this.#connected || !this.#client) return false;
    this.#client.publish(
      message.topic,
      message.payload,
      { qos: 1, retain: message.retain ?? false },
      (error) => landed?.(!error),
    );
    return true;
  }

  /** Says goodbye with a last message (a clean end sends no will) and closes. */
  async stop(last?: { topic: string; payload: string; retain?: boolean }): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    if (!client) return;
    if (last && this.#connected) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.publish(last, () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    await new Promise<void>((resolve) => {
      client.end(!this.#connected, () => resolve());
    });
    this.#connected = false;
  }
}
