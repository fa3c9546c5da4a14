/**
 * The broker as a process of its own (`pnpm broker`): aedes serves all subscriptions and the center is a client.
 * A PUBACK from here says that a message was routed, not that it is on a disk: only receipts say that.
 */
import { HeatError } from '@heat-center/contract/errors.ts';
import { pino } from 'pino';
import { z } from 'zod';
import { createBroker } from './broker.ts';
import { openCertificates } from './certificates.ts';
import { openIdentities } from './identities.ts';

const environment = z.object({
  HEAT_CENTER_MQTT_HOST: z.string().min(1).default('127.0.0.1'),
  HEAT_CENTER_MQTT_PORT: z.coerce.number().int().min(0).max(65_535).default(1883),
  HEAT_CENTER_MQTT_TLS_CERT: z.string().min(1).optional(),
  HEAT_CENTER_MQTT_TLS_KEY: z.string().min(1).optional(),
  HEAT_CENTER_MQTT_TLS_CA: z.string().min(1).optional(),
  HEAT_BROKER_IDENTITIES: z.string().min(1).default('./data/identities.json'),
});

async function main(): Promise<void> {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) throw new HeatError('bad_environment', z.prettifyError(parsed.error));
  const {
    HEAT_CENTER_MQTT_HOST: host,
    HEAT_CENTER_MQTT_PORT: port,
    HEAT_BROKER_IDENTITIES: path,
    HEAT_CENTER_MQTT_TLS_CERT: cert,
    HEAT_CENTER_MQTT_TLS_KEY: key,
    HEAT_CENTER_MQTT_TLS_CA: ca,
  } = parsed.data;
  const log = pino({ base: null });
  const tls =
    cert !== undefined && key !== undefined ? openCertificates({ files: { cert, key, ca }, log }) : undefined;
  const identities = openIdentities({ path, log, onChanged: (id) => broker.disconnect(id) });
  const broker = await createBroker({
    host,
    port,
    tls,
    log,
    splitter: false,
    handlers: {
      authenticate: (username, password) => identities.authenticate(username, password),
      certified: (name) => identities.named(name),
      onTelemetry: (_station, _bytes, done) => done(),
      onMessage: (_message, done) => done(),
      onRefusedTelemetry: (station, code) => log.debug({ station, code }, 'refused'),
      onSession: (station, connected) => log.debug({ station, connected }, 'session'),
      onSubscribed: () => {},
    },
  });
  log.info({ host, port: broker.port }, 'broker listens');
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    identities.close();
    tls?.close();
    broker.close().then(
      () => log.info({}, 'broker closed'),
      (error: unknown) => log.error({ err: error }, 'broker did not close cleanly'),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

try {
  await main();
} catch (error) {
  const text =
    error instanceof HeatError ? `${error.code}: ${error.message}\n${error.remedy}` : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
