/** The same load for as long as one likes, with stations that come and go: does memory grow? */
import { connect as connectSocket, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { residentMb } from '../bench/cpu.ts';
import { runLoad } from '../bench/run-load.ts';
import { removeDataDir, startCenter, type CenterProcess, type Login } from '../support/center.ts';
import { debuggerOf, DEBUGGABLE, type Debugger } from './field/debugger.ts';
import { metricsOf, openFeed, registerMany, sleep } from './hostile/loaded-center.ts';
import { createRandom } from './hostile/random.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const RATE = 5000;
const STEADY = 400;
const RESTLESS = 100;
/** Each sample begins with a full collection of garbage in all threads, so that what is left is what is held. */
const SAMPLE_EVERY_MS = 20_000;
const RETURNED_AFTER_MS = 1000;
/** Of so many samples one is told as it is taken. */
const SAID_EVERY = 15;
const LIMIT_MB_H = 1;
/** By then the record of each station's commands is as long as it gets. */
const RECORDS_FULL_S = 4800;

interface Sample {
  readonly at_h: number;
  readonly heap_mb: number;
  readonly resident_mb: number;
}

/** Slope of the line of least squares through values over hours, and the standard error of that slope. */
function slopeOf(points: readonly (readonly [at_h: number, value: number])[]): {
  slope: number;
  error: number;
} {
  const n = points.length;
  const meanAt = points.reduce((sum, [at]) => sum + at, 0) / n;
  const meanValue = points.reduce((sum, [, value]) => sum + value, 0) / n;
  const spread = points.reduce((sum, [at]) => sum + (at - meanAt) ** 2, 0);
  const slope = points.reduce((sum, [at, value]) => sum + (at - meanAt) * (value - meanValue), 0) / spread;
  const residual = points.reduce(
    (sum, [at, value]) => sum + (value - meanValue - slope * (at - meanAt)) ** 2,
    0,
  );
  return { slope, error: Math.sqrt(residual / (n - 2) / spread) };
}

/** Stations that log in, subscribe, and break off after a while, again and again, and screens that do so too. */
function restless(center: CenterProcess, logins: readonly Login[], seed: number): () => number {
  const { hostname, port } = new URL(center.mqttUrl);
  const random = createRandom(seed);
  const sockets = new Set<Socket>();
  let over = false;
  let connects = 0;
  const come = ({ username, password }: Login): void => {
    if (over) return;
    connects += 1;
    const socket = connectSocket({ host: hostname, port: Number(port) });
    sockets.add(socket);
    const options = { protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 60 } as const;
    const filters = [`heat/v1/${username}/command`, `heat/v1/${username}/receipt`];
    socket.write(
      Buffer.concat([
        generate({
          cmd: 'connect',
          ...options,
          clientId: username,
          username,
          password: Buffer.from(password),
        }),
        generate({
          cmd: 'subscribe',
          messageId: 1,
          subscriptions: filters.map((topic) => ({ topic, qos: 1 })),
        }),
      ]),
    );
    socket.resume();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      come({ username, password });
    });
    setTimeout(() => socket.resetAndDestroy(), 2000 + random.below(8000));
  };
  for (const login of logins) come(login);
  const screens = setInterval(() => {
    const screen = openFeed(center);
    setTimeout(() => screen.terminate(), 8000);
  }, 10_000);
  return () => {
    over = true;
    clearInterval(screens);
    for (const socket of sockets) socket.destroy();
    return connects;
  };
}

async function sampleOf(center: CenterProcess, inside: Debugger, from: number): Promise<Sample> {
  const at_h = (performance.now() - from) / 3_600_000;
  await inside.everywhere('HeapProfiler.collectGarbage');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the DevTools protocol
  const heaps = (await inside.everywhere('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize: number;
  }[];
  // What was freed goes back to the machine a moment later.
  await sleep(RETURNED_AFTER_MS);
  const held = heaps.reduce(
    (sum, { usedSize, backingStorageSize }) => sum + usedSize + backingStorageSize,
    0,
  );
  return { at_h, heap_mb: held / 2 ** 20, resident_mb: residentMb(center.pid) };
}

async function run({ seed, quick, say, minutes = quick ? 1 : 240 }: Given): Promise<Outcome> {
  const seconds = Math.round(minutes * 60);
  // Caches and the compiler settle in the first third; what is kept of commands grows until a station has had so many.
  const warmup_s = Math.round(Math.max(seconds / 3, Math.min(seconds / 2, RECORDS_FULL_S)));
  const center = await startCenter({ env: { ...DEBUGGABLE, HEAT_CENTER_LOG_LEVEL: 'error' } });
  const inside = await debuggerOf(center);
  try {
    const ids = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`);
    const steady = await registerMany(center, ids('steady', STEADY));
    const comers = await registerMany(center, ids('restless', RESTLESS));
    const { hostname, port } = new URL(center.mqttUrl);
    const spec = { host: hostname, port: Number(port), logins: steady, rate: RATE, seconds, warmup_s };
    const leave = restless(center, comers, seed);
    const running = { over: false };
    const load = runLoad(spec, [center.pid]).finally(() => {
      running.over = true;
    });
    const from = performance.now();
    const samples: Sample[] = [];
    for (let taken = 0; !running.over; taken += 1) {
      await sleep(SAMPLE_EVERY_MS);
      const sample = await sampleOf(center, inside, from);
      if (sample.at_h * 3600 > warmup_s && !running.over) samples.push(sample);
      if (taken % SAID_EVERY === 0) {
        say(
          `${(sample.at_h * 60).toFixed(0)} min: heap ${sample.heap_mb.toFixed(0)} MB, resident ${sample.resident_mb.toFixed(0)} MB`,
        );
      }
    }
    const result = await load;
    const connects = leave();
    const metrics = await metricsOf(center);
    const heap = slopeOf(samples.map(({ at_h, heap_mb }) => [at_h, heap_mb]));
    const resident = slopeOf(samples.map(({ at_h, resident_mb }) => [at_h, resident_mb]));
    const lost = result.sent - result.acknowledged;
    const told = ({ slope, error }: { slope: number; error: number }): string =>
      `${slope.toFixed(1)} ± ${(2 * error).toFixed(1)} MB/h`;
    // What cannot be told apart from no growth in this time does not break the promise; the error says how much is known.
    const grows = [heap, resident].some(({ slope, error }) => slope - 2 * error > LIMIT_MB_H);
    return {
      state: lost === 0 && !grows ? 'kept' : 'broken',
      figures:
        `${minutes} min at ${RATE} messages/s and ${connects} reconnects: held after each collection of garbage ${told(heap)}, resident ${told(resident)} ` +
        `after ${(warmup_s / 60).toFixed(1)} min of warm-up, ${residentMb(center.pid).toFixed(0)} MB at the end; ` +
        `${lost} of ${result.sent} not acknowledged, history ${metrics('history_behind_seconds').toFixed(0)} s behind`,
    };
  } finally {
    inside.close();
    await center.stop();
    await removeDataDir(center.dir);
  }
}

export const soak: Scenario = {
  name: 'soak',
  promise: 'At 5,000 messages/s with reconnects memory does not grow',
  run,
};
