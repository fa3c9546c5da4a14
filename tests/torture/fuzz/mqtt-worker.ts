/** A thread in which the center in memory is driven with generated packets, or with those of a file. */
import { parentPort, workerData } from 'node:worker_threads';
import { greet } from '@heat-center/broker/greeting.ts';
import type { Shared } from '@heat-center/broker/shared.ts';
import { createRandom } from '../hostile/random.ts';
import { centerInMemory, decodingBroker, LOGINS } from './center-in-memory.ts';
import { MemoryWire } from '@heat-center/broker/memory-wire.ts';
import { greeting, packet, type MqttSource } from './mqtt-packets.ts';
import { STATION_SCHEMAS } from './station-schemas.ts';
import type { MqttWork, MqttWorkerMessage } from './mqtt-run.ts';

const CONNECTIONS = 32;
const STEPS = 100;
/** Processor time of one step over all connections that counts as a stall, s. */
const STALL_S = 0.2;
const REPORT_EVERY = 100;
/** Turns of the event loop in which everything must have come to rest. */
const TURNS = 200;

interface Client {
  readonly wire: MemoryWire;
  readonly sent: Buffer[];
  /** What it sends next; undefined when it has nothing more to say. */
  readonly next: () => Buffer | undefined;
  /** Into how many pieces a packet is cut, and whether the client leaves without a word. */
  readonly pieces: () => number;
  readonly abrupt: boolean;
}

const post = (message: MqttWorkerMessage): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
  parentPort?.postMessage(message);
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let running: readonly Client[] = [];
const state = { over: false, slowest_s: 0, cases: 0 };

function fail(fault: string): void {
  if (state.over) return;
  state.over = true;
  post({ kind: 'fault', fault, connections: running.map(({ sent }) => sent) });
}

process.on('uncaughtException', (error) => fail(`uncaught: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (error) =>
  fail(`unhandled rejection: ${error instanceof Error ? error.stack : String(error)}`),
);

async function until(condition: () => boolean): Promise<boolean> {
  for (let turns = 0; turns < TURNS; turns += 1) {
    if (condition()) return true;
    await turn();
  }
  return condition();
}

function send(client: Client, bytes: Buffer): void {
  client.sent.push(bytes);
  state.cases += 1;
  const pieces = client.pieces();
  for (let piece = 0; piece < pieces; piece += 1) {
    const from = Math.floor((bytes.length * piece) / pieces);
    client.wire.put(Buffer.from(bytes.subarray(from, Math.floor((bytes.length * (piece + 1)) / pieces))));
  }
}

/** Step by step, all connections say one packet each; then all leave, and nothing of them may be left. */
async function play(shared: Shared, clients: readonly Client[]): Promise<void> {
  running = clients;
  for (const { wire } of clients) {
    const greeting = greet(shared, wire);
    if (!shared.greetings.has(greeting)) fail('a new socket is not waited for');
  }
  for (let step = 0; !state.over; step += 1) {
    const before = process.threadCpuUsage();
    let said = 0;
    for (const client of clients) {
      const bytes = client.wire.destroyed ? undefined : client.next();
      if (!bytes) continue;
      said += 1;
      send(client, bytes);
    }
    if (said === 0) break;
    // The first packet is a login, which takes some turns; the others are answered within one.
    if (step === 0)
      await until(() => shared.greetings.size + shared.pending.size === 0 || clients.every(waitsForMore));
    await turn();
    const { user, system } = process.threadCpuUsage(before);
    state.slowest_s = Math.max(state.slowest_s, (user + system) / 1e6);
    if ((user + system) / 1e6 > STALL_S) fail(`one step took ${(user + system) / 1000} ms of the processor`);
  }
  for (const { wire, abrupt } of clients) wire.leave(abrupt);
  const { greetings, connections, pending, waiting, readers } = shared;
  const left = (): number =>
    greetings.size + connections.size + pending.size + waiting.messages + waiting.bytes + readers.size;
  if (!(await until(() => left() === 0))) {
    fail(
      `left behind: ${connections.size} connections, ${waiting.messages} messages, ${readers.size} readers`,
    );
  }
}

const waitsForMore = ({ wire }: Client): boolean => wire.destroyed || wire.connack !== undefined;

function generated(seed: number, pool: MqttSource['pool']): Client {
  const random = createRandom(seed);
  const source: MqttSource = { random, logins: LOGINS, schemas: STATION_SCHEMAS, pool };
  const hello = greeting(source);
  let step = 0;
  return {
    wire: new MemoryWire(),
    sent: [],
    next: () => {
      step += 1;
      if (step === 1) return hello.bytes;
      return step <= STEPS ? packet(source, hello.stations) : undefined;
    },
    pieces: () => (random.oneIn(8) ? 1 + random.below(5) : 1),
    abrupt: random.oneIn(2),
  };
}

function recorded(chunks: readonly Buffer[]): Client {
  const left = [...chunks];
  return { wire: new MemoryWire(), sent: [], next: () => left.shift(), pieces: () => 1, abrupt: true };
}

/** A station that does everything right must get its PUBACK, whatever the others did. */
async function checkWell(shared: Shared): Promise<void> {
  const wire = new MemoryWire();
  greet(shared, wire);
  const hello = Buffer.from([
    0x10, 22, 0, 4, 77, 81, 84, 84, 4, 0xc2, 0, 60, 0, 2, 115, 49, 0, 2, 115, 49, 0, 2, 112, 49,
  ]);
  wire.put(hello);
  if (!(await until(() => wire.connack === 0))) fail('a station with the right secret is not let in');
  const before = wire.bytesWritten;
  const body = `{"v":1,"at":${Date.now()},"primary":{"supply_c":95}}`;
  const topic = 'heat/v1/s1/telemetry';
  wire.put(
    Buffer.concat([
      Buffer.from([0x32, 2 + topic.length + 2 + body.length, 0, topic.length]),
      Buffer.from(topic),
      Buffer.from([0, 9]),
      Buffer.from(body),
    ]),
  );
  if (!(await until(() => wire.bytesWritten > before))) fail('a sound sample gets no PUBACK');
  wire.leave(false);
  await until(() => shared.connections.size === 0);
}

async function main(work: MqttWork): Promise<void> {
  const whole = await centerInMemory();
  const decoding = await decodingBroker();
  if (work.replay) {
    await play(
      whole,
      work.replay.map((chunks) => recorded(chunks.map((chunk) => Buffer.from(chunk)))),
    );
  }
  const pool = { telemetry: [], status: [], report: [] };
  for (let group = 0; state.cases < work.cases && !state.over; group += 1) {
    const first = work.seed + group * CONNECTIONS;
    // One group in eight goes through the cycle too: there the work is done that no bytes are needed for.
    const target = group % 8 === 0 ? whole : decoding;
    await play(
      target,
      Array.from({ length: CONNECTIONS }, (_, n) => generated(first + n, pool)),
    );
    if (group % REPORT_EVERY === 0) {
      running = [];
      await checkWell(whole);
      await checkWell(decoding);
      post({ kind: 'progress', cases: state.cases, slowest_s: state.slowest_s });
    }
  }
  if (!state.over) post({ kind: 'done', cases: state.cases, slowest_s: state.slowest_s });
  state.over = true;
}

await main(workerData as MqttWork);
process.exit();
