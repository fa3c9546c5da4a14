/** A TCP proxy that makes a link bad on purpose: what stands between a station and its center for thousands of kilometres. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { direction, type Direction } from './tcp-direction.ts';

/** `up` is from whoever connects to the target, `down` the way back. */
export type Way = 'up' | 'down';

/** What a direction of every connection suffers; connections that are open feel a change at once. */
export interface Faults {
  /** Time that each byte is under way, ms. */
  readonly delay_ms: number;
  /** Bytes a second; further ones wait. */
  readonly bytes_per_s: number;
  /** Nothing is read: what is sent waits in the sender's kernel and arrives after the pause. */
  readonly paused: boolean;
  /**
   * Everything disappears without a sign, also the end of a connection. A connection that lost bytes is reset when the
   * hole closes, since TCP never delivers what comes after a loss.
   */
  readonly hole: boolean;
  /** Chance that a piece of data is lost together with its connection, which is reset. */
  readonly reset_share: number;
}

export interface TcpProxy {
  readonly port: number;
  /** Connections that are open now, and all that ever were. */
  readonly open: number;
  readonly accepted: number;
  /** Bytes delivered in a direction. */
  readonly delivered: Readonly<Record<Way, number>>;
  /** Changes the faults of both directions, or of one. */
  set(faults: Partial<Faults>, ways?: readonly Way[]): void;
  /** Where new connections lead. */
  retarget(port: number): void;
  /** New connections are reset at once, until told otherwise. */
  refuse(refusing: boolean): void;
  /** RST on both ends of every open connection. Returns how many there were. */
  reset(): number;
  /** FIN in one direction of every open connection; the other goes on, later bytes in this one are dropped. */
  halfClose(way: Way): void;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  /** Port on the loopback address that new connections lead to. */
  readonly target: number;
  /** Uniform in [0, 1): decides on resets. Needed where `reset_share` is used. */
  readonly random?: () => number;
  readonly faults?: Partial<Faults>;
}

const SOUND: Faults = {
  delay_ms: 0,
  bytes_per_s: Infinity,
  paused: false,
  hole: false,
  reset_share: 0,
};
const WAYS: readonly Way[] = ['up', 'down'];

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly ways: Readonly<Record<Way, Direction>>;
}

/** A proxy on a free port of the loopback address. */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const random = options.random ?? (() => 1);
  const faults: Record<Way, Faults> = {
    up: { ...SOUND, ...options.faults },
    down: { ...SOUND, ...options.faults },
  };
  const delivered: Record<Way, number> = { up: 0, down: 0 };
  const pairs = new Set<Pair>();
  let { target } = options;
  let refusing = false;
  let accepted = 0;

  function kill(pair: Pair): void {
    pairs.delete(pair);
    for (const way of WAYS) pair.ways[way].stop();
    for (const socket of [pair.client, pair.server]) socket.resetAndDestroy();
  }

  function join(client: Socket): void {
    accepted += 1;
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const of = (way: Way, from: Socket, to: Socket): Direction =>
      direction({
        from,
        to,
        random,
        faults: () => faults[way],
        lost: () => kill(pair),
        delivered: (bytes) => {
          delivered[way] += bytes;
        },
      });
    const pair: Pair = {
      client,
      server,
      ways: { up: of('up', client, server), down: of('down', server, client) },
    };
    pairs.add(pair);
    for (const socket of [client, server]) {
      // In a hole neither end learns that the other is gone.
      socket.on('error', () => {
        if (!faults.up.hole && !faults.down.hole) kill(pair);
      });
      socket.on('close', () => {
        if (client.destroyed && server.destroyed) pairs.delete(pair);
      });
    }
  }

  const listener = createServer({ noDelay: true, allowHalfOpen: true }, join);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  return {
    port,
    get open() {
      return pairs.size;
    },
    get accepted() {
      return accepted;
    },
    delivered,
    set(change, ways = WAYS) {
      for (const way of ways) faults[way] = { ...faults[way], ...change };
      for (const pair of pairs) {
        const broken = ways.some((way) => !pair.ways[way].changed());
        if (broken || pair.client.errored || pair.server.errored) kill(pair);
      }
    },
    retarget(next) {
      target = next;
    },
    refuse(next) {
      refusing = next;
    },
    reset() {
      const { size } = pairs;
      for (const pair of pairs) kill(pair);
      return size;
    },
    halfClose(way) {
      for (const pair of pairs) pair.ways[way].end();
    },
    async close() {
      for (const pair of pairs) kill(pair);
      const closed = once(listener, 'close');
      listener.close();
      await closed;
    },
  };
}
