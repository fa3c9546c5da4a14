/** What the broker counts. */
import type { IdentityKind } from '@heat-center/contract/topics.ts';
import type { ServedChannel } from './handlers.ts';
import type { FrameFault } from './packet.ts';
import type { Shared } from './shared.ts';

export type CloseReason =
  | FrameFault
  | 'disconnect'
  | 'peer_closed'
  | 'socket_error'
  | 'login_refused'
  | 'connect_timeout'
  | 'keepalive'
  | 'taken_over'
  | 'revoked'
  | 'protocol_error'
  | 'not_releasing'
  | 'not_reading'
  | 'not_acknowledging'
  | 'too_many'
  | 'broker_core'
  | 'shutdown';

/** Counters since the start, and gauges (`connections`, `waiting…`, `readers`, `aedesClients`). */
export interface BrokerMetrics {
  readonly connections: Readonly<Record<IdentityKind, number>>;
  readonly pendingLogins: number;
  readonly loginsAccepted: number;
  readonly loginsRefused: number;
  readonly telemetryMessages: number;
  readonly telemetryBytes: number;
  readonly statusMessages: number;
  readonly reportMessages: number;
  /** Messages that the broker refused, by code of the contract. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly denials: Readonly<Record<'publish' | 'subscribe' | 'will', number>>;
  readonly denialsByIdentity: Readonly<Record<string, number>>;
  /** Messages and bytes that wait for `done()`. */
  readonly waitingMessages: number;
  readonly waitingBytes: number;
  /** Connections that are not read because too much waits. */
  readonly pausedConnections: number;
  readonly deliveries: Readonly<Record<ServedChannel, number>>;
  readonly droppedDeliveries: Readonly<Record<ServedChannel, number>>;
  readonly readers: number;
  readonly readerCopies: number;
  readonly droppedReaderCopies: number;
  /** Bytes of copies that some reader has not taken yet. */
  readonly readerBytes: number;
  /** Clients that aedes knows; a growing distance from `connections` is a leak there. */
  readonly aedesClients: number;
  readonly closes: Readonly<Partial<Record<CloseReason, number>>>;
}

export class Counters {
  loginsAccepted = 0;
  telemetryMessages = 0;
  telemetryBytes = 0;
  statusMessages = 0;
  reportMessages = 0;
  readonly refusals: Record<string, number> = {};
  readonly denials = { publish: 0, subscribe: 0, will: 0 };
  readonly denialsByIdentity = new Map<string, number>();
  readonly deliveries: Record<ServedChannel, number> = { command: 0, receipt: 0, heartbeat: 0 };
  readonly droppedDeliveries: Record<ServedChannel, number> = { command: 0, receipt: 0, heartbeat: 0 };
  readonly closes: Partial<Record<CloseReason, number>> = {};

  refuse(code: string): void {
    this.refusals[code] = (this.refusals[code] ?? 0) + 1;
  }

  /** Identities are those of the registry, so the table is as long as that. */
  deny(what: 'publish' | 'subscribe' | 'will', identityId: string): void {
    this.denials[what] += 1;
    this.denialsByIdentity.set(identityId, (this.denialsByIdentity.get(identityId) ?? 0) + 1);
  }

  close(reason: CloseReason): void {
    this.closes[reason] = (this.closes[reason] ?? 0) + 1;
  }
}

export function readMetrics(shared: Shared): BrokerMetrics {
  const { counters, waiting, readers, core, greetings, pending } = shared;
  const connections: Record<IdentityKind, number> = { station: 0, gateway: 0, reader: 0, center: 0 };
  let pausedConnections = 0;
  for (const { phase, identity, paused } of shared.connections) {
    if (phase === 'open' && identity) connections[identity.kind] += 1;
    if (phase === 'open' && paused) pausedConnections += 1;
  }
  return {
    connections,
    pendingLogins: greetings.size + pending.size,
    loginsAccepted: counters.loginsAccepted,
    loginsRefused: counters.closes.login_refused ?? 0,
    telemetryMessages: counters.telemetryMessages,
    telemetryBytes: counters.telemetryBytes,
    statusMessages: counters.statusMessages,
    reportMessages: counters.reportMessages,
    refusals: { ...counters.refusals },
    denials: { ...counters.denials },
    denialsByIdentity: Object.fromEntries(counters.denialsByIdentity),
    waitingMessages: waiting.messages,
    waitingBytes: waiting.bytes,
    pausedConnections,
    deliveries: { ...counters.deliveries },
    droppedDeliveries: { ...counters.droppedDeliveries },
    readers: readers.size,
    readerCopies: readers.copied,
    droppedReaderCopies: readers.dropped,
    readerBytes: readers.waitingBytes,
    aedesClients: core.clients,
    closes: { ...counters.closes },
  };
}
