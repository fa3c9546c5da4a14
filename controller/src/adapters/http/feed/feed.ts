/** The live feed: a snapshot, then numbered changes; encoded once for all clients that keep up. */
import type { Logger } from 'pino';
import { Changes } from './changes.ts';
import type { FeedSource } from './source.ts';

/** Changes leave at most once in this time, ms: a client is promised four messages a second at most. */
export const TICK_MS = 250;
/** A client hears at least this often, ms. */
export const SILENCE_MS = 5000;
/** Looks at what changes with time alone at most this often, ms; the second while nobody listens. */
const THOROUGH_MS = 1000;
const UNHEARD_MS = 5000;
/** A client that has more than this unsent (bytes) is spared: what it misses is gathered, and told together later. */
export const MAX_BUFFERED_BYTES = 256 * 1024;
/** A ping follows what was sent; a client that has not answered it after this (ms) is spared too. */
export const SPARED_AFTER_MS = 1500;
/** A client that shows no sign of life for so long (ms), neither an answered ping nor bytes that left, is dropped. */
export const MAX_SILENT_MS = 3500;
export const PING_MS = 1000;
/** When the timer comes so late, ms, the process stood still. */
const STOOD_STILL_MS = 1000;
/** Whether sessions and tokens still stand is looked at this often, ms. */
export const SESSION_MS = 2000;
/** Close codes of our own: the screen shows the sign-in, or connects again. */
export const SIGNED_OUT = 4001;

/** The part of a WebSocket that the feed uses. */
export interface FeedSocket {
  /** Bytes that were given to `send` and have not left yet. */
  readonly bufferedAmount: number;
  /** A text message, as a string or encoded already. */
  send(text: string | Buffer, options: { readonly binary: false }): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

interface Client {
  readonly socket: FeedSocket;
  /** What the client proved itself by, where that can end. */
  readonly key: string | undefined;
  n: number;
  sentAt: number;
  pingedAt: number;
  answered: boolean;
  aliveAt: number;
  /** `bufferedAmount` when it was looked at last. */
  buffered: number;
  /** What it has not been told since it fell behind. */
  missed: Changes | undefined;
}

export interface FeedParts {
  readonly source: FeedSource;
  readonly now: () => number;
  /** Whether a session or token still stands, by the key of its caller. */
  readonly stands: (key: string) => boolean;
  readonly log: Logger;
}

/** A client of the feed, as its socket's events report on it. */
export interface FeedClient {
  /** The socket answered a ping. */
  alive(): void;
  /** The socket is closed. */
  gone(): void;
}

/** Whether what was sent has not got through: it lies here, or on the way with the ping behind it. */
function isBehind({ socket, answered, pingedAt }: Client, now: number): boolean {
  return socket.bufferedAmount > MAX_BUFFERED_BYTES || (!answered && now - pingedAt > SPARED_AFTER_MS);
}

export class Feed {
  readonly #parts: FeedParts;
  readonly #clients = new Set<Client>();
  #snapshot: Buffer | undefined;
  #lookedAt = 0;
  #sessionsAt = 0;
  #tickedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#clients.size;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const { socket } of this.#clients) socket.close(1001, 'the center stops');
  }

  /** Takes a client in and sends it the snapshot; with a key it is let go when that no longer stands. */
  join(socket: FeedSocket, key?: string): FeedClient {
    const now = this.#parts.now();
    const client: Client = {
      socket,
      key,
      n: 0,
      sentAt: now,
      pingedAt: now,
      answered: true,
      aliveAt: now,
      buffered: 0,
      missed: undefined,
    };
    // Within one tick the same snapshot does for all: what came since is in the next changes.
    this.#snapshot ??= Buffer.from(JSON.stringify(this.#parts.source.snapshot(now)));
    this.#clients.add(client);
    // The same bytes for all: a hundred screens that do not read hold one snapshot, not a hundred.
    socket.send(this.#snapshot, { binary: false });
    return {
      alive: () => {
        client.answered = true;
        client.aliveAt = this.#parts.now();
      },
      gone: () => {
        this.#clients.delete(client);
      },
    };
  }

  /** Looks at once who is still signed in: a session or token was ended. */
  review(): void {
    for (const client of this.#clients) if (!this.#stands(client)) this.#signOut(client);
  }

  /** Sends what changed. Called by the timer; tests call it themselves. */
  tick(): void {
    const now = this.#parts.now();
    this.#snapshot = undefined;
    this.#watchAll(now);
    const every_ms = this.#clients.size === 0 ? UNHEARD_MS : THOROUGH_MS;
    const thorough = now - this.#lookedAt >= every_ms || now < this.#lookedAt;
    if (thorough) this.#lookedAt = now;
    if (this.#clients.size === 0) {
      this.#parts.source.skip(thorough);
      return;
    }
    const changes = this.#parts.source.take();
    const shared = this.#encode(changes, now);
    for (const client of this.#clients) this.#serve(client, { changes, shared, now });
    // Looking at everything takes longest: what it finds leaves with the next message and does not hold up this one's values.
    if (thorough) this.#parts.source.look();
  }

  /** Everything of a message after its number, made when it is first needed. */
  #encode(changes: Changes, at: number): () => string {
    let text: string | undefined;
    return () => (text ??= JSON.stringify({ at, ...this.#parts.source.describe(changes) }).slice(1));
  }

  #serve(client: Client, tick: { changes: Changes; shared: () => string; now: number }): void {
    const { changes, shared, now } = tick;
    if (isBehind(client, now)) {
      client.missed ??= new Changes();
      client.missed.merge(changes);
      return;
    }
    const { missed } = client;
    if (missed) {
      missed.merge(changes);
      client.missed = undefined;
      this.#send(client, this.#encode(missed, now)(), now);
    } else if (!changes.empty || now - client.sentAt >= SILENCE_MS - TICK_MS) {
      this.#send(client, shared(), now);
    }
  }

  #send(client: Client, rest: string, now: number): void {
    client.n += 1;
    client.sentAt = now;
    client.socket.send(`{"type":"changes","n":${client.n},${rest}`, { binary: false });
  }

  /** Pings, and ends what gives no sign of life or is no longer signed in. */
  #watchAll(now: number): void {
    const since = now - (this.#tickedAt ?? now);
    this.#tickedAt = now;
    // After a standstill of the process its sockets are read first: the silence was ours.
    const stoodStill = since > STOOD_STILL_MS || since < 0;
    const sessions = now - this.#sessionsAt >= SESSION_MS || now < this.#sessionsAt;
    if (sessions) this.#sessionsAt = now;
    for (const client of this.#clients) {
      if (stoodStill) Object.assign(client, { aliveAt: now, pingedAt: now });
      if (sessions && !this.#stands(client)) {
        this.#signOut(client);
      } else {
        this.#watch(client, now);
      }
    }
  }

  #watch(client: Client, now: number): void {
    const { bufferedAmount } = client.socket;
    if (bufferedAmount < client.buffered) client.aliveAt = now;
    client.buffered = bufferedAmount;
    if (client.answered) {
      if (now - client.pingedAt < PING_MS) return;
      client.answered = false;
      client.pingedAt = now;
      client.aliveAt = now;
      client.socket.ping();
    } else if (now - client.aliveAt >= MAX_SILENT_MS) {
      this.#parts.log.warn('a client of the live feed does not keep up and is dropped');
      this.#drop(client);
    }
  }

  #stands({ key }: Client): boolean {
    return key === undefined || this.#parts.stands(key);
  }

  #signOut(client: Client): void {
    this.#clients.delete(client);
    client.socket.close(SIGNED_OUT, 'signed out');
  }

  #drop(client: Client): void {
    this.#clients.delete(client);
    client.socket.terminate();
  }
}
