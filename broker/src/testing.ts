/** Support for this package's tests: a broker on a free port, recorded calls, and a client on a bare socket. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import type { Identity, IdentityKind } from '@heat-center/contract/topics.ts';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { generate, parser } from 'mqtt-packet';
import type { IConnectPacket, Packet } from 'mqtt-packet';
import { afterEach } from 'vitest';
import { createBroker } from './broker.ts';
import type { Broker, BrokerOptions } from './broker.ts';
import type { BrokerHandlers, BrokerLog, StationMessage } from './handlers.ts';

export const SILENT: BrokerLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const identity = (kind: IdentityKind, id: string, stations: readonly string[]): Identity => ({
  kind,
  id,
  stations,
});

/** The logins that the tests know; the secret of each is `secret-` and its id. */
export const IDENTITIES: readonly Identity[] = [
  identity('station', 's1', ['s1']),
  identity('station', 's2', ['s2']),
  identity('gateway', 'gw', ['g1', 'g2']),
  identity('reader', 'eye', []),
  identity('center', 'heat-center', []),
];

const hash = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export function authenticate(username: string, password: Uint8Array): Identity | undefined {
  const found = IDENTITIES.find(({ id }) => id === username);
  return found && timingSafeEqual(hash(password), hash(Buffer.from(`secret-${username}`)))
    ? found
    : undefined;
}

export interface Taken {
  readonly station: string;
  readonly text: string;
  readonly done: () => void;
}

export interface TestBroker {
  readonly broker: Broker;
  readonly telemetry: Taken[];
  readonly messages: (Omit<StationMessage, 'bytes'> & { text: string; done: () => void })[];
  readonly refused: [string, string][];
  readonly sessions: [string, boolean][];
  readonly subscribed: [string, string][];
  /** Whether `done` is called at once; on by default. */
  settleAtOnce: boolean;
  readonly url: string;
}

async function startBroker(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const telemetry: TestBroker['telemetry'] = [];
  const messages: TestBroker['messages'] = [];
  const refused: TestBroker['refused'] = [];
  const sessions: TestBroker['sessions'] = [];
  const subscribed: TestBroker['subscribed'] = [];
  const handlers: BrokerHandlers = {
    authenticate,
    onTelemetry: (station, bytes, done) => {
      telemetry.push({ station, text: Buffer.from(bytes).toString(), done });
      if (test.settleAtOnce) done();
    },
    onRefusedTelemetry: (station, code) => refused.push([station, code]),
    onMessage: ({ bytes, ...message }, done) => {
      messages.push({ ...message, text: Buffer.from(bytes).toString(), done });
      if (test.settleAtOnce) done();
    },
    onSession: (station, connected) => sessions.push([station, connected]),
    onSubscribed: (station, channel) => subscribed.push([station, channel]),
  };
  const limits = { sweepEveryMs: 10, ...options.limits };
  const broker = await createBroker({
    host: '127.0.0.1',
    port: 0,
    handlers,
    log: SILENT,
    ...options,
    limits,
  });
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const test: TestBroker = {
    broker,
    telemetry,
    messages,
    refused,
    sessions,
    subscribed,
    settleAtOnce: true,
    url,
  };
  return test;
}

/** Logs in with mqtt.js; rejects when the broker refuses. */
function logIn(url: string, id: string, options: IClientOptions = {}): Promise<MqttClient> {
  const login = { clientId: id, username: id, password: `secret-${id}`, reconnectPeriod: 0 };
  return mqtt.connectAsync(url, { ...login, ...options }, false);
}

/** Starts brokers and clients that end after each test. */
export function brokerFixture(): {
  broker: (options?: Partial<BrokerOptions>) => Promise<TestBroker>;
  raw: (test: TestBroker, id: string, connect?: Partial<IConnectPacket>) => Promise<RawClient>;
  client: (test: TestBroker, id: string, options?: IClientOptions) => Promise<MqttClient>;
} {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    // Clients first: a broker's close waits for its sockets.
    for (const end of ends.splice(0).toReversed()) await end();
  });
  return {
    broker: async (options) => {
      const test = await startBroker(options);
      ends.push(() => test.broker.close());
      return test;
    },
    raw: async (test, id, connect) => {
      const client = await RawClient.login(test.broker.port, id, connect);
      ends.push(() => client.socket.destroy());
      return client;
    },
    client: async (test, id, options) => {
      const client = await logIn(test.url, id, options);
      ends.push(() => client.endAsync(true));
      return client;
    },
  };
}

/** Waits for a condition that something else brings about. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A client on a bare socket. */
export class RawClient {
  readonly socket: Socket;
  /** Packets in order of arrival. */
  readonly packets: Packet[] = [];
  /** Bytes as they came, one entry for each read. */
  readonly chunks: Buffer[] = [];
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    const reader = parser();
    reader.on('packet', (packet) => this.packets.push(packet));
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      reader.parse(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static async open(port: number): Promise<RawClient> {
    const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  /** Logs in and waits for the CONNACK. */
  static async login(port: number, id: string, connect: Partial<IConnectPacket> = {}): Promise<RawClient> {
    const client = await RawClient.open(port);
    client.send(connectPacket(id, connect));
    await client.received('connack');
    return client;
  }

  send(...packets: Packet[]): void {
    this.socket.write(Buffer.concat(packets.map((packet) => generate(packet))));
  }

  of<C extends Packet['cmd']>(cmd: C): Extract<Packet, { cmd: C }>[] {
    return this.packets.filter((packet): packet is Extract<Packet, { cmd: C }> => packet.cmd === cmd);
  }

  /** Waits until `count` packets of the kind are there. */
  async received<C extends Packet['cmd']>(cmd: C, count = 1): Promise<Extract<Packet, { cmd: C }>[]> {
    await until(() => this.of(cmd).length >= count || this.closed);
    return this.of(cmd);
  }

  async ended(): Promise<void> {
    await until(() => this.closed);
  }
}

export function connectPacket(id: string, connect: Partial<IConnectPacket> = {}): IConnectPacket {
  const password = Buffer.from(`secret-${id}`);
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    clientId: id,
    username: id,
    password,
    clean: true,
    ...connect,
  };
}

export function publishPacket(topic: string, payload: string | Buffer, messageId: number): Packet {
  return { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId };
}

export function subscribePacket(filters: readonly string[], qos: 0 | 1 = 1, messageId = 1): Packet {
  return { cmd: 'subscribe', messageId, subscriptions: filters.map((topic) => ({ topic, qos })) };
}
