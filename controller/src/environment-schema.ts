/** Every environment variable of the center in one schema: types, defaults, checks and documentation. */
import { isIP } from 'node:net';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const file = z.string().optional();
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

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
