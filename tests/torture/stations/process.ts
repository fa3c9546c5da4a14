/** Stations in a process of their own, with the outbox and the link of the simulated firmware, to be killed at will. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { topicOf } from '@heat-center/contract/topics.ts';
import { MqttLink } from '@heat-center/simulators/firmware/mqtt-link.ts';
import { Outbox } from '@heat-center/simulators/firmware/outbox.ts';
import { Store } from '@heat-center/simulators/firmware/store.ts';
import type { Login } from '../../support/center.ts';
import { writeLedger, type LedgerWriter } from './ledger.ts';
import type { StationsFigures, StationsSpec, ToStations } from './protocol.ts';

const EVERY_MS = 100;
const MOST_UNANSWERED = 200;

interface Parts {
  readonly spec: StationsSpec;
  readonly store: Store;
  readonly ledger: LedgerWriter;
}

/** Twelve points, with an outdoor temperature that moves so that setpoints do. */
function bodyOf(at: number): object {
  const wave = Math.sin(at / 7000);
  const c = (base: number, spread: number): number => Math.round((base + spread * wave) * 10) / 10;
  return {
    at,
    primary: { supply_c: c(98, 2), return_c: c(51, 1), flow_m3_h: c(21, 1), power_kw: c(1170, 40) },
    circuits: {
      low: {
        supply_c: c(55, 1),
        return_c: c(44, 1),
        flow_m3_h: c(88, 2),
        valve_pct: c(41, 5),
        dp_kpa: c(80, 3),
        supply_set_c: 55,
        follows: 'center',
      },
    },
    outdoor_c: c(-3, 6),
  };
}

/** One station: samples go to disk, then to the center until it says that it has them. */
class Sender {
  readonly #parts: Parts;
  readonly #login: Login;
  readonly #boot = randomBytes(8).toString('hex');
  readonly #start: number;
  readonly #step_ms: number;
  readonly outbox: Outbox;
  readonly link: MqttLink;
  #seq = 0;
  #connection = 0;
  receipts = 0;

  constructor(parts: Parts, login: Login) {
    this.#parts = parts;
    this.#login = login;
    const { spec, store, ledger } = parts;
    const id = login.username;
    this.#step_ms = spec.backlog?.step_ms ?? Math.floor(1000 / spec.rate);
    // A whole second, so that times can be told apart by their last digits.
    this.#start = Math.ceil(Date.now() / 1000) * 1000 - (spec.backlog?.samples ?? 0) * this.#step_ms;
    const capacity = spec.capacity ?? 1_000_000;
    this.outbox = new Outbox({ store, station: id, boot: this.#boot, capacity });
    ledger.boot({ station: id, boot: this.#boot, start: this.#start, step_ms: this.#step_ms });
    for (let made = 0; made < (spec.backlog?.samples ?? 0); made += 10_000) {
      this.make(Math.min(10_000, (spec.backlog?.samples ?? 0) - made));
    }
    this.link = new MqttLink({
      url: spec.url,
      id,
      secret: () => login.password,
      random: Math.random,
      will: { topic: topicOf(id, 'status'), payload: () => this.#status('offline') },
      subscriptions: [topicOf(id, 'command'), topicOf(id, 'receipt')],
      onConnect: () => this.#onConnect(),
      onClose: () => undefined,
      onMessage: (topic, payload) => this.#onMessage(topic, payload),
    });
  }

  #status(state: 'online' | 'offline'): string {
    return JSON.stringify({ v: 1, state, boot: this.#boot, at: Date.now(), mode: 'remote' });
  }

  make(count: number): void {
    const samples: object[] = [];
    for (let n = 1; n <= count; n += 1) samples.push(bodyOf(this.#start + (this.#seq + n) * this.#step_ms));
    this.outbox.append(samples);
    this.#seq += count;
    this.#parts.ledger.appended(this.#boot, this.#seq);
  }

  /** Samples due by now. */
  due(now: number): number {
    return Math.max(0, Math.floor((now - this.#start) / this.#step_ms) - this.#seq);
  }

  #onConnect(): void {
    const topic = topicOf(this.#login.username, 'status');
    this.link.publish({ topic, payload: this.#status('online'), retain: true });
    this.#connection = this.outbox.connected(performance.now(), Date.now());
    this.send();
  }

  #onMessage(topic: string, payload: Uint8Array): void {
    const text = new TextDecoder().decode(payload);
    if (topic.endsWith('/receipt')) {
      const { boot, seq } = JSON.parse(text) as { boot: string; seq: number };
      this.#parts.ledger.receipt(boot, seq);
      this.receipts += 1;
      this.outbox.settled(boot, seq, performance.now());
      this.send();
      return;
    }
    this.#parts.ledger.command(text);
    this.#obey(JSON.parse(text) as Record<string, unknown>);
  }

  #obey({ id, epoch, seq, circuits, limits_rev }: Record<string, unknown>): void {
    const head = { v: 1, id, epoch, seq, at: Date.now() };
    const readback = {
      ...(circuits === undefined ? {} : { circuits }),
      ...(limits_rev === undefined ? {} : { limits_rev }),
    };
    const topic = topicOf(this.#login.username, 'report');
    for (const state of [{ state: 'accepted' }, { state: 'applied', readback }]) {
      this.link.publish({ topic, payload: JSON.stringify({ ...head, ...state }) });
    }
  }

  send(): void {
    if (!this.link.connected) return;
    const connection = this.#connection;
    for (;;) {
      const message = this.outbox.next(performance.now());
      if (!message) return;
      this.link.publish({ topic: topicOf(this.#login.username, 'telemetry'), payload: message.text }, () => {
        this.outbox.landed(connection);
        if (connection === this.#connection) this.send();
      });
    }
  }
}

/** Publishes single samples without a number and believes in PUBACK. */
function gateway({ spec, ledger }: Parts, login: Login): { link: MqttLink; make: (count: number) => void } {
  const id = login.username;
  let unanswered = 0;
  let at = 0;
  const link = new MqttLink({
    url: spec.url,
    id,
    secret: () => login.password,
    random: Math.random,
    will: { topic: topicOf(id, 'status'), payload: () => '{}' },
    subscriptions: [topicOf(id, 'receipt')],
    onConnect: () => {
      unanswered = 0;
    },
    onClose: () => undefined,
    onMessage: () => undefined,
  });
  const send = (): void => {
    at = Math.max(at + 1, Date.now());
    const measured = at;
    const payload = JSON.stringify({ v: 1, at: measured, primary: { supply_c: 95 } });
    unanswered += 1;
    link.publish({ topic: topicOf(id, 'telemetry'), payload }, (ok) => {
      unanswered = Math.max(0, unanswered - 1);
      if (ok) ledger.puback(id, measured);
    });
  };
  return {
    link,
    make(count) {
      const room = link.connected ? MOST_UNANSWERED - unanswered : 0;
      for (let n = 0; n < Math.min(count, room); n += 1) send();
    },
  };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the parent of this process
const spec = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as StationsSpec;
const store = new Store(join(spec.dir, 'outbox.sqlite'));
const ledger = writeLedger(join(spec.dir, 'ledger.txt'));
const parts: Parts = { spec, store, ledger };
const senders = spec.logins.map((login) => new Sender(parts, login));
const trusting = spec.gateway && gateway(parts, spec.gateway);
let hushed = spec.rate === 0;
let made = 0;

const turn = setInterval(() => {
  const now = Date.now();
  for (const sender of senders) {
    const count = hushed ? 0 : sender.due(now);
    if (count > 0) sender.make(count);
    made += count;
    sender.send();
  }
  if (!hushed) trusting?.make(Math.round((spec.rate * EVERY_MS) / 2000));
}, EVERY_MS);

const telling = setInterval(() => {
  const figures: StationsFigures = {
    kind: 'figures',
    connected: senders.filter(({ link }) => link.connected).length,
    made,
    unsettled: senders.reduce((sum, { outbox }) => sum + outbox.unsettled, 0),
    receipts: senders.reduce((sum, { receipts }) => sum + receipts, 0),
  };
  process.send?.(figures);
}, EVERY_MS);

async function stop(): Promise<void> {
  clearInterval(turn);
  clearInterval(telling);
  await Promise.all([...senders, ...(trusting ? [trusting] : [])].map(({ link }) => link.stop()));
  store.close();
  ledger.close();
  process.disconnect();
}

process.on('message', (message: ToStations) => {
  if (message.kind === 'hush') hushed = true;
  else void stop();
});
// Without its parent nobody would end it.
process.on('disconnect', () => process.exit(0));
for (const { link } of senders) link.start();
trusting?.link.start();
