/** A whole heat center as a real process, in a folder of its own, on free ports. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CONTROLLER_ENVIRONMENT,
  CONTROLLER_FLAGS,
} from '@heat-center/controller/supervisor/process-settings.ts';
import mqtt, { type MqttClient } from 'mqtt';

const ENTRY = fileURLToPath(new URL('../../controller/src/main.ts', import.meta.url));
export const ADMIN_TOKEN = 'test-admin-token';
const START_MS = 30_000;

export interface CenterProcess {
  readonly dir: string;
  readonly url: string;
  readonly mqttUrl: string;
  readonly pid: number;
  /** What it printed so far. */
  log(): string;
  /** JSON over HTTP with the admin token; throws on statuses from 400 on unless `anyStatus`. */
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Status and body of any answer. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** SIGKILL; the folder stays. */
  kill(): Promise<void>;
  /** SIGTERM and wait; the folder stays. */
  stop(): Promise<number | null>;
}

export interface CenterOptions {
  readonly dir?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export const newDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'heat-center-'));
export const removeDataDir = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });

interface Ready {
  readonly kind: 'ready';
  readonly api: string;
  readonly mqtt: string;
}

const isReady = (message: unknown): message is Ready =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready';

function whenReady(child: ChildProcess, log: () => string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the center did not start:\n${log()}`)), START_MS);
    child.on('message', (message) => {
      if (!isReady(message)) return;
      clearTimeout(timer);
      resolve(message);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the center ended with ${code}:\n${log()}`));
    });
  });
}

/** Starts a controller with embedded broker and history and no simulated stations. */
export async function startCenter(options: CenterOptions = {}): Promise<CenterProcess> {
  const dir = options.dir ?? (await newDataDir());
  const child = fork(ENTRY, [], {
    execArgv: [...CONTROLLER_FLAGS],
    env: {
      ...CONTROLLER_ENVIRONMENT,
      ...process.env,
      HEAT_CENTER_DATA_DIR: dir,
      HEAT_CENTER_HTTP_PORT: '0',
      HEAT_CENTER_MQTT_PORT: '0',
      HEAT_CENTER_ADMIN_TOKEN: ADMIN_TOKEN,
      HEAT_CENTER_ZONE: 'Asia/Shanghai',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-100_000);
    });
  }
  const gone = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const ready = await whenReady(child, () => printed);
  let isEnding = false;
  child.once('exit', (code, signal) => {
    if (!isEnding)
      console.error(`the center ended by itself with ${code ?? signal}:\n${printed.slice(-3000)}`);
  });

  async function ask(method: string, path: string, body?: unknown) {
    const response = await fetch(ready.api + path, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, body: type.includes('json') ? (JSON.parse(text) as unknown) : text };
  }

  return {
    dir,
    url: ready.api,
    mqttUrl: ready.mqtt,
    pid: child.pid ?? 0,
    log: () => printed,
    ask,
    async call<T>(method: string, path: string, body?: unknown) {
      const answer = await ask(method, path, body);
      if (answer.status >= 400)
        throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body as T;
    },
    async kill() {
      isEnding = true;
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      isEnding = true;
      child.kill('SIGTERM');
      return gone;
    },
  };
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A station with one radiator circuit that takes commands. */
export const controlled = (id: string, more: object = {}): object => ({
  id,
  name: { en: `Station ${id}`, zh: `换热站 ${id}` },
  heated_area_m2: 35_000,
  control: 'on',
  every_s: { default: 1, meter: 60 },
  circuits: [
    {
      id: 'low',
      kind: 'radiators',
      accepts: ['supply_c', 'flow_m3_h'],
      design: { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 },
      limits: { supply_min_c: 30, supply_max_c: 85 },
    },
  ],
  ...more,
});

export async function register(center: Pick<CenterProcess, 'call'>, body: object): Promise<Login> {
  return (await center.call<{ mqtt: Login }>('POST', '/api/v1/stations', body)).mqtt;
}

/** Connects as the login says and waits until it is connected. */
export function connect(
  center: Pick<CenterProcess, 'mqttUrl'>,
  login: Login,
  more: object = {},
): Promise<MqttClient> {
  return mqtt.connectAsync(center.mqttUrl, {
    clientId: login.username,
    username: login.username,
    password: login.password,
    clean: true,
    reconnectPeriod: 0,
    ...more,
  });
}

/** Collects messages of a client by topic; `next` waits for one that satisfies the test. */
export function inbox(client: MqttClient) {
  const messages: { topic: string; body: Record<string, unknown>; retain: boolean }[] = [];
  client.on('message', (topic, payload, packet) => {
    messages.push({
      topic,
      body: JSON.parse(payload.toString()) as Record<string, unknown>,
      retain: packet.retain,
    });
  });
  return {
    messages,
    async next(matches: (message: { topic: string; body: Record<string, unknown> }) => boolean, ms = 15_000) {
      const until = performance.now() + ms;
      for (;;) {
        const found = messages.find(matches);
        if (found) return found;
        if (performance.now() > until) {
          throw new Error(`no such message; had ${JSON.stringify(messages.slice(-20))}`);
        }
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      }
    },
  };
}

export const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
