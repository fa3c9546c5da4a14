/** Bounds that keep one client from harming the others. Times in ms, sizes in bytes. */
import { MAX_CONNECT_BYTES, MAX_MESSAGE_BYTES, MAX_PACKET_BYTES } from '@heat-center/contract/limits.ts';

export interface BrokerLimits {
  /** Longest packet before the client is known. */
  readonly connectPacketBytes: number;
  /** Longest packet afterwards; a longer one ends the connection. */
  readonly packetBytes: number;
  /** Longest payload that is taken from a station; a longer one is acknowledged, counted and dropped. */
  readonly messageBytes: number;
  /** A socket that has not logged in by then is closed. */
  readonly connectTimeoutMs: number;
  /** Sockets that have not logged in yet; a thousand stations may come back at once. */
  readonly pendingLogins: number;
  readonly connections: number;
  /** Messages of one connection that wait for `done()`; then its socket is not read. */
  readonly waitingPerConnection: number;
  readonly waitingBytesPerConnection: number;
  /** The same over all connections. */
  readonly waitingTotal: number;
  readonly waitingBytesTotal: number;
  /** Deliveries that a station has not acknowledged. */
  readonly unacknowledged: number;
  /** A station that stays at that bound so long without a PUBACK is closed. */
  readonly unacknowledgedMs: number;
  /** Bytes waiting in a socket; above them the client is closed as one that does not read. */
  readonly unsentBytes: number;
  /** The same when nothing of it moved for so long, or when a reader acknowledged nothing for so long. */
  readonly stalledMs: number;
  /** Copies under way to readers; above them readers miss messages, stations never wait. */
  readonly readerCopies: number;
  readonly readerCopyBytes: number;
  /** How often time limits are looked at. */
  readonly sweepEveryMs: number;
  /** How long a closed connection may take to send what is left. */
  readonly lingerMs: number;
}

export const DEFAULT_LIMITS: BrokerLimits = {
  connectPacketBytes: MAX_CONNECT_BYTES,
  packetBytes: MAX_PACKET_BYTES,
  messageBytes: MAX_MESSAGE_BYTES,
  connectTimeoutMs: 8000,
  pendingLogins: 4096,
  connections: 20_000,
  waitingPerConnection: 256,
  waitingBytesPerConnection: 1024 * 1024,
  waitingTotal: 50_000,
  waitingBytesTotal: 64 * 1024 * 1024,
  unacknowledged: 64,
  unacknowledgedMs: 60_000,
  unsentBytes: 256 * 1024,
  stalledMs: 4000,
  readerCopies: 8000,
  readerCopyBytes: 16 * 1024 * 1024,
  sweepEveryMs: 250,
  lingerMs: 1000,
};
