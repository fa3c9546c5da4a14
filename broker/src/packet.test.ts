import fc from 'fast-check';
import { generate, parser } from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import {
  outgoingPublish,
  PacketFramer,
  acknowledgement,
  readPuback,
  readPubrel,
  readPublish,
  sharedPublish,
} from './packet.ts';

const LIMIT = 256 * 1024;

function frame(framer: PacketFramer, chunks: Iterable<Buffer>): Buffer[] {
  const packets: Buffer[] = [];
  for (const chunk of chunks) {
    framer.push(chunk);
    for (let packet = framer.next(); packet; packet = framer.next()) packets.push(packet);
  }
  return packets;
}

function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const end = at + (sizes[index % sizes.length] ?? 1);
    yield bytes.subarray(at, end);
    at = end;
  }
}

function parse(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  const reader = parser();
  reader.on('packet', (packet) => packets.push(packet));
  reader.parse(bytes);
  return packets;
}

const messageId = fc.integer({ min: 1, max: 0xffff });
const topic = fc.stringMatching(/^[a-z0-9/-]{1,60}$/);
const payload = fc.uint8Array({ maxLength: 20_000, size: 'max' }).map((bytes) => Buffer.from(bytes));
const anyPacket: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic,
    payload,
    qos: fc.constant(1 as const),
    dup: fc.boolean(),
    retain: fc.boolean(),
    messageId,
  }),
  fc.record({ cmd: fc.constant('puback' as const), messageId }),
  fc.constant({ cmd: 'pingreq' as const }),
);

describe('PacketFramer', () => {
  it('gives the same packets however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyPacket, { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 }),
        (packets, sizes) => {
          const expected = packets.map((packet) => generate(packet));
          const framed = frame(new PacketFramer(LIMIT), cut(Buffer.concat(expected), sizes));
          expect(framed.length).toBe(expected.length);
          for (const [index, packet] of framed.entries()) expect(packet.equals(expected[index]!)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes a packet byte by byte, in time linear in its length', () => {
    const packet = outgoingPublish('heat/v1/s1/telemetry', Buffer.alloc(200 * 1024, 7))(9);
    const framed = frame(new PacketFramer(LIMIT), cut(packet, [1]));
    expect(framed.map((each) => each.equals(packet))).toEqual([true]);
  });

  it('hands out packets that later bytes do not overwrite', () => {
    const first = outgoingPublish('a', Buffer.from('first'))(1);
    const second = outgoingPublish('a', Buffer.from('second'))(2);
    const bytes = Buffer.concat([first, second, first]);
    expect(frame(new PacketFramer(LIMIT), cut(bytes, [3])).map((each) => each.toString('hex'))).toEqual(
      [first, second, first].map((each) => each.toString('hex')),
    );
  });

  it('names a packet over the limit before its body arrives, and takes one of exactly the limit', () => {
    const packet = outgoingPublish('a', Buffer.alloc(100))(1);
    const exact = new PacketFramer(packet.length);
    expect(frame(exact, [packet]).length).toBe(1);
    const framer = new PacketFramer(packet.length - 1);
    framer.push(packet.subarray(0, 2));
    expect(framer.next()).toBeUndefined();
    expect(framer.fault).toBe('packet_too_large');
    framer.push(acknowledgement('puback', 1));
    expect(framer.next()).toBeUndefined();
  });

  it('refuses a remaining length of more than four bytes', () => {
    const framer = new PacketFramer(LIMIT);
    expect(frame(framer, [Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 1])])).toEqual([]);
    expect(framer.fault).toBe('malformed_packet');
  });
});

describe('PUBLISH', () => {
  it('is written as mqtt-packet reads it, for one and for many receivers', () => {
    fc.assert(
      fc.property(topic, payload, fc.integer({ min: 0, max: 0xffff }), (name, bytes, id) => {
        for (const encode of [outgoingPublish(name, bytes), sharedPublish(name, bytes)]) {
          const [packet] = parse(encode(id));
          const expected = { cmd: 'publish', topic: name, qos: id === 0 ? 0 : 1, retain: false, dup: false };
          expect(packet).toMatchObject(id === 0 ? expected : { ...expected, messageId: id });
          expect(packet?.cmd === 'publish' && bytes.equals(Buffer.from(packet.payload))).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is read as mqtt-packet writes it', () => {
    fc.assert(
      fc.property(
        fc.record({
          topic,
          payload,
          qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
          retain: fc.boolean(),
        }),
        messageId,
        (fields, id) => {
          const packet = generate({ cmd: 'publish', dup: false, messageId: id, ...fields });
          expect(readPublish(packet)).toEqual({ ...fields, messageId: fields.qos === 0 ? 0 : id });
        },
      ),
    );
  });

  it.each([
    ['QoS 3', [0x36, 5, 0, 1, 97, 0, 1]],
    ['message id 0', [0x32, 5, 0, 1, 97, 0, 0]],
    ['a topic longer than the packet', [0x30, 3, 0, 9, 97]],
    ['no message id', [0x32, 3, 0, 1, 97]],
    ['no topic', [0x30, 1, 0]],
  ])('is malformed with %s', (_what, bytes) => {
    expect(readPublish(Buffer.from(bytes))).toBeUndefined();
  });
});

describe('acknowledgements', () => {
  it('is read and written as by mqtt-packet', () => {
    for (const cmd of ['puback', 'pubrec', 'pubcomp'] as const) {
      expect(acknowledgement(cmd, 0x1234)).toEqual(generate({ cmd, messageId: 0x1234 }));
    }
    expect(readPuback(acknowledgement('puback', 0x1234))).toBe(0x1234);
    expect(readPubrel(generate({ cmd: 'pubrel', messageId: 0x1234 }))).toBe(0x1234);
    expect(readPuback(Buffer.from([0x40, 3, 0, 1, 0]))).toBeUndefined();
  });
});
