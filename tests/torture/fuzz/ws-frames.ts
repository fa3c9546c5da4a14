/** WebSocket frames (RFC 6455, §5.2), right and wrong in every field. */
import type { Random } from '../hostile/random.ts';

const CONTROL = { close: 8, ping: 9, pong: 10 } as const;

export function handshake(token: string): Buffer {
  return Buffer.from(
    'GET /api/v1/live HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: Upgrade\r\n' +
      `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\nauthorization: Bearer ${token}\r\n\r\n`,
  );
}

interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  /** The length that is said, where it is not the payload's. */
  readonly says?: number;
  readonly unmasked?: true;
}

function assemble({ first, payload, says, unmasked }: Frame, random: Random): Buffer {
  const length = says ?? payload.length;
  const masked = unmasked ? 0 : 0x80;
  let head: Buffer;
  if (length < 126) head = Buffer.from([first, masked | length]);
  else if (length < 65_536) head = Buffer.from([first, masked | 126, length >> 8, length & 0xff]);
  else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = masked | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  if (unmasked) return Buffer.concat([head, payload]);
  const mask = random.bytes(4);
  const hidden = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return Buffer.concat([head, mask, hidden]);
}

/** A frame after which the connection goes on: control frames alone, since the feed takes no messages. */
export function harmlessFrame(random: Random): Buffer {
  const first = 0x80 | (random.oneIn(2) ? CONTROL.ping : CONTROL.pong);
  return assemble({ first, payload: random.bytes(random.below(126)) }, random);
}

/** A frame that ends the connection, one way or another. */
export function lastFrame(random: Random): Buffer {
  const payload = random.bytes(random.below(200));
  switch (random.below(9)) {
    case 0:
      return assemble({ first: random.below(256), payload }, random);
    case 1:
      return assemble({ first: 0x81, payload, unmasked: true }, random);
    case 2:
      return assemble({ first: 0x82, payload, says: random.pick([65_536, 2 ** 31, 2 ** 52, 4097]) }, random);
    case 3:
      return assemble({ first: 0x80 | CONTROL.ping, payload: random.bytes(126 + random.below(100)) }, random);
    case 4:
      return assemble({ first: 0x80 | CONTROL.close, payload: random.bytes(random.below(126)) }, random);
    case 5:
      // Pieces of a message, with what may not stand between them.
      return Buffer.concat([
        assemble({ first: 0x01, payload: Buffer.from([0xff]) }, random),
        assemble({ first: 0x01, payload }, random),
      ]);
    case 6:
      return assemble({ first: 0x80, payload }, random);
    case 7:
      return random.bytes(1 + random.below(60));
    default:
      return assemble({ first: 0x81, payload: Buffer.from('{"type":"snapshot"}') }, random);
  }
}
