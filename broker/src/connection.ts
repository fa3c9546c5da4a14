/** One client that has said CONNECT: bytes in, packets to the splitter, bytes out, and every way in which it ends. */
import type { Identity, ParsedTopic } from '@heat-center/contract/topics.ts';
import type { ConnectPacket } from 'aedes';
import { AckQueue } from './acks.ts';
import { AedesStream, LOGIN } from './aedes-core.ts';
import type { AedesPeer, Login, LoginResult } from './aedes-core.ts';
import { Deliveries } from './deliveries.ts';
import type { Delivery } from './deliveries.ts';
import { leaveWill } from './intake.ts';
import { logIn, ownTopics } from './login.ts';
import type { CloseReason } from './metrics.ts';
import { Output } from './output.ts';
import type { Greeted } from './greeting.ts';
import { acknowledgement, asksForPuback, isPuback, type PacketFramer } from './packet.ts';
import { permitsSubscribe } from './permissions.ts';
import type { Reader } from './readers.ts';
import type { Session } from './sessions.ts';
import type { Shared } from './shared.ts';
import { split } from './splitter.ts';
import type { Subscriber } from './subscriptions.ts';
import type { Wire } from './wire.ts';

/** Nothing more is sent when a connection ends so. */
const ABRUPT: ReadonlySet<CloseReason> = new Set(['not_reading', 'socket_error', 'too_many']);

/** A reader that took nothing for so long (ms) is ended when the room for copies is used up. */
const GIVE_WAY_MS = 1000;

export class Connection implements Session, Subscriber, AedesPeer, Reader {
  phase: 'connecting' | 'open' | 'closed' = 'connecting';
  identity: Identity | undefined;
  /** What the identity may publish to, by topic. */
  topics: ReadonlyMap<string, ParsedTopic> = new Map();
  will: ConnectPacket['will'];
  readonly shared: Shared;
  readonly address: string;
  /** Whom a client certificate names that our authority signed; its password is then not asked for. */
  readonly certified: string | undefined;
  readonly acks: AckQueue;
  readonly deliveries: Deliveries;
  readonly output: Output;
  /** Messages of QoS 2 that the client has not released: on their way to the center, or received there. */
  readonly unreleased = new Map<number, 'waiting' | 'received'>();
  /** Topics that the splitter serves to this connection. */
  readonly served = new Set<string>();
  readonly #socket: Wire;
  readonly #framer: PacketFramer;
  readonly #openedAt: number;
  #stream: AedesStream | undefined;
  #streamFull = false;
  #keepaliveMs = 0;
  /** Since when a reader got copies with QoS 1 and acknowledged none. */
  #copiesUnansweredSince: number | undefined;
  #lastPacketAt: number;
  #reading = false;
  #paused = false;
  #wakeScheduled = false;

  constructor(shared: Shared, socket: Wire, { framer, openedAt, certified }: Greeted) {
    this.certified = certified;
    const { limits, counters, flusher, now } = shared;
    this.shared = shared;
    this.address = socket.remoteAddress ?? '';
    this.#socket = socket;
    this.#framer = framer;
    this.#openedAt = openedAt;
    this.#lastPacketAt = openedAt;
    this.output = new Output({ socket, flusher, limits, onOverflow: () => this.close('not_reading') });
    this.acks = new AckQueue(limits, shared.waiting, (messageId) => this.#acknowledge(messageId));
    const write = (packet: Buffer): void => this.output.write(packet);
    this.deliveries = new Deliveries({ bound: limits.unacknowledged, counters, write, now });
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('end', () => this.close('peer_closed'));
    socket.on('error', () => this.close('socket_error'));
    socket.on('close', () => this.close('peer_closed'));
    shared.connections.add(this);
    shared.pending.add(this);
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Hands its CONNECT to aedes. What follows it is not read before the CONNACK. */
  connect(packet: Buffer): void {
    this.#stream = new AedesStream(this);
    this.shared.core.attach(this.#stream);
    this.passOn(packet);
  }

  passOn(packet: Buffer): void {
    if (isPuback(packet)) this.#copiesUnansweredSince = undefined;
    if (this.#stream?.push(packet) === false) this.#streamFull = true;
  }

  greeted(packet: ConnectPacket): void {
    this.#keepaliveMs = (packet.keepalive ?? 0) * 1000;
    this.will = packet.will;
  }

  login(login: Login): LoginResult {
    return this.phase === 'connecting' ? logIn(this, login) : LOGIN.notAuthorized;
  }

  accepted(): void {
    if (this.phase !== 'connecting' || !this.identity) return;
    this.phase = 'open';
    this.topics = ownTopics(this.identity);
    this.#framer.limit = this.shared.limits.packetBytes;
    this.shared.pending.delete(this);
    this.shared.counters.loginsAccepted += 1;
    this.shared.sessions.opened(this.identity);
    this.#read();
  }

  subscribing(filter: string): boolean {
    const { identity, shared } = this;
    // aedes may come to a SUBSCRIBE only after what followed it has ended the connection.
    if (!identity || this.phase === 'closed' || !permitsSubscribe(this, filter)) return false;
    if (identity.kind === 'reader') shared.readers.subscribed(this, filter);
    return true;
  }

  unsubscribed(filter: string): void {
    this.shared.readers.unsubscribed(this, filter);
  }

  readOn(): void {
    this.#streamFull = false;
    this.wake();
  }

  writeFromAedes(packet: Buffer, done: () => void): void {
    if (this.phase === 'closed') {
      done();
      return;
    }
    if (this.identity?.kind === 'reader' && asksForPuback(packet)) {
      this.#copiesUnansweredSince ??= this.shared.now();
    }
    this.output.writeThen(packet, done);
  }

  giveWay(): void {
    if (this.output.congested && this.output.stuckFor(this.shared.now()) > GIVE_WAY_MS) {
      this.close('not_reading');
    }
  }

  aedesEnded(): void {
    if (this.phase === 'connecting') this.close('login_refused');
    // aedes gives up on a receiver after its drainTimeout.
    else this.close(this.output.congested ? 'not_reading' : 'broker_core');
  }

  deliver(delivery: Delivery, qos: 0 | 1): boolean {
    if (qos === 1) return this.deliveries.send(delivery);
    this.deliveries.sendUnacknowledged(delivery);
    return true;
  }

  /** Goes on reading if what stopped it is over; in a turn of its own, never inside a caller's `done()`. */
  readonly wake = (): void => {
    if (!this.#paused || this.#wakeScheduled) return;
    this.#wakeScheduled = true;
    setImmediate(() => {
      this.#wakeScheduled = false;
      this.#read();
    });
  };

  /** Why the connection has to end now, if its time is up. */
  overdue(now: number): CloseReason | undefined {
    const { limits } = this.shared;
    if (this.phase !== 'open') {
      return now - this.#openedAt > limits.connectTimeoutMs ? 'connect_timeout' : undefined;
    }
    // While we do not read, silence is ours. The factor is that of MQTT-3.1.2-24.
    const silentMs = this.#paused || this.#keepaliveMs === 0 ? 0 : now - this.#lastPacketAt;
    if (silentMs > 1.5 * this.#keepaliveMs) return 'keepalive';
    const { fullSince } = this.deliveries;
    if (fullSince !== undefined && now - fullSince > limits.unacknowledgedMs) return 'not_acknowledging';
    if (this.output.stuckFor(now) > limits.stalledMs) return 'not_reading';
    // What a frozen reader has not read lies in the buffers of two kernels for long; its silence is seen sooner.
    const silent = this.#copiesUnansweredSince;
    return silent !== undefined && now - silent > limits.stalledMs ? 'not_acknowledging' : undefined;
  }

  end(reason: 'taken_over' | 'revoked'): void {
    this.close(reason);
  }

  close(reason: CloseReason): void {
    if (this.phase === 'closed') return;
    const { shared, identity } = this;
    const wasOpen = this.phase === 'open';
    this.phase = 'closed';
    shared.counters.close(reason);
    shared.log.debug({ identity: identity?.id, address: this.address, reason }, 'connection closed');
    shared.connections.delete(this);
    shared.pending.delete(this);
    shared.readers.gone(this);
    shared.waiting.forget(this.wake);
    this.acks.abandon();
    for (const topic of this.served) shared.subscriptions.remove(topic, this);
    if (identity) shared.sessions.release(identity, this);
    if (identity && wasOpen) {
      if (reason !== 'disconnect' && reason !== 'shutdown') leaveWill(this);
      shared.sessions.closed(identity);
    }
    this.#stream?.destroy();
    if (ABRUPT.has(reason)) {
      this.#socket.destroy();
      return;
    }
    // What is left to come of a packet that is too large would only fill memory.
    if (reason === 'packet_too_large') this.#socket.pause();
    else this.#socket.resume();
    this.output.end();
  }

  #acknowledge(messageId: number): void {
    const once = this.unreleased.has(messageId);
    if (once) this.unreleased.set(messageId, 'received');
    this.output.write(acknowledgement(once ? 'pubrec' : 'puback', messageId));
  }

  #received(chunk: Buffer): void {
    if (this.phase === 'closed') return;
    this.#framer.push(chunk);
    this.#read();
  }

  #ready(): boolean {
    if (this.phase === 'connecting' || this.phase === 'closed') return false;
    return !this.#streamFull && !this.acks.full && !this.shared.waiting.full;
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    let packets = 0;
    while (this.#ready()) {
      const packet = this.#framer.next();
      if (!packet) break;
      packets += 1;
      split(this, packet);
    }
    this.#reading = false;
    if (packets > 0) this.#lastPacketAt = this.shared.now();
    if (this.#framer.fault) this.#fail(this.#framer.fault);
    this.#regulate();
  }

  #fail(fault: NonNullable<PacketFramer['fault']>): void {
    const { handlers, counters } = this.shared;
    if (fault === 'packet_too_large' && this.phase !== 'closed') {
      counters.refuse(fault);
      if (this.identity && this.identity.stations.length > 0)
        handlers.onRefusedTelemetry(this.identity.id, fault);
    }
    this.close(fault);
  }

  /** Stops and starts reading the socket; what is unread stays with the sender. */
  #regulate(): void {
    if (this.phase === 'closed') return;
    const pause = !this.#ready();
    if (pause && this.shared.waiting.full) this.shared.waiting.onRoom(this.wake);
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) {
      this.#socket.pause();
    } else {
      this.#lastPacketAt = this.shared.now();
      this.#socket.resume();
    }
  }
}
