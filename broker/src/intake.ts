/** What clients publish: checked, handed to the center, acknowledged when the center has it. */
import { HEARTBEAT_TOPIC, mayPublish, parseTopic } from '@heat-center/contract/topics.ts';
import type { StationChannel } from '@heat-center/contract/topics.ts';
import type { Connection } from './connection.ts';
import { acknowledgement, readPublish } from './packet.ts';
import { countDenial } from './permissions.ts';
import type { Shared } from './shared.ts';

interface Target {
  readonly station: string;
  readonly channel: StationChannel | 'heartbeat';
}

interface Publication {
  readonly topic: string;
  readonly target: Target;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly will: boolean;
}

/**
 * Takes a PUBLISH. MQTT 3.1.1 has no negative answer, so what is refused is acknowledged, dropped and counted:
 * closing would make a station with one wrong topic connect for ever.
 */
export function takePublish(connection: Connection, packet: Buffer): void {
  const frame = readPublish(packet);
  if (!frame) {
    connection.close('malformed_packet');
    return;
  }
  if (frame.qos === 2 && !takeOnce(connection, frame.messageId)) return;
  const { acks, shared } = connection;
  const waiting = acks.add(frame.messageId, packet.length);
  const settle = (): void => {
    acks.settle(waiting);
    connection.wake();
  };
  const target = targetOf(connection, frame.topic, frame.retain);
  if (!target) {
    refuseForeign(connection, frame.topic);
    settle();
  } else if (frame.payload.length > shared.limits.messageBytes) {
    shared.counters.refuse('message_too_large');
    shared.handlers.onRefusedTelemetry(target.station, 'message_too_large');
    settle();
  } else {
    const { topic, payload, retain } = frame;
    handOver(shared, { topic, target, payload, retain, will: false }, settle);
  }
}

/** Whether a message of QoS 2 is new (MQTT-4.3.3-2): until it is released, the same id is the same message. */
function takeOnce(connection: Connection, messageId: number): boolean {
  const { unreleased, shared, output } = connection;
  const known = unreleased.get(messageId);
  if (known === 'received') output.write(acknowledgement('pubrec', messageId));
  if (known !== undefined) return false;
  if (unreleased.size >= shared.limits.waitingPerConnection) {
    connection.close('not_releasing');
    return false;
  }
  unreleased.set(messageId, 'waiting');
  return true;
}

/** Publishes the will of a connection that ended without a DISCONNECT; its permission was checked at login. */
export function leaveWill({ shared, will, identity }: Connection): void {
  if (!will || !identity) return;
  const target = parseTopic(will.topic);
  if (!target) return;
  const payload = Buffer.from(will.payload);
  const { topic, retain = false } = will;
  shared.waiting.add(payload.length);
  handOver(shared, { topic, target, payload, retain, will: true }, () =>
    shared.waiting.remove(payload.length),
  );
}

function targetOf(connection: Connection, topic: string, retain: boolean): Target | undefined {
  const { identity, topics } = connection;
  if (!identity) return undefined;
  const own = retain ? undefined : topics.get(topic);
  if (own) return own;
  if (!mayPublish(identity, topic, retain)) return undefined;
  return topic === HEARTBEAT_TOPIC ? { station: 'center', channel: 'heartbeat' } : parseTopic(topic);
}

function refuseForeign(connection: Connection, topic: string): void {
  const { identity, shared } = connection;
  const parsed = parseTopic(topic);
  const foreign = parsed?.channel === 'telemetry' && identity?.stations.includes(parsed.station) === false;
  const code = foreign ? 'wrong_station' : 'not_permitted';
  countDenial(connection, 'publish', topic);
  shared.counters.refuse(code);
  if (identity && identity.stations.length > 0) shared.handlers.onRefusedTelemetry(identity.id, code);
}

function handOver(shared: Shared, publication: Publication, settle: () => void): void {
  const { counters, handlers } = shared;
  const { target, payload, will } = publication;
  let over = false;
  const done = (): void => {
    if (over) return;
    over = true;
    spread(shared, publication, settle);
  };
  const { station, channel } = target;
  switch (channel) {
    case 'telemetry':
      counters.telemetryMessages += 1;
      counters.telemetryBytes += payload.length;
      handlers.onTelemetry(station, payload, done);
      return;
    case 'status':
    case 'report':
      if (channel === 'status') counters.statusMessages += 1;
      else counters.reportMessages += 1;
      handlers.onMessage({ station, channel, bytes: payload, will }, done);
      return;
    default:
      // Of the center, which connects only where aedes serves.
      done();
  }
}

/** Acknowledges, and lets those see it who read along. */
function spread(shared: Shared, { topic, payload, retain }: Publication, settle: () => void): void {
  if (retain) shared.core.retain(topic, payload);
  if (!shared.serves) {
    shared.core.publish(topic, payload, settle);
    return;
  }
  settle();
  shared.readers.copy(topic, payload);
}
