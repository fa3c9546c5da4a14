/** A small center for tests: broker, registration, receipts, heartbeats and commands as the contract has them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import { HEARTBEAT_TOPIC, parseTopic, topicOf } from '@heat-center/contract/topics.ts';
import type { Command, Report } from '@heat-center/contract/messages.ts';
import { Aedes, type PublishPacket } from 'aedes';

export interface FakeStation {
  secret: string;
  body: Record<string, unknown>;
  /** Time of measurement → JSON of the readings. */
  readonly samples: Map<number, string>;
  readonly boots: Map<string, number>;
  /** Paths that the contract does not know. */
  readonly unknown: Set<string>;
  simulated: boolean;
  readonly reports: Report[];
  readonly statuses: Record<string, unknown>[];
  messages: number;
}

export interface FakeCenter {
  readonly api: string;
  readonly mqtt: string;
  readonly token: string;
  readonly stations: ReadonlyMap<string, FakeStation>;
  /** Whether telemetry is answered with receipts. */
  receipts: boolean;
  readonly heartbeat: (heartbeat: { epoch: number; at: number; every_s?: number }) => void;
  readonly command: (station: string, command: Command) => void;
  /** Cuts every connection, as a broker that dies does. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

const closed = (server: { close: (done: () => void) => unknown }): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

class Center {
  readonly stations = new Map<string, FakeStation>();
  readonly token = 'test-token';
  receipts = true;
  readonly #broker: Aedes;

  constructor(broker: Aedes) {
    this.#broker = broker;
    broker.authenticate = (...login) => {
      const [client, username, password, done] = login;
      const known = this.stations.get(String(username));
      const good = known !== undefined && client.id === username && String(password) === known.secret;
      done(good ? null : Object.assign(new Error('bad login'), { returnCode: 5 as const }), good);
    };
    broker.on('publish', (packet, client) => {
      if (client) this.#take(packet);
    });
    broker.on('subscribe', (subscriptions) => {
      for (const { topic } of subscriptions) {
        const parsed = parseTopic(topic);
        if (parsed?.channel === 'receipt') this.#repeat(parsed.station);
      }
    });
  }

  publish(topic: string, message: object): void {
    const payload = Buffer.from(JSON.stringify(message));
    this.#broker.publish(
      { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false },
      () => undefined,
    );
  }

  #repeat(id: string): void {
    const station = this.stations.get(id);
    if (!this.receipts || !station) return;
    for (const [boot, seq] of station.boots) this.publish(topicOf(id, 'receipt'), { v: 1, boot, seq });
  }

  #take(packet: PublishPacket | { topic: string; payload: Buffer | string }): void {
    const parsed = parseTopic(packet.topic);
    const station = parsed && this.stations.get(parsed.station);
    if (!parsed || !station) return;
    const bytes = Buffer.from(packet.payload);
    if (parsed.channel === 'report') station.reports.push(JSON.parse(bytes.toString()));
    if (parsed.channel === 'status') station.statuses.push(JSON.parse(bytes.toString()));
    if (parsed.channel === 'telemetry') this.#telemetry(parsed.station, station, bytes);
  }

  #telemetry(id: string, station: FakeStation, bytes: Uint8Array): void {
    station.messages += 1;
    const decoded = decodeTelemetry(bytes);
    if (!decoded.ok) return;
    const { boot, samples, unknown } = decoded.telemetry;
    for (const path of unknown) station.unknown.add(path);
    station.simulated = samples.every(({ simulated }) => simulated);
    for (const { at, readings } of samples) {
      station.samples.set(
        at,
        JSON.stringify(readings.map(({ point, value, quality }) => [point, value, quality])),
      );
    }
    const last = samples.at(-1)?.seq;
    if (boot === undefined || last === undefined) return;
    station.boots.set(boot, Math.max(last, station.boots.get(boot) ?? 0));
    if (this.receipts) this.publish(topicOf(id, 'receipt'), { v: 1, boot, seq: station.boots.get(boot) });
  }

  async answer(request: IncomingMessage): Promise<[number, unknown]> {
    if (request.headers.authorization !== `Bearer ${this.token}`) return [401, { code: 'not_authenticated' }];
    const { pathname } = new URL(request.url ?? '/', 'http://center');
    const [, , , , id = '', call] = pathname.split('/');
    const known = this.stations.get(id);
    const body = await bodyOf(request);
    if (request.method === 'POST' && pathname === '/api/v1/stations') return this.#register(body);
    if (!known) return [404, { code: 'unknown_station' }];
    if (call === 'secret') {
      known.secret = `${known.secret}+`;
      return [200, { mqtt: { username: id, password: known.secret } }];
    }
    const times = [...known.samples.keys()].toSorted((a, b) => a - b);
    return [
      200,
      { samples: times.length, readings: times.length, from: times[0] ?? null, to: times.at(-1) ?? null },
    ];
  }

  #register(body: Record<string, unknown>): [number, unknown] {
    const id = String(body.id);
    if (this.stations.has(id)) return [409, { code: 'already_exists' }];
    const secret = `secret-of-${id}`;
    const fresh = {
      secret,
      body,
      samples: new Map(),
      boots: new Map(),
      unknown: new Set<string>(),
      simulated: false,
      reports: [],
      statuses: [],
      messages: 0,
    };
    this.stations.set(id, fresh);
    return [201, { id, mqtt: { username: id, password: secret } }];
  }
}

/** Listens on free ports of the loopback. */
export async function startFakeCenter(): Promise<FakeCenter> {
  const broker = await Aedes.createBroker();
  const center = new Center(broker);
  const sockets = new Set<Socket>();
  const net = createNetServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
    broker.handle(socket);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = await center.answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const http = createServer((request, response) => void answer(request, response));
  const [mqttPort, httpPort] = await Promise.all([listening(net), listening(http)]);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    api: `http://127.0.0.1:${httpPort}`,
    mqtt: `mqtt://127.0.0.1:${mqttPort}`,
    token: center.token,
    stations: center.stations,
    get receipts() {
      return center.receipts;
    },
    set receipts(on: boolean) {
      center.receipts = on;
    },
    heartbeat: ({ every_s = 5, ...rest }) => center.publish(HEARTBEAT_TOPIC, { v: 1, every_s, ...rest }),
    command: (station, command) => center.publish(topicOf(station, 'command'), command),
    cut,
    close: async () => {
      cut();
      http.closeAllConnections();
      await Promise.all([closed(net), closed(http), closed(broker)]);
    },
  };
}
