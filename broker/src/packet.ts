/** Framing of MQTT 3.1.1 and the few packets on the hot path, by hand on buffers (MQTT 3.1.1, §2 and §3.3). */

import { giveBack } from './give-back.ts';

/** Packet types, the upper four bits of the first byte. */
export const PACKET = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

export const PINGRESP = Buffer.from([0xd0, 0]);

export type FrameFault = 'packet_too_large' | 'malformed_packet';

const EMPTY = Buffer.alloc(0);
const QOS = [0, 1, 2] as const;
const MAX_LENGTH_BYTES = 4;

/** Bytes before the body: the first byte and the remaining length, which a whole packet is known to have. */
export function bodyStart(packet: Buffer): number {
  let at = 1;
  while ((packet[at] ?? 0) > 127) at += 1;
  return at + 1;
}

/**
 * Cuts a stream of bytes into packets. A packet over `limit` (bytes, header included) is reported as soon as its
 * length is known, before its body arrives; after a fault nothing more comes out.
 */
export class PacketFramer {
  limit: number;
  fault: FrameFault | undefined;
  #bytes: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** Whether the memory behind `#end` is ours to fill. */
  #owned = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  push(chunk: Buffer): void {
    const unread = this.#end - this.#start;
    if (unread === 0) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#owned = false;
      return;
    }
    if (!this.#owned || this.#end + chunk.length > this.#bytes.length) {
      // Doubling keeps a packet that arrives byte by byte linear in its length.
      const grown = Buffer.allocUnsafeSlow(Math.max(64, 2 * (unread + chunk.length)));
      this.#bytes.copy(grown, 0, this.#start, this.#end);
      this.#bytes = grown;
      this.#start = 0;
      this.#end = unread;
      this.#owned = true;
    }
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** The next whole packet, header included; undefined when more bytes are needed or `fault` is set. */
  next(): Buffer | undefined {
    if (this.fault !== undefined) return undefined;
    const length = this.#packetLength();
    if (length === undefined || this.#end - this.#start < length) return undefined;
    const packet = this.#bytes.subarray(this.#start, this.#start + length);
    this.#start += length;
    return packet;
  }

  /** Forgets what is unread; only when nothing that came out is in use any more. */
  forget(): void {
    giveBack(this.#bytes);
    this.#bytes = EMPTY;
    this.#start = 0;
    this.#end = 0;
  }

  #packetLength(): number | undefined {
    let remaining = 0;
    for (let index = 0; index < MAX_LENGTH_BYTES; index += 1) {
      const at = this.#start + 1 + index;
      if (at >= this.#end) return undefined;
      const byte = this.#bytes[at] ?? 0;
      remaining += (byte & 127) * 128 ** index;
      if (byte > 127) continue;
      const length = index + 2 + remaining;
      if (length <= this.limit) return length;
      this.fault = 'packet_too_large';
      return undefined;
    }
    this.fault = 'malformed_packet';
    return undefined;
  }
}

export interface PublishFrame {
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Decoded as Latin-1: all topics of the contract are ASCII, any other is refused whatever it says. */
  readonly topic: string;
  /** 1–65535; 0 with QoS 0. */
  readonly messageId: number;
  readonly payload: Buffer;
}

/** Reads a whole PUBLISH; undefined when it is malformed. */
export function readPublish(packet: Buffer): PublishFrame | undefined {
  const first = packet[0] ?? 0;
  const qos = QOS[(first >> 1) & 3];
  const start = bodyStart(packet);
  if (qos === undefined || packet.length < start + 2) return undefined;
  const topicEnd = start + 2 + packet.readUInt16BE(start);
  const payloadStart = qos === 0 ? topicEnd : topicEnd + 2;
  if (packet.length < payloadStart) return undefined;
  const messageId = qos === 0 ? 0 : packet.readUInt16BE(topicEnd);
  if (qos > 0 && messageId === 0) return undefined;
  return {
    qos,
    retain: (first & 1) === 1,
    topic: packet.toString('latin1', start + 2, topicEnd),
    messageId,
    payload: packet.subarray(payloadStart),
  };
}

/** Message id of a whole PUBREL; undefined when it is malformed. */
export function readPubrel(packet: Buffer): number | undefined {
  return packet.length === 4 && packet[1] === 2 ? packet.readUInt16BE(2) : undefined;
}

export const isPuback = (packet: Buffer): boolean => packet[0] === 0x40;

/** Whether bytes begin with a PUBLISH of QoS 1. */
export const asksForPuback = (bytes: Buffer): boolean => ((bytes[0] ?? 0) & 0xf6) === 0x32;

/** Message id of a whole PUBACK; undefined when it is malformed. */
export function readPuback(packet: Buffer): number | undefined {
  return packet.length === 4 && isPuback(packet) ? packet.readUInt16BE(2) : undefined;
}

/** PUBACK, or PUBREC and PUBCOMP of QoS 2: they differ in their type alone. */
export function acknowledgement(type: 'puback' | 'pubrec' | 'pubcomp', messageId: number): Buffer {
  const packet = Buffer.allocUnsafe(4);
  packet[0] = PACKET[type] << 4;
  packet[1] = 2;
  packet.writeUInt16BE(messageId, 2);
  return packet;
}

/** A PUBLISH that lacks only its message id: QoS 1 with an id of 1–65535, QoS 0 with id 0. */
export type OutgoingPublish = (messageId: number) => Buffer;

/** Encodes for one receiver. `topic` must be ASCII. */
export function outgoingPublish(topic: string, payload: Uint8Array): OutgoingPublish {
  return (messageId) => encodePublish(topic, payload, messageId);
}

/** Encodes once for many receivers: each copy differs in its message id only. */
export function sharedPublish(topic: string, payload: Uint8Array): OutgoingPublish {
  const qos0 = encodePublish(topic, payload, 0);
  const qos1 = encodePublish(topic, payload, 1);
  const idAt = bodyStart(qos1) + 2 + topic.length;
  return (messageId) => {
    if (messageId === 0) return qos0;
    const packet = Buffer.from(qos1);
    packet.writeUInt16BE(messageId, idAt);
    return packet;
  };
}

function encodePublish(topic: string, payload: Uint8Array, messageId: number): Buffer {
  const idBytes = messageId === 0 ? 0 : 2;
  let remaining = 2 + topic.length + idBytes + payload.length;
  const lengthBytes = remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;
  const packet = Buffer.allocUnsafe(1 + lengthBytes + remaining);
  packet[0] = messageId === 0 ? 0x30 : 0x32;
  let at = 1;
  for (; remaining > 127; remaining >>= 7) packet[at++] = (remaining & 127) | 128;
  packet[at++] = remaining;
  at = packet.writeUInt16BE(topic.length, at);
  at += packet.write(topic, at, 'latin1');
  if (messageId !== 0) at = packet.writeUInt16BE(messageId, at);
  packet.set(payload, at);
  return packet;
}
