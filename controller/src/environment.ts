/** The environment of the center by its use, with what must be set together. */
import type { TlsFiles } from '@heat-center/broker/certificates.ts';
import type { z } from 'zod';
import { HeatError } from '@heat-center/contract/errors.ts';
import { environmentSchema, type LOG_LEVELS } from './environment-schema.ts';

type Parsed = z.output<typeof environmentSchema>;

export interface InfluxSettings {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
}

/** An external broker, and the files by which the center tells it who may enter. */
export interface BrokerSettings {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly mosquitto: {
    readonly passwordFile: string | undefined;
    readonly aclFile: string | undefined;
    readonly pidFile: string | undefined;
  };
  readonly identitiesFile: string | undefined;
}

export interface Listening {
  readonly host: string;
  readonly port: number | undefined;
  /** Undefined: plain. */
  readonly tls: TlsFiles | undefined;
}

/** The variables by their use. Ports are undefined where none was asked for: then the default moves when it is taken. */
export interface Environment {
  readonly dataDir: string;
  /** Free space below which nothing is acknowledged, so that what is there stays readable. */
  readonly minFreeBytes: number;
  readonly http: Listening;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly mqtt: Listening;
  /** The external broker; undefined for the embedded one. */
  readonly broker: BrokerSettings | undefined;
  readonly influx: InfluxSettings | undefined;
  readonly adminToken: string | undefined;
  readonly demoStations: number;
  readonly name: string;
  /** IANA name. */
  readonly zone: string;
  /** Address and key that stand in for those of a weather service. */
  readonly weather: { readonly base: string | undefined; readonly key: string | undefined };
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

export const DEFAULT_HTTP_PORT = 8080;
export const DEFAULT_MQTT_PORT = 1883;

function influxOf(parsed: Parsed): InfluxSettings | undefined {
  const { INFLUX_URL: url, INFLUX_TOKEN: token, INFLUX_ORG: org, INFLUX_BUCKET: bucket } = parsed;
  if (url === undefined) return undefined;
  if (token !== undefined && org !== undefined && bucket !== undefined) return { url, token, org, bucket };
  const missing = (['INFLUX_TOKEN', 'INFLUX_ORG', 'INFLUX_BUCKET'] as const).filter(
    (name) => parsed[name] === undefined,
  );
  throw new HeatError('bad_environment', `${missing.join(', ')} must be set when INFLUX_URL is.`);
}

function tlsOf(parsed: Parsed, side: 'HTTP' | 'MQTT'): TlsFiles | undefined {
  const cert = parsed[`HEAT_CENTER_${side}_TLS_CERT`];
  const key = parsed[`HEAT_CENTER_${side}_TLS_KEY`];
  const ca = side === 'MQTT' ? parsed.HEAT_CENTER_MQTT_TLS_CA : undefined;
  if (cert !== undefined && key !== undefined) return { cert, key, ca };
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  throw new HeatError(
    'bad_environment',
    `HEAT_CENTER_${side}_TLS_CERT and HEAT_CENTER_${side}_TLS_KEY are set together.`,
  );
}

const LOGIN_FILES = [
  'HEAT_CENTER_MOSQUITTO_PASSWORD_FILE',
  'HEAT_CENTER_MOSQUITTO_ACL_FILE',
  'HEAT_CENTER_BROKER_IDENTITIES_FILE',
] as const;

const EMBEDDED_TLS = [
  'HEAT_CENTER_MQTT_TLS_CERT',
  'HEAT_CENTER_MQTT_TLS_KEY',
  'HEAT_CENTER_MQTT_TLS_CA',
] as const;

function brokerOf(parsed: Parsed): BrokerSettings | undefined {
  const { HEAT_CENTER_MQTT_URL: url, HEAT_CENTER_MQTT_PASSWORD: password } = parsed;
  const tls = EMBEDDED_TLS.filter((name) => parsed[name] !== undefined);
  if (url !== undefined && tls.length > 0) {
    throw new HeatError(
      'bad_environment',
      `Only the embedded broker takes ${tls.join(', ')}: unset it, and give HEAT_CENTER_MQTT_URL with mqtts:// for a broker that speaks TLS.`,
    );
  }
  const files = LOGIN_FILES.filter((name) => parsed[name] !== undefined);
  if (files.length > 0 && (url === undefined || password === undefined)) {
    throw new HeatError(
      'bad_environment',
      `HEAT_CENTER_MQTT_URL and HEAT_CENTER_MQTT_PASSWORD must be set when ${files.join(', ')} is.`,
    );
  }
  if (url === undefined) return undefined;
  return {
    url,
    username: parsed.HEAT_CENTER_MQTT_USERNAME,
    password,
    mosquitto: {
      passwordFile: parsed.HEAT_CENTER_MOSQUITTO_PASSWORD_FILE,
      aclFile: parsed.HEAT_CENTER_MOSQUITTO_ACL_FILE,
      pidFile: parsed.HEAT_CENTER_MOSQUITTO_PID_FILE,
    },
    identitiesFile: parsed.HEAT_CENTER_BROKER_IDENTITIES_FILE,
  };
}

/** Reads and checks all variables; an empty one counts as unset. Throws `bad_environment` that names each bad variable. */
export function loadEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const set = Object.fromEntries(
    Object.keys(environmentSchema.shape)
      .filter((name) => env[name] !== undefined && env[name] !== '')
      .map((name) => [name, env[name]]),
  );
  const result = environmentSchema.safeParse(set);
  if (!result.success) {
    const found = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new HeatError('bad_environment', found.join('; '));
  }
  const parsed = result.data;
  return {
    dataDir: parsed.HEAT_CENTER_DATA_DIR,
    minFreeBytes: parsed.HEAT_CENTER_MIN_FREE_MB * 2 ** 20,
    http: {
      host: parsed.HEAT_CENTER_HTTP_HOST,
      port: parsed.HEAT_CENTER_HTTP_PORT,
      tls: tlsOf(parsed, 'HTTP'),
    },
    publicUrl: parsed.HEAT_CENTER_PUBLIC_URL,
    trustedProxies: parsed.HEAT_CENTER_TRUSTED_PROXIES ?? [],
    mqtt: {
      host: parsed.HEAT_CENTER_MQTT_HOST,
      port: parsed.HEAT_CENTER_MQTT_PORT,
      tls: tlsOf(parsed, 'MQTT'),
    },
    broker: brokerOf(parsed),
    influx: influxOf(parsed),
    adminToken: parsed.HEAT_CENTER_ADMIN_TOKEN,
    demoStations: parsed.HEAT_CENTER_DEMO_STATIONS,
    name: parsed.HEAT_CENTER_NAME,
    zone: parsed.HEAT_CENTER_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    weather: { base: parsed.HEAT_CENTER_WEATHER_URL, key: parsed.HEAT_CENTER_WEATHER_KEY },
    logLevel: parsed.HEAT_CENTER_LOG_LEVEL,
  };
}
