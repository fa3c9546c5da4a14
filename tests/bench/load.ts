/**
 * The load: stations on raw sockets that publish at a fixed rate and count what comes back. A process of its own,
 * not counted in any figure; it speaks MQTT 3.1.1 by hand so that it does not become the bottleneck.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

export interface LoadSpec {
  readonly host: string;
  readonly port: number;
  readonly logins: readonly { readonly username: string; readonly password: string }[];
  /** Messages a second over all stations. */
  readonly rate: number;
  readonly seconds: number;
  /** First part that is not measured, s. */
  readonly warmup_s: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly acknowledged: number;
  readonly commands: number;
  readonly receipts: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** Wall time of the measured part, s. */
  readonly measured_s: number;
  readonly measured_sent: number;
}

const PUBLISH = 3;
const PUBACK = 4;
const TICK_MS = 5;

interface Station {
  readonly socket: Socket;
  readonly topic: Buffer;
  readonly boot: string;
  seq: number;
  /** Time of sending by message id. */
  readonly pending: Map<number, number>;
  rest: Buffer;
}

const totals = { sent: 0, acknowledged: 0, commands: 0, receipts: 0, measuredSent: 0 };
const latencies: number[] = [];
let measuring = false;

/** Twelve points, about 330 bytes, as a real station would send. */
function payload(station: Station, at: number): string {
  const wave = Math.sin(at / 60_000 + station.seq / 50);
  const c = (base: number, spread: number): string => (base + spread * wave).toFixed(1);
  return (
    `{"v":1,"boot":"${station.boot}","seq":${station.seq},"at":${at},` +
    `"primary":{"supply_c":${c(98, 2)},"return_c":${c(51, 1)},"flow_m3_h":${c(21, 1)},"power_kw":${c(1170, 40)}},` +
    `"circuits":{"low":{"supply_c":${c(62.9, 0.3)},"return_c":${c(46, 1)},"flow_m3_h":${c(88, 2)},"valve_pct":${c(41, 5)},` +
    `"dp_kpa":${c(80, 3)},"supply_set_c":62.9,"follows":"center"}},"outdoor_c":${c(-3, 1)}}`
  );
}

function publish(station: Station): void {
  station.seq += 1;
  const id = (station.seq % 65_535) + 1;
  const body = payload(station, Date.now());
  const length = 2 + station.topic.length + 2 + Buffer.byteLength(body);
  const packet = Buffer.allocUnsafe(1 + 2 + length);
  packet[0] = (PUBLISH << 4) | 2;
  packet[1] = (length & 0x7f) | 0x80;
  packet[2] = length >> 7;
  packet.writeUInt16BE(station.topic.length, 3);
  station.topic.copy(packet, 5);
  packet.writeUInt16BE(id, 5 + station.topic.length);
  packet.write(body, 7 + station.topic.length);
  station.pending.set(id, performance.now());
  station.socket.write(packet);
  totals.sent += 1;
  if (measuring) totals.measuredSent += 1;
}

function handle(station: Station, packet: Buffer, headerBytes: number): void {
  const first = packet[0] ?? 0;
  if (first >> 4 === PUBACK) {
    const id = packet.readUInt16BE(2);
    const at = station.pending.get(id);
    station.pending.delete(id);
    totals.acknowledged += 1;
    if (at !== undefined && measuring && totals.acknowledged % 7 === 0)
      latencies.push(performance.now() - at);
  }
  if (first >> 4 === PUBLISH) {
    const topicBytes = packet.readUInt16BE(headerBytes);
    const id = packet.readUInt16BE(headerBytes + 2 + topicBytes);
    const last = packet[headerBytes + 1 + topicBytes];
    // Of the topics that come, only …/command ends in d.
    if (last === 0x64) totals.commands += 1;
    else totals.receipts += 1;
    if ((first & 6) === 2) station.socket.write(Buffer.from([PUBACK << 4, 2, id >> 8, id & 0xff]));
  }
}

function onData(station: Station, chunk: Buffer): void {
  let bytes = station.rest.length === 0 ? chunk : Buffer.concat([station.rest, chunk]);
  for (;;) {
    let length = 0;
    let header = 1;
    let complete = false;
    for (; header < 5 && header < bytes.length; header += 1) {
      const byte = bytes[header] ?? 0;
      length += (byte & 0x7f) * 128 ** (header - 1);
      if (byte < 0x80) {
        complete = true;
        header += 1;
        break;
      }
    }
    if (!complete || bytes.length < header + length) break;
    handle(station, bytes.subarray(0, header + length), header);
    bytes = bytes.subarray(header + length);
  }
  station.rest = bytes;
}

async function open(spec: LoadSpec, login: LoadSpec['logins'][number]): Promise<Station> {
  const socket = connect({ host: spec.host, port: spec.port, noDelay: true });
  await once(socket, 'connect');
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: login.username,
      username: login.username,
      password: Buffer.from(login.password),
      keepalive: 60,
    }),
  );
  const [connack] = (await once(socket, 'data')) as [Buffer];
  if (connack[3] !== 0) throw new Error(`${login.username} was refused with ${connack[3]}`);
  const own = `heat/v1/${login.username}`;
  const subscriptions = [`${own}/command`, `${own}/receipt`, 'heat/v1/center/heartbeat'];
  socket.write(
    generate({
      cmd: 'subscribe',
      messageId: 65_535,
      subscriptions: subscriptions.map((topic) => ({ topic, qos: 1 as const })),
    }),
  );
  const station: Station = {
    socket,
    topic: Buffer.from(`${own}/telemetry`),
    boot: `bench-${Date.now().toString(36)}`,
    seq: 0,
    pending: new Map(),
    rest: Buffer.alloc(0),
  };
  socket.on('data', (chunk: Buffer) => onData(station, chunk));
  return station;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

async function run(spec: LoadSpec): Promise<LoadResult> {
  const stations: Station[] = [];
  for (const login of spec.logins) stations.push(await open(spec, login));
  process.send?.({ kind: 'connected' });
  const begin = performance.now();
  let next = 0;
  let due = 0;
  let measuredFrom = 0;
  let measuredTo = 0;
  for (;;) {
    const elapsed = (performance.now() - begin) / 1000;
    if (!measuring && elapsed >= spec.warmup_s) {
      measuring = true;
      measuredFrom = performance.now();
      process.send?.({ kind: 'measure' });
    }
    if (elapsed >= spec.seconds) break;
    for (due = Math.floor(elapsed * spec.rate); totals.sent < due; next += 1) {
      const station = stations[next % stations.length];
      if (station) publish(station);
    }
    await sleep(TICK_MS);
  }
  measuring = false;
  measuredTo = performance.now();
  process.send?.({ kind: 'measured' });
  for (let wait = 0; wait < 100 && totals.acknowledged < totals.sent; wait += 1) await sleep(100);
  for (const { socket } of stations) socket.destroy();
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    sent: totals.sent,
    acknowledged: totals.acknowledged,
    commands: totals.commands,
    receipts: totals.receipts,
    p50_ms: quantile(sorted, 0.5),
    p99_ms: quantile(sorted, 0.99),
    measured_s: (measuredTo - measuredFrom) / 1000,
    measured_sent: totals.measuredSent,
  };
}

const spec = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadSpec;
process.send?.({ kind: 'result', result: await run(spec) });
process.disconnect();
