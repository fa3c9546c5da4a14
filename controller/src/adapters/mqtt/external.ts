/** The way to the stations over an external MQTT broker (Mosquitto): the same ingest, fed by mqtt.js. */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HEARTBEAT_TOPIC, parseTopic, topicOf } from '@heat-center/contract/topics.ts';
import { MAX_MESSAGE_BYTES } from '@heat-center/contract/limits.ts';
import { MqttClient, type IClientOptions } from 'mqtt';
import type { Logger } from 'pino';
import type { Runtime } from '../../center/runtime.ts';
import type { StationLink } from '../../ports.ts';
import { createPubackGate, type PubackGate } from './puback-gate.ts';

export interface ExternalOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly runtime: Pick<Runtime, 'onTelemetry' | 'onMessage' | 'onRefused' | 'onSubscribed'>;
  /** Whether a station is registered: messages of others are not taken. */
  readonly isRegistered: (station: string) => boolean;
  readonly log: Logger;
}

const CLIENT_ID = 'heat-center';
const RECONNECT_MS = 2000;
const KEEPALIVE_S = 15;
const SUBSCRIPTIONS = ['heat/v1/+/telemetry', 'heat/v1/+/status', 'heat/v1/+/report'];

function openSocket(url: URL) {
  const host = url.hostname;
  return url.protocol === 'mqtts:'
    ? connectTls({ host, port: Number(url.port || 8883), servername: host })
    : connectTcp({ host, port: Number(url.port || 1883), noDelay: true });
}

/**
 * Connects as `heat-center` with a kept session, so that the broker queues what comes while the center is away.
 * The first connection is awaited in the background: a broker that is down now may be there later.
 */
export function createExternalLink(options: ExternalOptions): StationLink {
  const { runtime, log } = options;
  const url = new URL(options.url);
  let gate: PubackGate | undefined;
  const figures = { connections: 0, received: 0, unroutable: 0, published: 0 };

  const settings: IClientOptions = {
    clientId: CLIENT_ID,
    clean: false,
    protocolVersion: 4,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: RECONNECT_MS,
    queueQoSZero: false,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
  };
  const client = new MqttClient(() => {
    gate = createPubackGate(openSocket(url));
    return gate.stream;
  }, settings);

  client.on('connect', () => {
    figures.connections += 1;
    log.info({ broker: url.host }, 'connected to the MQTT broker');
    client.subscribe(SUBSCRIPTIONS, { qos: 1 }, (error, granted) => {
      const refused = granted?.filter(({ qos }) => qos > 1).map(({ topic }) => topic) ?? [];
      if (error || refused.length > 0) {
        log.error({ error: error?.message, refused }, 'the broker refuses the subscriptions: check its ACL');
      }
    });
  });
  client.on('error', (error) => {
    log.error(
      { broker: url.host, error: error.message },
      'MQTT broker: check HEAT_CENTER_MQTT_URL and the login',
    );
  });
  client.on('offline', () => log.warn({ broker: url.host }, 'the MQTT broker is away; trying again'));

  client.on('message', (topic, payload, packet) => {
    const parsed = parseTopic(topic);
    if (!parsed || !options.isRegistered(parsed.station)) {
      figures.unroutable += 1;
      return;
    }
    const { station, channel } = parsed;
    figures.received += 1;
    // The gate of this connection: a PUBACK belongs to the connection its message came on.
    const own = gate;
    const id = packet.qos === 1 ? packet.messageId : undefined;
    if (id !== undefined) own?.hold(id);
    const done = (): void => {
      if (id !== undefined) own?.release(id);
    };
    if (channel === 'telemetry') {
      if (payload.byteLength > MAX_MESSAGE_BYTES) {
        runtime.onRefused(station, 'message_too_large');
        done();
      } else runtime.onTelemetry(station, payload, done);
      return;
    }
    if (channel === 'status' || channel === 'report') {
      runtime.onMessage({ station, channel, bytes: payload, retained: packet.retain }, done);
      // A subscription cannot be seen from here; a station that comes online has just subscribed.
      if (channel === 'status' && !packet.retain) runtime.onSubscribed(station, 'receipt');
      return;
    }
    done();
  });

  function publish(topic: string, bytes: Uint8Array): boolean {
    if (!client.connected) return false;
    figures.published += 1;
    client.publish(topic, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { qos: 1 });
    return true;
  }

  return {
    send: (station, channel, bytes) => publish(topicOf(station, channel), bytes),
    heartbeat(bytes) {
      publish(HEARTBEAT_TOPIC, bytes);
    },
    // The broker drops a revoked login itself when its password file is read again.
    disconnect: () => undefined,
    metrics: () => ({ ...figures, connected: client.connected ? 1 : 0 }),
    close: () => client.endAsync(),
  };
}
