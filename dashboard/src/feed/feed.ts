/** The live feed as an external store: connects, applies, notices silence, connects again. */
import type { LiveMessage } from '@heat-center/api/live.ts';
import { EMPTY_FEED, reduceFeed } from './state.ts';
import type { FeedState } from './state.ts';

export interface Connection {
  readonly phase: 'connecting' | 'live' | 'lost';
  /** Since when the phase holds, ms of this machine's clock. */
  readonly since: number;
}

export interface SocketEvents {
  readonly message: (data: unknown) => void;
  readonly close: () => void;
}

export interface FeedOptions {
  /** Opens a socket and returns what closes it; a failed opening is a `close`. */
  readonly open: (events: SocketEvents) => () => void;
  readonly parse: (text: string) => LiveMessage | null;
  /** The center's time of each message as it arrives, ms UTC. */
  readonly onTime: (at: number) => void;
  /** Told at each failed or ended connection; a session may have ended. */
  readonly onLost: () => void;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface Feed {
  readonly subscribe: (listener: () => void) => () => void;
  readonly state: () => FeedState;
  readonly connection: () => Connection;
  readonly start: () => void;
  readonly stop: () => void;
}

/** The center speaks at least every 5 s; three missed and the values are not live. */
export const SILENCE_MS = 15_000;
/** Changes are shown together at most this often, so that a screen of rows is drawn three times a second. */
export const APPLY_MS = 330;

/** Waiting time before attempt `attempt` (from 0), ms: 1 s doubling to 30 s, with half of it at random. */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + random / 2);
}

export function createFeed(options: FeedOptions): Feed {
  const listeners = new Set<() => void>();
  let state = EMPTY_FEED;
  /** What was heard but is not shown yet: taking it in and drawing it fall into different frames. */
  let heard: FeedState | null = null;
  let connection: Connection = { phase: 'connecting', since: Date.now() };
  let closeSocket: (() => void) | null = null;
  /** Events of a socket that was given up are not heard. */
  let generation = 0;
  let attempt = 0;
  let appliedAt = 0;
  const timers: Record<'silence' | 'retry' | 'apply', ReturnType<typeof setTimeout> | undefined> = {
    silence: undefined,
    retry: undefined,
    apply: undefined,
  };

  const tell = () => {
    for (const listener of listeners) listener();
  };

  const setPhase = (phase: Connection['phase']) => {
    if (connection.phase === phase) return;
    connection = { phase, since: Date.now() };
    tell();
  };

  const dropSocket = () => {
    for (const timer of Object.values(timers)) clearTimeout(timer);
    timers.apply = undefined;
    heard = null;
    generation += 1;
    closeSocket?.();
    closeSocket = null;
  };

  const lose = () => {
    dropSocket();
    setPhase('lost');
    options.onLost();
    timers.retry = setTimeout(connect, backoffMs(attempt, options.random()));
    attempt += 1;
  };

  const apply = () => {
    timers.apply = undefined;
    appliedAt = Date.now();
    state = heard ?? state;
    heard = null;
    attempt = 0;
    if (connection.phase === 'live') tell();
    else setPhase('live');
  };

  const receive = (data: unknown) => {
    const message = typeof data === 'string' ? options.parse(data) : null;
    if (!message) {
      lose();
      return;
    }
    clearTimeout(timers.silence);
    timers.silence = setTimeout(lose, SILENCE_MS);
    options.onTime(message.at);
    const reduced = reduceFeed(heard ?? state, message);
    if (reduced === 'gap') {
      lose();
      return;
    }
    heard = reduced;
    // A hidden page's timers run late; the queue then empties at once when they do.
    timers.apply ??= setTimeout(apply, Math.max(0, appliedAt + APPLY_MS - Date.now()));
  };

  function connect(): void {
    dropSocket();
    const own = generation;
    closeSocket = options.open({
      message: (data) => {
        if (own === generation) receive(data);
      },
      close: () => {
        if (own === generation) lose();
      },
    });
    timers.silence = setTimeout(lose, SILENCE_MS);
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    state: () => state,
    connection: () => connection,
    start: connect,
    stop: dropSocket,
  };
}
