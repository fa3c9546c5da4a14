/** The live feed: a snapshot, then numbered changes; encoded once for all clients that keep up. */
import type { Logger } from 'pino';
import { Changes } from './changes.ts';
import type { FeedSource } from './source.ts';

/** Changes leave at most once in this time, ms. */
export const TICK_MS = 250;
/** A client hears at least this often, ms. */
export const SILENCE_MS = 5000;
/** Looks at what changes with time alone at most this often, ms; the second while nobody listens. */
const THOROUGH_MS = 1000;
const UNHEARD_MS = 5000;
/** A client that has more than this unsent (bytes) is spared; one that stays so for so long (ms) is dropped. */
export const MAX_BUFFERED_BYTES = 256 * 1024;
export const MAX_BEHIND_MS = 10_000;
export const PING_MS = 15_000;
/** Close codes of our own: the screen shows the sign-in, or connects again. */
export const SIGNED_OUT = 4001;

/** The part of a WebSocket that the feed uses. */
export interface FeedSocket {
  /** Bytes that were given to `send` and have not left yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

interface Client {
  readonly socket: FeedSocket;
  readonly session: string | undefined;
  n: number;
  sentAt: number;
  pingedAt: number;
  answered: boolean;
  /** What it has not been told since it fell behind. */
  missed: Changes | undefined;
  behindSince: number;
}

export interface FeedParts {
  readonly source: FeedSource;
  readonly now: () => number;
  /** Whether a session is still signed in. */
  readonly stands: (session: string) => boolean;
  readonly log: Logger;
}

/** A client of the feed, as its socket's events report on it. */
export interface FeedClient {
  /** The socket answered a ping. */
  alive(): void;
  /** The socket is closed. */
  gone(): void;
}

export class Feed {
  readonly #parts: FeedParts;
  readonly #clients = new Set<Client>();
  #snapshot: string | undefined;
  #lookedAt = 0;
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

  /** Takes a client in and sends it the snapshot. */
  join(socket: FeedSocket, session?: string): FeedClient {
    const now = this.#parts.now();
    const client: Client = {
      socket,
      session,
      n: 0,
      sentAt: now,
      pingedAt: now,
      answered: true,
      missed: undefined,
      behindSince: 0,
    };
    // Within one tick the same snapshot does for all: what came since is in the next changes.
    this.#snapshot ??= JSON.stringify(this.#parts.source.snapshot(now));
    this.#clients.add(client);
    socket.send(this.#snapshot);
    return {
      alive: () => {
        client.answered = true;
      },
      gone: () => {
        this.#clients.delete(client);
      },
    };
  }

  /** Ends the connections of a session that was signed out. */
  endSession(session: string): void {
    for (const client of this.#clients) {
      if (client.session === session) this.#signOut(client);
    }
  }

  /** Sends what changed. Called by the timer; tests call it themselves. */
  tick(): void {
    const now = this.#parts.now();
    this.#snapshot = undefined;
    const every_ms = this.#clients.size === 0 ? UNHEARD_MS : THOROUGH_MS;
    const thorough = now - this.#lookedAt >= every_ms || now < this.#lookedAt;
    if (thorough) this.#lookedAt = now;
    if (this.#clients.size === 0) {
      this.#parts.source.skip(thorough);
      return;
    }
    const changes = this.#parts.source.take(thorough);
    const shared = this.#encode(changes, now);
    for (const client of this.#clients) {
      this.#serve(client, { changes, shared, now });
      this.#watch(client, now);
    }
  }

  /** Everything of a message after its number, made when it is first needed. */
  #encode(changes: Changes, at: number): () => string {
    let text: string | undefined;
    return () => (text ??= JSON.stringify({ at, ...this.#parts.source.describe(changes) }).slice(1));
  }

  #serve(client: Client, tick: { changes: Changes; shared: () => string; now: number }): void {
    const { changes, shared, now } = tick;
    if (client.socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      if (!client.missed) client.behindSince = now;
      client.missed ??= new Changes();
      client.missed.merge(changes);
      if (now - client.behindSince >= MAX_BEHIND_MS) {
        this.#parts.log.warn('a client of the live feed does not keep up and is dropped');
        this.#drop(client);
      }
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
    client.socket.send(`{"type":"changes","n":${client.n},${rest}`);
  }

  /** Pings, and ends what does not answer or is no longer signed in. */
  #watch(client: Client, now: number): void {
    if (now - client.pingedAt < PING_MS) return;
    client.pingedAt = now;
    if (!client.answered) {
      this.#drop(client);
    } else if (client.session !== undefined && !this.#parts.stands(client.session)) {
      this.#signOut(client);
    } else {
      client.answered = false;
      client.socket.ping();
    }
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
