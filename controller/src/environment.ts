/** Every environment variable of the center in one schema: types, defaults, checks and documentation. */
import { isIP } from 'node:net';
import type { TlsFiles } from '@heat-center/broker/certificates.ts';
import { z } from 'zod';
import { HeatError } from '@heat-center/contract/errors.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const file = z.string().optional();
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** An address, or one with the length of its prefix. */
const isNetwork = (text: string): boolean => {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  if (isIP(address) === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
};

const mqttUrl = z.url({
  protocol: /^mqtts?$/,
  error: 'must be an address such as mqtt://broker:1883',
});
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an address such as http://influx:8086' });

/** Descriptions become docs/environment.md; `default` in the meta overrides what the page shows. */
export const environmentSchema = z.object({
  HEAT_CENTER_DATA_DIR: z
    .string()
    .default('./data')
    .describe('Folder of journal, history, registry and run.json, relative to the workspace root.'),
  HEAT_CENTER_MIN_FREE_MB: z.coerce
    .number()
    .int()
    .min(0)
    .default(1024)
    .describe(
      'Below this free space on the disk of the data folder, MiB, nothing is acknowledged; twice as much is told as low. 0: until the disk is full.',
    ),
  HEAT_CENTER_HTTP_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address on which API and dashboard listen; 0.0.0.0 opens them to the network.'),
  HEAT_CENTER_HTTP_PORT: port
    .optional()
    .meta({ default: '8080' })
    .describe('Port of API and dashboard. Unset: 8080 or the next free one; 0: any free one.'),
  HEAT_CENTER_PUBLIC_URL: httpUrl
    .optional()
    .describe(
      'Address by which people reach the dashboard through a reverse proxy, for example https://heat.example.org. Its host is accepted, and with https the cookie is Secure.',
    ),
  HEAT_CENTER_TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isNetwork), {
      error: 'must be addresses or networks with commas between them, such as 127.0.0.1,10.0.0.0/8',
    })
    .optional()
    .describe(
      'Addresses or networks of reverse proxies, with commas between them, whose X-Forwarded-For is believed: without it all people behind a proxy share one brake on failed sign-ins.',
    ),
  HEAT_CENTER_HTTP_TLS_CERT: file.describe(
    'Set with its key: API and dashboard speak HTTPS (TLS 1.2 or newer) with this certificate (PEM, the chain behind it). Read again when the file changes.',
  ),
  HEAT_CENTER_HTTP_TLS_KEY: file.describe('Private key of that certificate (PEM).'),
  HEAT_CENTER_MQTT_TLS_CERT: file.describe(
    'Set with its key: the embedded broker speaks TLS (1.2 or newer) with this certificate (PEM, the chain behind it). Read again when the file changes.',
  ),
  HEAT_CENTER_MQTT_TLS_KEY: file.describe('Private key of that certificate (PEM).'),
  HEAT_CENTER_MQTT_TLS_CA: file.describe(
    'Set: stations may log in with a certificate that this authority (PEM) signed and whose common name is their id, instead of a password.',
  ),
  HEAT_CENTER_MQTT_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address on which the embedded broker listens.'),
  HEAT_CENTER_MQTT_PORT: port
    .optional()
    .meta({ default: '1883' })
    .describe('Port of the embedded broker. Unset: 1883 or the next free one; 0: any free one.'),
  HEAT_CENTER_MQTT_URL: mqttUrl
    .optional()
    .describe('Set: this MQTT broker instead of the embedded one, for example mqtt://mosquitto:1883.'),
  HEAT_CENTER_MQTT_USERNAME: z
    .string()
    .optional()
    .describe('User name at the external broker; unset with a password given: heat-center.'),
  HEAT_CENTER_MQTT_PASSWORD: z.string().optional().describe('Password at the external broker.'),
  HEAT_CENTER_MOSQUITTO_PASSWORD_FILE: z
    .string()
    .optional()
    .describe('Set: the center writes the logins of all stations, and its own, to this password file.'),
  HEAT_CENTER_MOSQUITTO_ACL_FILE: z
    .string()
    .optional()
    .describe('Set: the center writes who may do what to this access file.'),
  HEAT_CENTER_MOSQUITTO_PID_FILE: z
    .string()
    .optional()
    .describe('Set: the process named in this file is sent SIGHUP when one of the two files changed.'),
  HEAT_CENTER_BROKER_IDENTITIES_FILE: z
    .string()
    .optional()
    .describe(
      'Set: the center writes all logins for `pnpm broker` to this file (its HEAT_BROKER_IDENTITIES).',
    ),
  INFLUX_URL: httpUrl
    .optional()
    .describe('Set: history lives in this InfluxDB 2; the embedded store keeps the last 48 h beside it.'),
  INFLUX_TOKEN: z.string().optional().describe('Token that may read and write the bucket.'),
  INFLUX_ORG: z.string().optional().describe('Organisation in InfluxDB.'),
  INFLUX_BUCKET: z.string().optional().describe('Bucket in InfluxDB.'),
  HEAT_CENTER_ADMIN_TOKEN: z
    .string()
    .optional()
    .describe('Set: a bearer token with every right, for automation and tests.'),
  HEAT_CENTER_DEMO_STATIONS: z.coerce
    .number()
    .int()
    .min(0)
    .max(5000)
    .default(24)
    .describe('Simulated stations that `pnpm start` runs; 0 = none.'),
  HEAT_CENTER_NAME: z.string().max(120).default('Heat Center').describe('Name of the center on the screen.'),
  HEAT_CENTER_ZONE: z
    .string()
    .refine(isZone, { error: 'must be a time zone such as Asia/Shanghai' })
    .optional()
    .meta({ default: 'the system’s zone' })
    .describe('Time zone of the site: clock, schedules and midnights follow it.'),
  HEAT_CENTER_WEATHER_URL: httpUrl
    .optional()
    .describe(
      'Set: address in place of that of the weather service which the network’s settings name: a proxy, an own server, or https://customer-api.open-meteo.com of a subscription.',
    ),
  HEAT_CENTER_WEATHER_KEY: z
    .string()
    .optional()
    .describe('Key of a subscription with Open-Meteo; its free address is for non-commercial use.'),
  HEAT_CENTER_LOG_LEVEL: z.enum(LOG_LEVELS).default('info').describe('How much is logged.'),
});

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
