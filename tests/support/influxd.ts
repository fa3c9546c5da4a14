/** A real InfluxDB 2 for tests: found, started on a free port in a folder of its own, set up, stopped. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const START_MS = 30_000;
export const INFLUX_ORG = 'heat';
/** Made at the start; tests make others. */
export const INFLUX_BUCKET = 'heat';
export const INFLUX_TOKEN = 'test-token';

/** The version that `tests/influxd/go.mod` names. */
function version(): string {
  const module = readFileSync(new URL('../influxd/go.mod', import.meta.url), 'utf8');
  return /influxdb\/v2 (\S+)/.exec(module)?.[1] ?? '';
}

/** `INFLUXD`, then the path, then what `tests/influxd/build.sh` built; undefined when there is none. */
export function findInfluxd(): string | undefined {
  const { INFLUXD, HEAT_CENTER_CACHE } = process.env;
  if (INFLUXD) return INFLUXD;
  const onPath = spawnSync('influxd', ['version'], { encoding: 'utf8' });
  // InfluxDB 1 has the same name and none of the API.
  if (/\bv?2\.\d/.test(onPath.stdout ?? '')) return 'influxd';
  const cached = join(HEAT_CENTER_CACHE ?? join(homedir(), '.cache/heat-center'), `influxd-${version()}`);
  return existsSync(cached) ? cached : undefined;
}

export interface Influxd {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Makes an empty bucket. */
  makeBucket(name: string): Promise<void>;
  /** Writes lines past the client, times in ms. */
  write(bucket: string, lines: string): Promise<void>;
  /** CSV rows of a Flux query as records. */
  query(flux: string): Promise<Record<string, string>[]>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function untilReady(url: string, hasExited: () => boolean): Promise<void> {
  for (const until = Date.now() + START_MS; ;) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return;
    if (hasExited() || Date.now() > until) throw new Error('influxd did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function parseCsv(csv: string): Record<string, string>[] {
  return csv
    .split('\r\n\r\n')
    .map((table) => table.split('\r\n').filter((line) => line !== ''))
    .flatMap(([head, ...lines]) => {
      const names = head?.split(',') ?? [];
      return lines.map((line) =>
        Object.fromEntries(line.split(',').map((value, index) => [names[index] ?? '', value])),
      );
    });
}

async function call(url: string, body: unknown): Promise<Response> {
  const text = typeof body === 'string';
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Token ${INFLUX_TOKEN}`,
      'content-type': text ? 'text/plain; charset=utf-8' : 'application/json',
    },
    body: text ? body : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`influxd answers ${answer.status}: ${await answer.text()}`);
  return answer;
}

/** Starts an influxd with an organisation and a token; buckets are made by the tests. */
export async function startInfluxd(binary = findInfluxd()): Promise<Influxd> {
  if (binary === undefined) throw new Error('no influxd 2 is there; run tests/influxd/build.sh');
  const dir = await mkdtemp(join(tmpdir(), 'heat-influxd-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const paths = ['bolt', 'engine', 'sqlite'].flatMap((name) => [`--${name}-path`, join(dir, name)]);
  const server = spawn(
    binary,
    ['--http-bind-address', `127.0.0.1:${port}`, '--reporting-disabled', '--log-level', 'error', ...paths],
    { stdio: 'ignore' },
  );
  const exited = once(server, 'exit');
  const orphan = (): void => void server.kill();
  process.once('exit', orphan);
  await untilReady(url, () => server.exitCode !== null);
  const setup = await call(`${url}/api/v2/setup`, {
    username: 'test',
    password: 'test-password',
    org: INFLUX_ORG,
    bucket: INFLUX_BUCKET,
    token: INFLUX_TOKEN,
  });
  const { org } = (await setup.json()) as { org: { id: string } };
  return {
    url,
    token: INFLUX_TOKEN,
    pid: server.pid ?? 0,
    async makeBucket(name) {
      await call(`${url}/api/v2/buckets`, { orgID: org.id, name, retentionRules: [] });
    },
    async write(bucket, lines) {
      await call(`${url}/api/v2/write?org=${INFLUX_ORG}&bucket=${bucket}&precision=ms`, lines);
    },
    async query(flux) {
      const answer = await call(`${url}/api/v2/query?org=${INFLUX_ORG}`, { query: flux });
      return parseCsv(await answer.text());
    },
    async stop() {
      process.off('exit', orphan);
      server.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
