/** A real center under a steady load of healthy stations, and what a healthy station, reader and screen see of it. */
import type { MqttClient } from 'mqtt';
import { WebSocket } from 'ws';
import { residentMb } from '../../bench/cpu.ts';
import { runLoad, type Measured } from '../../bench/run-load.ts';
import {
  ADMIN_TOKEN,
  connect,
  controlled,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../../support/center.ts';

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export async function registerMany(center: CenterProcess, ids: readonly string[]): Promise<Login[]> {
  const logins: Login[] = [];
  // A few at a time: each waits for the disk, and a center refuses too many at once.
  for (let from = 0; from < ids.length; from += 20) {
    const some = ids.slice(from, from + 20);
    logins.push(...(await Promise.all(some.map((id) => register(center, controlled(id))))));
  }
  return logins;
}

export async function registerReader(center: CenterProcess, id: string): Promise<Login> {
  return (await center.call<{ mqtt: Login }>('POST', '/api/v1/logins', { id, kind: 'reader' })).mqtt;
}

/** Figures of `/metrics` by name. */
export async function metricsOf(center: CenterProcess): Promise<(name: string) => number> {
  const text = await center.call<string>('GET', '/metrics');
  const figures = new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
  return (name) => figures.get(`heat_center_${name}`) ?? Number.NaN;
}

/** The longest time between two messages that somebody heard. */
export class Gap {
  max_ms = 0;
  heard = 0;
  #last: number | undefined;

  note = (): void => {
    const now = performance.now();
    if (this.#last !== undefined) this.max_ms = Math.max(this.max_ms, now - this.#last);
    this.#last = now;
    this.heard += 1;
  };

  /** Begins anew; what is silent until the end counts too. */
  restart(): void {
    this.max_ms = 0;
    this.#last = performance.now();
  }

  end(): number {
    this.note();
    return Math.round(this.max_ms);
  }
}

export interface LoadedCenter {
  readonly center: CenterProcess;
  readonly load: Promise<Measured>;
  readonly reader: Gap;
  readonly screen: Gap;
  /** Resident memory at most since the last call, MB. */
  peakMb(): number;
  /** Waits for the load's warm-up; memory peaks are then those of its second half, when caches have grown. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface LoadedOptions {
  readonly stations: number;
  /** Messages a second over all stations. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmup_s: number;
}

/** Starts a center with stations, a healthy reader and a healthy screen; the load runs when this resolves. */
export async function startLoadedCenter(options: LoadedOptions): Promise<LoadedCenter> {
  const center = await startCenter({ env: { HEAT_CENTER_LOG_LEVEL: 'warn' } });
  const ids = Array.from({ length: options.stations }, (_, n) => `well-${n}`);
  const logins = await registerMany(center, ids);
  const reader = new Gap();
  const mqtt: MqttClient = await connect(center, await registerReader(center, 'well-reader'));
  mqtt.on('message', reader.note);
  await mqtt.subscribeAsync('heat/v1/#', { qos: 1 });
  const screen = new Gap();
  const socket = openFeed(center);
  socket.on('message', screen.note);
  let peak = residentMb(center.pid);
  const watch = setInterval(() => {
    peak = Math.max(peak, residentMb(center.pid));
  }, 200);
  const { hostname, port } = new URL(center.mqttUrl);
  const { rate, seconds, warmup_s } = options;
  const load = runLoad({ host: hostname, port: Number(port), logins, rate, seconds, warmup_s }, [center.pid]);
  const peakMb = (): number => {
    const was = peak;
    peak = residentMb(center.pid);
    return was;
  };
  return {
    center,
    load,
    reader,
    screen,
    peakMb,
    async settled() {
      await sleep(warmup_s * 500);
      peakMb();
      await sleep(warmup_s * 500);
    },
    async close() {
      clearInterval(watch);
      socket.terminate();
      await mqtt.endAsync(true);
      await center.stop();
      await removeDataDir(center.dir);
    },
  };
}

export function openFeed(center: CenterProcess): WebSocket {
  const socket = new WebSocket(`${center.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  socket.on('error', () => undefined);
  return socket;
}

/** Waits until the condition holds; the time that took, ms, or infinity when it did not come within the limit. */
export async function timeUntil(condition: () => Promise<boolean>, limit_ms: number): Promise<number> {
  const from = performance.now();
  while (performance.now() - from < limit_ms) {
    if (await condition()) return performance.now() - from;
    await sleep(100);
  }
  return Number.POSITIVE_INFINITY;
}
