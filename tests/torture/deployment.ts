/** A center with its broker and its history as somebody would run it, whose parts can be killed and come back. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  newDataDir,
  register,
  removeDataDir,
  startCenter,
  type CenterProcess,
  type Login,
} from '../support/center.ts';
import { findInfluxd, INFLUX_BUCKET, INFLUX_ORG, startInfluxd, type Influxd } from '../support/influxd.ts';
import {
  mosquittoFolder,
  mosquittoIsMissing,
  type MosquittoFolder,
  type MosquittoOptions,
} from '../support/mosquitto.ts';

export interface DeploymentOptions {
  readonly broker: 'embedded' | 'mosquitto';
  readonly history: 'embedded' | 'influx';
  readonly env?: NodeJS.ProcessEnv;
  /** How Mosquitto runs, where it is the broker. */
  readonly mosquitto?: MosquittoOptions & { readonly by?: 'run.sh' };
  /** An existing empty folder for the center's data. */
  readonly dir?: string;
  /** Where the center finds InfluxDB, when something stands between. */
  readonly influxUrl?: (influxd: Influxd) => Promise<string>;
}

export interface Deployment {
  /** The present one: another after each restart. */
  readonly center: CenterProcess;
  readonly mqttUrl: string;
  readonly influxd: Influxd | undefined;
  killCenter(): Promise<void>;
  /** Waits until it listens. */
  startCenter(): Promise<void>;
  /** SIGKILL to Mosquitto. */
  endBroker(): Promise<void>;
  /** Waits until it listens. */
  startBroker(): Promise<void>;
  /** One after the other. */
  killBroker(): Promise<void>;
  /** What Mosquitto printed. */
  brokerLog(): string;
  /** SIGTERM to the center, and waits; the rest goes on. */
  stopCenter(): Promise<number | null>;
  /** Ends everything and removes what it left on disk. */
  remove(): Promise<void>;
}

/** What cannot be had here and is needed; undefined when nothing is missing. */
export function missingFor({
  broker,
  history,
}: Pick<DeploymentOptions, 'broker' | 'history'>): string | undefined {
  if (broker === 'mosquitto' && mosquittoIsMissing)
    return 'mosquitto on the path (apt-get install mosquitto)';
  if (history === 'influx' && findInfluxd() === undefined) return 'influxd 2 (tests/influxd/build.sh)';
  return undefined;
}

export async function until(what: string, holds: () => Promise<boolean>, ms = 60_000): Promise<void> {
  for (const end = performance.now() + ms; !(await holds()); await sleep(50)) {
    if (performance.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}`);
  }
}

const isReady = async (center: CenterProcess): Promise<boolean> =>
  (await center.ask('GET', '/health/ready')).status === 200;

function influxEnv({ token }: Influxd, url: string): NodeJS.ProcessEnv {
  return { INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG, INFLUX_BUCKET };
}

export async function deploy(options: DeploymentOptions): Promise<Deployment> {
  const dir = options.dir ?? (await newDataDir());
  const influxd = options.history === 'influx' ? await startInfluxd() : undefined;
  const influxUrl = influxd && (await (options.influxUrl?.(influxd) ?? influxd.url));
  const mosquitto: MosquittoFolder | undefined =
    options.broker === 'mosquitto' ? await mosquittoFolder(options.mosquitto) : undefined;
  const env = {
    HEAT_CENTER_LOG_LEVEL: 'warn',
    ...options.env,
    ...mosquitto?.centerEnv,
    ...(influxd && influxUrl !== undefined ? influxEnv(influxd, influxUrl) : {}),
  };
  let center = await startCenter({ dir, env });
  const by = options.mosquitto?.by ?? 'mosquitto';
  const startBroker = async (): Promise<void> => mosquitto?.start(by);
  const endBroker = async (): Promise<void> => mosquitto?.end('SIGKILL');
  await startBroker();
  await until('the center is ready', () => isReady(center));
  // Stations look for a center that was killed where it was.
  const ports = {
    HEAT_CENTER_HTTP_PORT: new URL(center.url).port,
    ...(mosquitto ? {} : { HEAT_CENTER_MQTT_PORT: new URL(center.mqttUrl).port }),
  };
  const { mqttUrl } = center;
  return {
    get center() {
      return center;
    },
    mqttUrl: mosquitto?.url ?? mqttUrl,
    influxd,
    killCenter: () => center.kill(),
    async startCenter() {
      center = await startCenter({ dir, env: { ...env, ...ports } });
    },
    endBroker,
    startBroker,
    async killBroker() {
      await endBroker();
      await startBroker();
    },
    brokerLog: () => mosquitto?.log() ?? '',
    stopCenter: () => center.stop(),
    async remove() {
      await center.kill();
      await mosquitto?.end('SIGTERM');
      await mosquitto?.remove();
      await influxd?.stop();
      if (options.dir === undefined) await removeDataDir(dir);
    },
  };
}

/** Registers stations of these names with one body each. */
export async function registerAll({ center }: Deployment, bodies: readonly object[]): Promise<Login[]> {
  const logins: Login[] = [];
  for (const body of bodies) logins.push(await register(center, body));
  return logins;
}

/** The value of a metric without labels. */
export async function metric(center: CenterProcess, name: string): Promise<number> {
  const { body } = await center.ask('GET', '/metrics');
  const found = new RegExp(`^heat_center_${name} (\\S+)$`, 'm').exec(String(body))?.[1];
  if (found === undefined) throw new Error(`there is no metric heat_center_${name}`);
  return Number(found);
}
