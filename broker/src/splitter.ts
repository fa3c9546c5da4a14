/**
 * Which packet goes where. Logins go to aedes; PUBLISH is taken here for everybody; for stations and gateways the
 * splitter also answers SUBSCRIBE and UNSUBSCRIBE and takes their PUBACKs. Only readers' (and, in the broker that
 * runs alone, everybody's) subscriptions are aedes' business.
 *
 * What comes with QoS 2 is taken once for as long as the connection lasts; nothing is sent with it.
 */
import { HEARTBEAT_TOPIC, parseTopic } from '@heat-center/contract/topics.ts';
import { generate, parser } from 'mqtt-packet';
import type { ISubscribePacket, IUnsubscribePacket, Packet } from 'mqtt-packet';
import type { Connection } from './connection.ts';
import type { ServedChannel } from './handlers.ts';
import { takePublish } from './intake.ts';
import { acknowledgement, PACKET, PINGRESP, readPuback, readPubrel } from './packet.ts';
import { permitsSubscribe } from './permissions.ts';

/** Answer to a filter that is refused (MQTT 3.1.1, §3.9.3). */
const REFUSED = 0x80;

/** First bytes with the flags that MQTT 3.1.1 fixes for the type. */
const FIRST = {
  puback: PACKET.puback << 4,
  pubrel: (PACKET.pubrel << 4) | 2,
  subscribe: (PACKET.subscribe << 4) | 2,
  unsubscribe: (PACKET.unsubscribe << 4) | 2,
  pingreq: PACKET.pingreq << 4,
  disconnect: PACKET.disconnect << 4,
} as const;

export function split(connection: Connection, packet: Buffer): void {
  const first = packet[0] ?? 0;
  if (first >> 4 === PACKET.publish) {
    takePublish(connection, packet);
    return;
  }
  switch (first) {
    case FIRST.pingreq:
      connection.output.write(PINGRESP);
      return;
    case FIRST.pubrel:
      release(connection, packet);
      return;
    case FIRST.disconnect:
      connection.close('disconnect');
      return;
    case FIRST.puback:
    case FIRST.subscribe:
    case FIRST.unsubscribe:
      if (isServed(connection)) serve(connection, packet);
      else connection.passOn(packet);
      return;
    default:
      connection.close('protocol_error');
  }
}

function release(connection: Connection, packet: Buffer): void {
  const messageId = readPubrel(packet);
  if (messageId === undefined) {
    connection.close('malformed_packet');
    return;
  }
  connection.unreleased.delete(messageId);
  connection.output.write(acknowledgement('pubcomp', messageId));
}

function isServed({ identity, shared }: Connection): boolean {
  return shared.serves && (identity?.kind === 'station' || identity?.kind === 'gateway');
}

function serve(connection: Connection, packet: Buffer): void {
  if (packet[0] === FIRST.puback) {
    const messageId = readPuback(packet);
    if (messageId === undefined) connection.close('malformed_packet');
    else connection.deliveries.acknowledge(messageId);
    return;
  }
  const parsed = parseWhole(packet);
  // mqtt-packet lets some of these through when reading and throws when it writes the answer.
  const messageId = parsed?.messageId ?? 0;
  if (messageId > 0 && parsed?.cmd === 'subscribe' && parsed.subscriptions.length > 0) {
    subscribe(connection, parsed, messageId);
  } else if (messageId > 0 && parsed?.cmd === 'unsubscribe' && parsed.unsubscriptions.length > 0) {
    unsubscribe(connection, parsed, messageId);
  } else {
    connection.close('malformed_packet');
  }
}

function parseWhole(packet: Buffer): Packet | undefined {
  let parsed: Packet | undefined;
  let broken = false;
  const reader = parser();
  reader.on('packet', (each) => {
    parsed = each;
  });
  reader.on('error', () => {
    broken = true;
  });
  reader.parse(packet);
  return broken ? undefined : parsed;
}

function subscribe(connection: Connection, packet: ISubscribePacket, messageId: number): void {
  const { shared } = connection;
  const subscribed = new Map<string, { channel: ServedChannel; stations: readonly string[] }>();
  const granted: number[] = [];
  // Named twice in one packet, a topic is told of once, with the last QoS.
  for (const { topic, qos } of packet.subscriptions) {
    const served = permitsSubscribe(connection, topic) ? servedBy(connection, topic) : undefined;
    const answer = qos === 0 ? 0 : 1;
    granted.push(served ? answer : REFUSED);
    if (!served) continue;
    shared.subscriptions.add(topic, connection, answer);
    connection.served.add(topic);
    subscribed.set(topic, served);
  }
  connection.output.write(generate({ cmd: 'suback', messageId, granted }));
  for (const { channel, stations } of subscribed.values()) {
    for (const station of stations) shared.handlers.onSubscribed(station, channel);
  }
}

/** What a filter of a station or gateway means; undefined when it is none that the center sends to. */
function servedBy(
  { identity }: Connection,
  filter: string,
): { channel: ServedChannel; stations: readonly string[] } | undefined {
  if (filter === HEARTBEAT_TOPIC) return { channel: 'heartbeat', stations: identity?.stations ?? [] };
  const parsed = parseTopic(filter);
  if (parsed?.channel !== 'command' && parsed?.channel !== 'receipt') return undefined;
  return { channel: parsed.channel, stations: [parsed.station] };
}

function unsubscribe(connection: Connection, packet: IUnsubscribePacket, messageId: number): void {
  for (const topic of packet.unsubscriptions) {
    connection.shared.subscriptions.remove(topic, connection);
    connection.served.delete(topic);
    connection.deliveries.forget(topic);
  }
  connection.output.write(generate({ cmd: 'unsuback', messageId, granted: [] }));
}
