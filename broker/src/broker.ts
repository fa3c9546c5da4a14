/** The broker: aedes with identities, permissions of the contract and limits, behind a splitter. No heating here. */
import { HEARTBEAT_TOPIC, topicOf } from '@heat-center/contract/topics.ts';
import { WaitingTotal } from './acks.ts';
import { AedesCore } from './aedes-core.ts';
import type { Certificates } from './certificates.ts';
import type { Connection } from './connection.ts';
import type { Greeting } from './greeting.ts';
import type { BrokerHandlers, BrokerLog } from './handlers.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { BrokerLimits } from './limits.ts';
import { Counters, readMetrics } from './metrics.ts';
import type { BrokerMetrics } from './metrics.ts';
import { Notices } from './notices.ts';
import { Flusher } from './output.ts';
import { outgoingPublish, sharedPublish } from './packet.ts';
import { Readers } from './readers.ts';
import { openServer } from './server.ts';
import { Sessions } from './sessions.ts';
import type { Shared } from './shared.ts';
import { Subscriptions } from './subscriptions.ts';
import { startSweep } from './sweep.ts';

export type { BrokerHandlers, BrokerLog, BrokerLimits, BrokerMetrics };

export interface BrokerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Speaks TLS instead of plain TCP; with an authority for clients, their certificates are logins. */
  readonly tls?: Certificates | undefined;
  readonly handlers: BrokerHandlers;
  readonly log: BrokerLog;
  readonly limits?: Partial<BrokerLimits>;
  /**
   * Whether the splitter serves stations and gateways (the default). Without it aedes serves all subscriptions and
   * the center is a client of kind `center`; `send` and `heartbeat` then reach nobody.
   */
  readonly splitter?: boolean;
  /** Monotonic time in ms, for tests. */
  readonly now?: () => number;
}

export interface Broker {
  readonly port: number;
  /**
   * Sends with QoS 1, never retained, to the connection that is subscribed for the station.
   * @returns false when nobody is, or when a command was dropped because too much is unacknowledged
   */
  send(station: string, channel: 'command' | 'receipt', bytes: Uint8Array): boolean;
  /** Sends a heartbeat to all that subscribed. */
  heartbeat(bytes: Uint8Array): void;
  /** Ends the connection of an identity whose secret was rotated or revoked, or whose stations changed. */
  disconnect(identityId: string): void;
  metrics(): BrokerMetrics;
  /** Ends all connections, without wills: it is the center that leaves. */
  close(): Promise<void>;
}

/** @throws HeatError `port_in_use` when the port is taken */
export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const shared = await makeShared(options);
  const server = await openServer(options, shared).catch(async (error: unknown) => {
    await shared.core.close();
    throw error;
  });
  const stopSweep = startSweep(shared);
  return {
    ...voiceOf(shared),
    port: server.port,
    close: async () => {
      stopSweep();
      const closed = server.close();
      for (const socket of [...shared.greetings, ...shared.connections]) socket.close('shutdown');
      await closed;
      await shared.core.close();
    },
  };
}

/** What the center says to the connections of a broker, wherever they come from. */
export function voiceOf(shared: Shared): Omit<Broker, 'port' | 'close'> {
  return {
    send: (station, channel, bytes) => {
      const topic = topicOf(station, channel);
      const sent = shared.subscriptions.deliver({ channel, topic, packet: outgoingPublish(topic, bytes) });
      if (sent) shared.readers.copy(topic, bytes);
      return sent;
    },
    heartbeat: (bytes) => {
      const packet = sharedPublish(HEARTBEAT_TOPIC, bytes);
      shared.subscriptions.deliver({ channel: 'heartbeat', topic: HEARTBEAT_TOPIC, packet });
      shared.readers.copy(HEARTBEAT_TOPIC, bytes);
    },
    disconnect: (identityId) => shared.sessions.end(identityId),
    metrics: () => readMetrics(shared),
  };
}

/** A broker without a port: connections are made on any `Wire`. */
export async function makeShared(options: Omit<BrokerOptions, 'host' | 'port'>): Promise<Shared> {
  const { handlers, log, splitter = true, now = () => performance.now() } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const core = await AedesCore.start(log, { connectMs: limits.connectTimeoutMs, drainMs: limits.stalledMs });
  return {
    handlers,
    limits,
    log,
    now,
    serves: splitter,
    notices: new Notices(log, now),
    counters: new Counters(),
    waiting: new WaitingTotal(limits),
    flusher: new Flusher(),
    sessions: new Sessions((station, connected) => handlers.onSession(station, connected)),
    subscriptions: new Subscriptions(),
    core,
    readers: new Readers(core, { copies: limits.readerCopies, bytes: limits.readerCopyBytes }),
    greetings: new Set<Greeting>(),
    connections: new Set<Connection>(),
    pending: new Set<Connection>(),
  };
}
