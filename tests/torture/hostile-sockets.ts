/** A thousand strangers on one port, then on the other, who waste what they can: sizes, time, nonsense, silence. */
import { connect, type Socket } from 'node:net';
import { createRandom, type Random } from './hostile/random.ts';
import { metricsOf, sleep, startLoadedCenter, type LoadedCenter } from './hostile/loaded-center.ts';
import { ADMIN_TOKEN } from '../support/center.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const FULL = {
  load: { stations: 1000, rate: 1000, seconds: 240, warmup_s: 90 },
  phase_s: 50,
  limits: { memory_mb: 64, p99_ms: 250 },
};
const QUICK = {
  load: { stations: 40, rate: 400, seconds: 18, warmup_s: 4 },
  phase_s: 3,
  // The short form shares the machine with other tests.
  limits: { memory_mb: 128, p99_ms: 3000 },
};
/** A stranger who was closed comes back after this, so that their number stays. */
const BACK_MS = 1000;
const ZEROS = Buffer.alloc(64 * 1024);

type Attack = (socket: Socket, random: Random) => () => void;

/** Writes as fast as the other side takes it, up to a bound for each connection. */
function flood(socket: Socket, bytes: number): () => void {
  let left = bytes;
  const pour = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= ZEROS.length;
      if (!socket.write(ZEROS)) return;
    }
  };
  socket.on('drain', pour);
  pour();
  return () => undefined;
}

/** One byte a second. */
function drip(socket: Socket, bytes: Buffer): () => void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length) socket.write(bytes.subarray(at, at + 1));
    at += 1;
  }, 1000);
  return () => clearInterval(timer);
}

function once(socket: Socket, bytes: Buffer): () => void {
  socket.write(bytes);
  return () => undefined;
}

const MQTT_CONNECT = Buffer.from([0x10, 0xfc, 0x1f, 0, 4, 77, 81, 84, 84, 4, 0xc2, 0, 60, 0, 200]);
const HTTP_HEAD = 'POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';

const MQTT: Readonly<Record<string, Attack>> = {
  'huge length': (socket) => {
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
    return flood(socket, 1024 * 1024);
  },
  'as much as is allowed, never finished': (socket) =>
    once(socket, Buffer.concat([MQTT_CONNECT, Buffer.alloc(4000)])),
  'a byte a second': (socket) => drip(socket, MQTT_CONNECT),
  garbage: (socket, random) => once(socket, random.bytes(512)),
  silence: () => () => undefined,
};

const HTTP: Readonly<Record<string, Attack>> = {
  'huge body': (socket) => {
    socket.write(`${HTTP_HEAD}content-length: 9000000000\r\n\r\n`);
    return flood(socket, 1024 * 1024);
  },
  'chunks without end': (socket) => {
    socket.write(`${HTTP_HEAD}transfer-encoding: chunked\r\n\r\nfffffff\r\n`);
    return flood(socket, 1024 * 1024);
  },
  'huge header': (socket) => once(socket, Buffer.from(`${HTTP_HEAD}x: ${'a'.repeat(15_000)}`)),
  'a byte a second': (socket) => drip(socket, Buffer.from(HTTP_HEAD)),
  garbage: (socket, random) => once(socket, random.bytes(512)),
  silence: () => () => undefined,
};

/** Keeps `count` connections busy with the attacks in turn; the returned function ends them and says how many there were. */
function attack(
  url: string,
  attacks: Readonly<Record<string, Attack>>,
  given: { count: number; seed: number },
) {
  const { hostname, port } = new URL(url);
  const random = createRandom(given.seed);
  const kinds = Object.values(attacks);
  const sockets = new Set<Socket>();
  let opened = 0;
  let over = false;
  const open = (kind: Attack): void => {
    if (over) return;
    const socket = connect({ host: hostname, port: Number(port) });
    opened += 1;
    sockets.add(socket);
    let stop = (): void => undefined;
    socket.once('connect', () => {
      stop = kind(socket, random);
    });
    // Answers are read, so that it is the center that decides when it is enough.
    socket.resume();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      stop();
      sockets.delete(socket);
      setTimeout(open, BACK_MS, kind);
    });
  };
  for (let n = 0; n < given.count; n += 1) {
    const kind = kinds[n % kinds.length];
    if (kind) open(kind);
  }
  return () => {
    over = true;
    for (const socket of sockets) socket.destroy();
    return opened;
  };
}

/** How long an answer of the API takes while all this goes on, ms. */
async function askAllTheTime({ center }: LoadedCenter, until: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (!until()) {
    const from = performance.now();
    const answer = await fetch(`${center.url}/api/v1/session`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    await answer.text();
    if (answer.status !== 200) throw new Error(`a healthy request was answered ${answer.status}`);
    times.push(performance.now() - from);
    await sleep(50);
  }
  return times.toSorted((a, b) => a - b);
}

async function run({ seed, quick, say }: Given): Promise<Outcome> {
  const { load, phase_s, limits } = quick ? QUICK : FULL;
  const count = quick ? 200 : 1000;
  const loaded = await startLoadedCenter(load);
  const { center } = loaded;
  try {
    await loaded.settled();
    loaded.peakMb();
    // The same load for as long without strangers: what the center grows by then is not theirs.
    await sleep(phase_s * 1000);
    const alone_mb = loaded.peakMb();
    say(`${count} strangers on each port, one port after the other; ${alone_mb.toFixed(0)} MB without them`);
    let over = false;
    const asking = askAllTheTime(loaded, () => over);
    const told: string[] = [];
    let most_mb = 0;
    for (const [port, url, attacks] of [
      ['MQTT', center.mqttUrl, MQTT],
      ['HTTP', center.url, HTTP],
    ] as const) {
      const leave = attack(url, attacks, { count, seed });
      await sleep(phase_s * 1000);
      const more_mb = loaded.peakMb() - alone_mb;
      told.push(
        `${count} on ${port} (${leave()} in ${phase_s} s) ${more_mb >= 0 ? '+' : ''}${more_mb.toFixed(0)} MB`,
      );
      most_mb = Math.max(most_mb, more_mb);
    }
    const result = await loaded.load;
    over = true;
    const answers = await asking;
    const metrics = await metricsOf(center);
    const http_ms = answers[Math.floor(answers.length * 0.99)] ?? Number.NaN;
    const kept =
      most_mb <= limits.memory_mb &&
      result.p99_ms <= limits.p99_ms &&
      http_ms <= limits.p99_ms &&
      result.acknowledged === result.sent;
    return {
      state: kept ? 'kept' : 'broken',
      figures:
        `${told.join(', ')} on the ${alone_mb.toFixed(0)} of ${phase_s} s without them, at ${load.rate} messages/s: ` +
        `PUBACK p99 ${result.p99_ms.toFixed(0)} ms, API p99 ${http_ms.toFixed(0)} ms, ` +
        `${metrics('broker_pendingLogins')} pending logins at the end`,
    };
  } finally {
    await loaded.close();
  }
}

export const hostileSockets: Scenario = {
  name: 'hostile-sockets',
  promise: 'A thousand strangers slow nobody down and cost little memory, whichever port they choose',
  run,
};
