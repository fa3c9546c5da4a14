import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPubackGate, type PubackGate } from './puback-gate.ts';

const puback = (id: number): Buffer => Buffer.from([0x40, 2, id >> 8, id & 0xff]);
const PINGREQ = Buffer.from([0xc0, 0]);

/** A PUBLISH of QoS 1 with a payload of so many bytes; its length takes one to three bytes. */
function publish(id: number, size: number): Buffer {
  const body = Buffer.concat([Buffer.from([0, 1, 0x74, id >> 8, id & 0xff]), Buffer.alloc(size, 0x40)]);
  const length: number[] = [];
  for (let left = body.length; ; left = Math.floor(left / 128)) {
    length.push(left >= 128 ? (left % 128) + 128 : left);
    if (left < 128) break;
  }
  return Buffer.concat([Buffer.from([0x32, ...length]), body]);
}

let gate: PubackGate;
/** The broker's end of the connection, and the socket that the gate holds. */
let broker: Duplex;
let socket: Duplex;
let arrived: Buffer;
beforeEach(() => {
  [socket, broker] = duplexPair();
  arrived = Buffer.alloc(0);
  broker.on('data', (chunk: Buffer) => {
    arrived = Buffer.concat([arrived, chunk]);
  });
  gate = createPubackGate(socket);
});

const write = (...packets: Buffer[]): Promise<void> => {
  for (const packet of packets) gate.stream.write(packet);
  return turn();
};

describe('what mqtt.js writes', () => {
  it('passes through unchanged, in whatever pieces it is written', async () => {
    const all = Buffer.concat([
      puback(1),
      publish(7, 10),
      PINGREQ,
      publish(8, 300),
      publish(9, 20_000),
      puback(2),
    ]);
    for (const size of [1, 3, 7, 1000, all.length]) {
      arrived = Buffer.alloc(0);
      const pieces: Buffer[] = [];
      for (let at = 0; at < all.length; at += size) pieces.push(all.subarray(at, at + size));
      await write(...pieces);
      await expect.poll(() => arrived.equals(all)).toBe(true);
    }
  });

  it('waits as a piece until the packet is whole', async () => {
    await write(publish(7, 300).subarray(0, 200));
    expect(arrived).toHaveLength(0);
    await write(publish(7, 300).subarray(200));
    expect(arrived).toEqual(publish(7, 300));
  });

  it('ends the stream at a length that no packet has', async () => {
    const failed = new Promise((resolve) => gate.stream.once('error', resolve));
    await write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 1]));
    expect(await failed).toBeInstanceOf(RangeError);
    expect(socket.destroyed).toBe(true);
  });

  it('is held back when the socket does not drain', async () => {
    broker.pause();
    const big = publish(1, 200_000);
    expect(gate.stream.write(big)).toBe(false);
    let passed = false;
    gate.stream.write(PINGREQ, () => {
      passed = true;
    });
    await turn();
    expect(passed).toBe(false);
    broker.resume();
    await expect.poll(() => passed).toBe(true);
    expect(arrived).toEqual(Buffer.concat([big, PINGREQ]));
  });
});

describe('PUBACKs', () => {
  it('of a held message wait while other packets flow on', async () => {
    gate.hold(5);
    await write(puback(5), PINGREQ, puback(6));
    expect(arrived).toEqual(Buffer.concat([PINGREQ, puback(6)]));
    gate.release(5);
    await turn();
    expect(arrived).toEqual(Buffer.concat([PINGREQ, puback(6), puback(5)]));
  });

  it('leave at once when they are written after the release', async () => {
    gate.hold(5);
    gate.release(5);
    await turn();
    expect(arrived).toHaveLength(0);
    await write(puback(5));
    expect(arrived).toEqual(puback(5));
  });

  it('leave in the order of the messages, whichever is released first', async () => {
    for (const id of [1, 2, 3]) gate.hold(id);
    await write(puback(1), puback(2), puback(3));
    gate.release(3);
    gate.release(2);
    await turn();
    expect(arrived).toHaveLength(0);
    gate.release(1);
    await turn();
    expect(arrived).toEqual(Buffer.concat([puback(1), puback(2), puback(3)]));
  });

  it('may be held again under the same id once they left', async () => {
    gate.hold(5);
    gate.release(5);
    await write(puback(5));
    gate.hold(5);
    await write(puback(5));
    expect(arrived).toEqual(puback(5));
    gate.release(5);
    gate.release(5);
    await turn();
    expect(arrived).toEqual(Buffer.concat([puback(5), puback(5)]));
  });

  it('of message ids above 255 are told apart', async () => {
    gate.hold(0x0105);
    await write(puback(5), puback(0x0105));
    expect(arrived).toEqual(puback(5));
  });
});

describe('what the broker sends, and ends', () => {
  it('arrives in order, and waits while nobody reads', async () => {
    const sent = Buffer.alloc(300_000, 'abc');
    for (let at = 0; at < sent.length; at += 10_000) broker.write(sent.subarray(at, at + 10_000));
    await turn();
    expect(gate.stream.readableLength).toBeLessThan(sent.length);
    let read = Buffer.alloc(0);
    gate.stream.on('data', (chunk: Buffer) => {
      read = Buffer.concat([read, chunk]);
    });
    await expect.poll(() => read.equals(sent)).toBe(true);
  });

  it('ends the stream when the broker ends the connection', async () => {
    const ended = new Promise((resolve) => gate.stream.once('end', resolve));
    gate.stream.resume();
    broker.end();
    await ended;
    expect(gate.stream.readableEnded).toBe(true);
  });

  it('closes the stream with the socket; a release after that does nothing', async () => {
    gate.hold(5);
    await write(puback(5));
    const closed = new Promise((resolve) => gate.stream.once('close', resolve));
    socket.destroy();
    await closed;
    gate.release(5);
    await turn();
    expect(arrived).toHaveLength(0);
  });

  it('passes an error of the socket on', async () => {
    const failed = new Promise((resolve) => gate.stream.once('error', resolve));
    socket.destroy(new Error('connection reset'));
    expect(await failed).toMatchObject({ message: 'connection reset' });
  });

  it('ends the socket after what was written; a release after that writes nothing', async () => {
    gate.hold(5);
    gate.stream.write(puback(5));
    gate.stream.end(PINGREQ);
    await new Promise((resolve) => gate.stream.once('finish', resolve));
    gate.release(5);
    await turn();
    expect(arrived).toEqual(PINGREQ);
  });

  it('destroys the socket with the stream', async () => {
    gate.stream.destroy();
    await turn();
    expect(socket.destroyed).toBe(true);
  });
});
