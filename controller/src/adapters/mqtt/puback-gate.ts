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
  /** The PUBACK of this message id waits from now on. */
  hold(messageId: number): void;
  /** It may leave; at once if it waits already. */
  release(messageId: number): void;
}

export function createPubackGate(socket: Duplex): PubackGate {
  /** Held ids; the packet once mqtt.js has written it. */
  const held = new Map<number, Buffer | undefined>();
  let rest: Buffer = Buffer.alloc(0);

  function pass(packet: Buffer): void {
    const id = packet[0] === PUBACK && packet.length === PUBACK_BYTES ? packet.readUInt16BE(2) : undefined;
    if (id !== undefined && held.has(id)) held.set(id, packet);
    else socket.write(packet);
  }

  const stream = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (;;) {
        const size = packetBytes(rest);
        if (size === undefined || size > rest.length) break;
        pass(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      // The socket's own buffer bounds what waits: the client goes on when it has drained.
      if (socket.writableNeedDrain) socket.once('drain', () => done());
      else done();
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
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
      held.set(messageId, undefined);
    },
    release(messageId) {
      const packet = held.get(messageId);
      held.delete(messageId);
      if (packet && !socket.destroyed) socket.write(packet);
    },
  };
}
