/**
 * A stream between mqtt.js and its socket that holds the PUBACK of chosen messages back.
 *
 * mqtt.js handles one incoming message after the other, so a PUBACK that waited for the journal's flush inside
 * `handleMessage` would let through one message per flush. Here messages flow on while their PUBACKs wait.
 */
import { Duplex } from 'node:stream';

const PUBACK = 0x40;
const PUBACK_BYTES = 4;

/** Length of the packet that begins the bytes; undefined while the header is incomplete. */
function packetBytes(bytes: Buffer): number | undefined {
  let length = 0;
  for (let index = 1; index <= 4; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** (index - 1);
    if (byte < 0x80) return 1 + index + length;
  }
  throw new RangeError('a packet with a malformed length');
}

export interface PubackGate {
  readonly stream: Duplex;
  /** The PUBACK of this message id waits from now on. Ids must be held in the order in which messages came. */
  hold(messageId: number): void;
  /** It may leave, once those held before it have left (MQTT-4.6.0-2). */
  release(messageId: number): void;
}

interface Held {
  /** As mqtt.js wrote it; undefined until then. */
  packet: Buffer | undefined;
  released: boolean;
}

export function createPubackGate(socket: Duplex): PubackGate {
  /** In the order of the messages. */
  const held = new Map<number, Held>();
  let rest: Buffer = Buffer.alloc(0);

  function send(packet: Buffer): void {
    if (socket.writable) socket.write(packet);
  }

  function sendReleased(): void {
    for (const [id, { packet, released }] of held) {
      if (!packet || !released) return;
      held.delete(id);
      send(packet);
    }
  }

  function pass(packet: Buffer): void {
    const isPuback = packet[0] === PUBACK && packet.length === PUBACK_BYTES;
    const waiting = isPuback ? held.get(packet.readUInt16BE(2)) : undefined;
    if (!waiting) return send(packet);
    waiting.packet = packet;
    return sendReleased();
  }

  /** Passes on every whole packet and keeps the rest. */
  function cut(chunk: Buffer): void {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const size = packetBytes(rest);
      if (size === undefined || size > rest.length) return;
      pass(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  }

  const stream = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      try {
        cut(chunk);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      // The socket's own buffer bounds what waits: the client goes on when it has drained.
      if (socket.writableNeedDrain) socket.once('drain', () => done());
      else done();
    },
    final(done) {
      socket.end(() => done());
    },
    destroy(error, done) {
      held.clear();
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());

  return {
    stream,
    hold(messageId) {
      held.set(messageId, { packet: undefined, released: false });
    },
    release(messageId) {
      const waiting = held.get(messageId);
      if (!waiting) return;
      waiting.released = true;
      sendReleased();
    },
  };
}
