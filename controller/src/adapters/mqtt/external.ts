/** The way to the stations over an external MQTT broker (Mosquitto): the same ingest, fed by mqtt.js. */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CENTER_LOGIN } from '@heat-center/broker/mosquitto-acl.ts';
import { MAX_MESSAGE_BYTES } from '@heat-center/contract/limits.ts';
import { HEARTBEAT_TOPIC, parseTopic, topicOf } from '@heat-center/contract/topics.ts';
import { MqttClient, type IClientOptions } from 'mqtt';
import type { Logger } from 'pino';
import type { Runtime } from '../../center/runtime.ts';
import type { Registry, StationLink } from '../../ports.ts';
import { createOutgoing } from './outgoing.ts';
import { createPubackGate, type PubackGate } from './puback-gate.ts';

export interface ExternalOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  /** `heat-center` where only a password is given. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly runtime: Pick<Runtime, 'onTelemetry' | 'onMessage' | 'onRefused' | 'onSubscribed'>;
  /** Messages of stations that are not registered are not taken. */
  readonly registry: Pick<Registry, 'station' | 'stations'>;
  readonly log: Logger;
}

export interface ExternalLink extends StationLink {
  readonly host: string;
  readonly port: number;
  /** Why no telemetry can come now, for people; undefined while all is well. */
  trouble(): string | undefined;
}

const PORT = 1883;
const TLS_PORT = 8883;
/** The first attempt after a connection ended; each later one waits twice as long, up to the longest. */
const RECONNECT_MS = 1000;
const RECONNECT_MAX_MS = 16_000;
const KEEPALIVE_S = 15;
/** A broker that says nothing more at the end is not waited for any longer. */
const CLOSE_WITHIN_MS = 2000;
const SUBSCRIPTIONS = ['heat/v1/+/telemetry', 'heat/v1/+/status', 'heat/v1/+/report'];

interface Address {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
}

function addressOf(text: string): Address {
  const { protocol, hostname, port } = new URL(text);
  const tls = protocol === 'mqtts:';
  return { tls, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (tls ? TLS_PORT : PORT)) };
}

const openSocket = ({ tls, host, port }: Address) =>
  tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port, noDelay: true });

function settingsOf({ username, password }: ExternalOptions): IClientOptions {
  return {
    clientId: CENTER_LOGIN,
    // The broker keeps what comes while the center is away.
    clean: false,
    protocolVersion: 4,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: RECONNECT_MS,
    // Each connection subscribes anew by itself, so that a refusal is seen.
    resubscribe: false,
    queueQoSZero: false,
    ...(password === undefined ? {} : { username: CENTER_LOGIN, password }),
    ...(username === undefined ? {} : { username }),
  };
}

/**
 * Connects as `heat-center` with a kept session. The first connection is awaited in the background: a broker that is
 * down now may be there later.
 */
export function createExternalLink(options: ExternalOptions): ExternalLink {
  const { runtime, registry, log } = options;
  const address = addressOf(options.url);
  const broker = `${address.host}:${address.port}`;
  const figures = { connections: 0, received: 0, unroutable: 0 };
  let gate: PubackGate | undefined;
  let trouble: string | undefined = `the MQTT broker ${broker} has not answered yet`;

  const client = new MqttClient(() => {
    gate = createPubackGate(openSocket(address));
    return gate.stream;
  }, settingsOf(options));
  const outgoing = createOutgoing(client);

  client.on('connect', () => {
    figures.connections += 1;
    client.options.reconnectPeriod = RECONNECT_MS;
    log.info({ broker }, 'connected to the MQTT broker');
    client.subscribe(SUBSCRIPTIONS, { qos: 1 }, (error, granted) => {
      const refused = granted?.filter(({ qos }) => qos > 1).map(({ topic }) => topic) ?? [];
      trouble = error || refused.length > 0 ? `the MQTT broker ${broker} refuses subscriptions` : undefined;
      if (trouble) log.error({ broker, error: error?.message, refused }, 'subscriptions: check the ACL');
      // Stations that stayed connected do not subscribe again; receipts may have been lost with the connection.
      else for (const { config } of registry.stations()) runtime.onSubscribed(config.id, 'receipt');
    });
  });
  client.on('close', () => {
    trouble = `the MQTT broker ${broker} is away`;
  });
  client.on('offline', () => log.warn({ broker }, 'the MQTT broker is away; trying again'));
  client.on('reconnect', () => {
    const period = client.options.reconnectPeriod ?? RECONNECT_MS;
    client.options.reconnectPeriod = Math.min(period * (1.5 + Math.random()), RECONNECT_MAX_MS);
  });
  client.on('error', (error) => {
    log.error({ broker, error: error.message }, 'MQTT broker: check HEAT_CENTER_MQTT_URL and the login');
  });

  client.on('message', (topic, payload, packet) => {
    // The gate of this connection: a PUBACK belongs to the connection its message came on.
    const own = gate;
    const id = packet.qos === 1 ? packet.messageId : undefined;
    if (id !== undefined) own?.hold(id);
    const done = (): void => {
      if (id !== undefined) own?.release(id);
    };
    const parsed = parseTopic(topic);
    if (!parsed || !registry.station(parsed.station)) {
      figures.unroutable += 1;
      return done();
    }
    const { station, channel } = parsed;
    figures.received += 1;
    if (channel === 'telemetry') {
      if (payload.byteLength <= MAX_MESSAGE_BYTES) return runtime.onTelemetry(station, payload, done);
      runtime.onRefused(station, 'message_too_large');
    }
    if (channel === 'status' || channel === 'report') {
      runtime.onMessage({ station, channel, bytes: payload, retained: packet.retain }, done);
      // A subscription cannot be seen from here; a station that comes online has just subscribed.
      if (channel === 'status' && !packet.retain) runtime.onSubscribed(station, 'receipt');
      return undefined;
    }
    return done();
  });

  return {
    host: address.host,
    port: address.port,
    send: (station, channel, bytes) => outgoing.publish(topicOf(station, channel), bytes),
    heartbeat(bytes) {
      outgoing.publish(HEARTBEAT_TOPIC, bytes);
    },
    // The broker drops a revoked login itself when its password file is read again.
    disconnect: () => undefined,
    trouble: () => trouble,
    metrics: () => ({ ...figures, ...outgoing.figures(), connected: client.connected ? 1 : 0 }),
    async close() {
      outgoing.close();
      const timer = setTimeout(() => client.stream.destroy(), CLOSE_WITHIN_MS);
      await client.endAsync();
      clearTimeout(timer);
    },
  };
}
