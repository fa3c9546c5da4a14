/** `pnpm start` as a person has it: supervisor, controller and simulated city, in a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ADMIN_TOKEN, newDataDir } from './center.ts';

const ENTRY = fileURLToPath(new URL('../../controller/src/supervisor/main.ts', import.meta.url));

export interface City {
  readonly dir: string;
  readonly url: string;
  /** One-time link that signs a browser in. */
  readonly link: string;
  readonly pid: number;
  log(): string;
  get<T>(path: string): Promise<T>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

const START_MS = 60_000;

export async function startCity(stations: number, env: NodeJS.ProcessEnv = {}): Promise<City> {
  const dir = await newDataDir();
  const child = spawn(process.execPath, [ENTRY], {
    env: {
      ...process.env,
      HEAT_CENTER_DATA_DIR: dir,
      HEAT_CENTER_HTTP_PORT: '0',
      HEAT_CENTER_MQTT_PORT: '0',
      HEAT_CENTER_ADMIN_TOKEN: ADMIN_TOKEN,
      HEAT_CENTER_DEMO_STATIONS: String(stations),
      HEAT_CENTER_ZONE: 'Asia/Shanghai',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const exited = once(child, 'exit');
  const link = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no link within a minute:\n${printed}`)), START_MS);
    const look = (chunk: Buffer): void => {
      printed = (printed + chunk.toString()).slice(-200_000);
      const found = /sign in once[^:]*:\s+(http\S+)/.exec(printed)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', (code) => reject(new Error(`the supervisor ended with ${code}:\n${printed}`)));
  });
  const url = new URL(link).origin;
  return {
    dir,
    url,
    link,
    pid: child.pid ?? 0,
    log: () => printed,
    async get<T>(path: string) {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return (await response.json()) as T;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}
