/**
 * aedes behind the splitter: it accepts logins, and serves readers (and, in the broker that runs alone, every
 * subscription). PUBLISH packets of clients never reach it; what it shall route is given to `publish`.
 *
 * Everything is routed with QoS 1 and not retained, since aedes drops packets for a client when one that took a
 * shorter way through it (QoS 0, or plain beside retained) overtakes another. Retained messages are stored apart.
 */
import { Duplex } from 'node:stream';
import { Aedes } from 'aedes';
import type { AedesOptions, Client, ConnectPacket } from 'aedes';
import { writeToStream } from 'mqtt-packet';
import type { BrokerLog } from './handlers.ts';

// It would keep each of the 65,536 numbers of two bytes as a Buffer: 8 MB.
writeToStream.cacheNumbers = false;

/** Codes of CONNACK (MQTT 3.1.1, table 3.1). */
export const LOGIN = { accepted: 0, identifierRejected: 2, badSecret: 4, notAuthorized: 5 } as const;
export type LoginResult = (typeof LOGIN)[keyof typeof LOGIN];

export interface Login {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
}

/** What aedes asks of a connection. */
export interface AedesPeer {
  /** CONNECT was read; keepalive and will are the connection's, aedes is not told of them. */
  greeted(packet: ConnectPacket): void;
  login(login: Login): LoginResult;
  /** CONNACK was sent. */
  accepted(): void;
  subscribing(filter: string): boolean;
  unsubscribed(filter: string): void;
  readOn(): void;
  writeFromAedes(packet: Buffer, done: () => void): void;
  aedesEnded(): void;
}

/** The connection as aedes sees it. */
export class AedesStream extends Duplex {
  readonly peer: AedesPeer;

  constructor(peer: AedesPeer) {
    super();
    this.peer = peer;
  }

  override _read(): void {
    this.peer.readOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.peer.writeFromAedes(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.peer.writeFromAedes(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _destroy(_error: Error | null, done: (error: Error | null) => void): void {
    this.peer.aedesEnded();
    done(null);
  }
}

/** The part of aedes' persistence that is used directly; aedes sets it in `listen`. */
interface RetainedStore {
  storeRetained(packet: {
    topic: string;
    payload: Buffer;
    qos: 1;
    retain: true;
    cmd: 'publish';
  }): Promise<void>;
}

function hasRetainedStore(aedes: Aedes): aedes is Aedes & { persistence: RetainedStore } {
  return 'persistence' in aedes;
}

export class AedesCore {
  readonly #aedes: Aedes;
  readonly #retained: RetainedStore;

  private constructor(aedes: Aedes) {
    if (!hasRetainedStore(aedes)) throw new Error('aedes has no persistence to keep retained messages in.');
    this.#aedes = aedes;
    this.#retained = aedes.persistence;
  }

  static async start(log: BrokerLog, timeouts: { connectMs: number; drainMs: number }): Promise<AedesCore> {
    const options: AedesOptions = {
      // A finite queue is drained by recursion and overflows the stack; admission is bounded by the splitter.
      concurrency: 0,
      connectTimeout: timeouts.connectMs,
      drainTimeout: timeouts.drainMs,
      preConnect,
      authenticate,
      authorizeSubscribe: (client, subscription, callback) =>
        callback(null, peerOf(client).subscribing(subscription.topic) ? subscription : null),
      authorizePublish: (_client, _packet, callback) =>
        callback(new Error('The splitter takes what is published.')),
    };
    const aedes = await Aedes.createBroker(options);
    aedes.on('clientReady', (client) => peerOf(client).accepted());
    aedes.on('unsubscribe', (filters, client) => {
      for (const filter of filters) peerOf(client).unsubscribed(filter);
    });
    for (const event of ['clientError', 'connectionError'] as const) {
      aedes.on(event, (client: Client, error: Error) => log.debug({ client: client.id, err: error }, event));
    }
    aedes.addListener('error', (error: unknown) => log.error({ err: error }, 'aedes'));
    return new AedesCore(aedes);
  }

  get clients(): number {
    return this.#aedes.connectedClients;
  }

  attach(stream: AedesStream): void {
    this.#aedes.handle(stream);
  }

  /** Calls back when every subscriber has it in its socket or is gone. */
  publish(topic: string, payload: Uint8Array, done: () => void): void {
    const packet = {
      cmd: 'publish',
      topic,
      payload: asBuffer(payload),
      qos: 1,
      retain: false,
      dup: false,
    } as const;
    this.#aedes.publish(packet, done);
  }

  /** Keeps it for those who subscribe later; an empty payload deletes. The bytes are copied. */
  retain(topic: string, payload: Uint8Array): void {
    void this.#retained.storeRetained({
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos: 1,
      retain: true,
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#aedes.close(resolve));
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function peerOf(client: Client): AedesPeer {
  if (client.conn instanceof AedesStream) return client.conn.peer;
  throw new Error('A client of aedes came from elsewhere than the splitter.');
}

const preConnect: NonNullable<AedesOptions['preConnect']> = (client, packet, callback) => {
  peerOf(client).greeted(packet);
  // aedes sees only a part of the packets, would publish wills without a client, and never forgets a session.
  packet.keepalive = 0;
  packet.clean = true;
  delete packet.will;
  callback(null, true);
};

const authenticate: NonNullable<AedesOptions['authenticate']> = (client, ...given) => {
  const [username, password, callback] = given;
  const result = peerOf(client).login({ clientId: client.id, username, password });
  // A turn later, so that an earlier connection of the same identity has left aedes.
  setImmediate(() => {
    if (result === LOGIN.accepted) callback(null, true);
    else callback(Object.assign(new Error('Login refused.'), { returnCode: result }), false);
  });
};
