/** What the broker needs from whoever runs it. */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { Identity } from '@heat-center/contract/topics.ts';

/** What a station may subscribe to. */
export type ServedChannel = 'command' | 'receipt' | 'heartbeat';

export interface StationMessage {
  readonly station: string;
  readonly channel: 'status' | 'report';
  readonly bytes: Uint8Array;
  /** The connection ended without a DISCONNECT and left this behind. */
  readonly will: boolean;
}

/**
 * Called synchronously from the socket's event. `bytes` may be kept. Each `done` may be called at once or later, and
 * more than once. PUBACKs leave in the order of the messages, so a `done` that never comes also holds the later ones
 * of its connection, which is then no longer read.
 */
export interface BrokerHandlers {
  /**
   * Who logs in with this user name and password; undefined refuses.
   * The secret is compared by its SHA-256 in constant time.
   */
  authenticate(username: string, password: Uint8Array): Identity | undefined;
  /** The identity that a client certificate names; undefined refuses. Needed only where certificates are asked for. */
  certified?(commonName: string): Identity | undefined;
  /** A login was refused; the name is what was tried, at most 64 characters. */
  onRefusedLogin?(tried: { readonly name: string; readonly address: string }): void;
  /** Telemetry of a station, at most 64 KiB. PUBACK leaves after `done()`. */
  onTelemetry(station: string, bytes: Uint8Array, done: () => void): void;
  /**
   * A message was refused by the broker itself and, unless it ended the connection, acknowledged.
   * `station` is the owner of the topic, or whoever sent it (a station or a gateway) if the topic is not theirs.
   */
  onRefusedTelemetry(station: string, code: ErrorCode): void;
  /** Status (also as a will) and report, at most 64 KiB. PUBACK leaves after `done()`. */
  onMessage(message: StationMessage, done: () => void): void;
  /** A station came within reach (`true`: its own connection or its gateway's) or left it. */
  onSession(station: string, connected: boolean): void;
  /** A station, or its gateway for it, subscribed; the SUBACK goes out before anything sent from here. */
  onSubscribed(station: string, channel: ServedChannel): void;
}

/** A part of a pino logger. */
export interface BrokerLog {
  debug(detail: object, message: string): void;
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}
