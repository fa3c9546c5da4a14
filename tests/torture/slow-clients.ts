/** Clients that are let in and then take nothing: the others must not notice, and the center must not pay. */
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import type { Login } from '../support/center.ts';
import {
  metricsOf,
  openFeed,
  registerReader,
  startLoadedCenter,
  timeUntil,
  type LoadedCenter,
} from './hostile/loaded-center.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const SCREENS = 20;
const LIMITS = {
  full: { gap_ms: 2000, memory_mb: 64, closed_ms: 5000 },
  // The short form shares the machine with other tests: it shows that each is closed, not how fast.
  quick: { gap_ms: 10_000, memory_mb: 128, closed_ms: 25_000 },
};

/** A reader that subscribes to everything and never reads again. */
async function frozenReader(mqttUrl: string, login: Login): Promise<Socket> {
  const { hostname, port } = new URL(mqttUrl);
  const socket = connectSocket({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  const { username, password } = login;
  const connect = { protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 } as const;
  socket.write(
    generate({
      cmd: 'connect',
      ...connect,
      clientId: username,
      username,
      password: Buffer.from(password),
    }),
  );
  await once(socket, 'data');
  socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'heat/v1/#', qos: 1 }] }));
  await once(socket, 'data');
  socket.pause();
  return socket;
}

/** Half of them freeze at once, half after they have read the snapshot. */
async function pausedScreens({ center }: LoadedCenter): Promise<() => void> {
  const sockets = Array.from({ length: SCREENS }, () => openFeed(center));
  await Promise.all(
    sockets.map(async (socket, n) => {
      await once(socket, n % 2 === 0 ? 'open' : 'message');
      socket.pause();
    }),
  );
  return () => {
    for (const socket of sockets) socket.terminate();
  };
}

async function run({ quick, say }: Given): Promise<Outcome> {
  const load = quick
    ? { stations: 40, rate: 400, seconds: 14, warmup_s: 5 }
    : { stations: 1000, rate: 1000, seconds: 110, warmup_s: 60 };
  const loaded = await startLoadedCenter(load);
  const { center, reader, screen } = loaded;
  try {
    const login = await registerReader(center, 'frozen');
    await loaded.settled();
    const before_mb = loaded.peakMb();
    reader.restart();
    screen.restart();
    const frozen = await frozenReader(center.mqttUrl, login);
    const closeScreens = await pausedScreens(loaded);
    say(`${SCREENS} screens and a reader are frozen`);
    // Frozen sockets do not hear that they were closed: the center says whom it still has.
    const [reader_ms, screens_ms] = await Promise.all([
      timeUntil(async () => (await metricsOf(center))('broker_connections_reader') === 1, 30_000),
      timeUntil(async () => (await metricsOf(center))('feed_clients') === 1, 30_000),
    ]);
    const result = await loaded.load;
    const gap_ms = Math.max(reader.end(), screen.end());
    const more_mb = loaded.peakMb() - before_mb;
    frozen.destroy();
    closeScreens();
    const closed_ms = Math.max(reader_ms, screens_ms);
    const limits = quick ? LIMITS.quick : LIMITS.full;
    const kept =
      gap_ms <= limits.gap_ms &&
      more_mb <= limits.memory_mb &&
      closed_ms <= limits.closed_ms &&
      result.acknowledged === result.sent;
    return {
      state: kept ? 'kept' : 'broken',
      figures:
        `${load.rate} messages/s: reader closed after ${(reader_ms / 1000).toFixed(1)} s, ${SCREENS} screens after ` +
        `${(screens_ms / 1000).toFixed(1)} s; longest gap of a healthy reader ${Math.round(reader.max_ms)} ms, of a ` +
        `healthy screen ${Math.round(screen.max_ms)} ms; PUBACK p99 ${result.p99_ms.toFixed(0)} ms; ` +
        `memory ${more_mb >= 0 ? '+' : ''}${more_mb.toFixed(0)} MB on ${before_mb.toFixed(0)}; ` +
        `${result.sent - result.acknowledged} of ${result.sent} not acknowledged`,
    };
  } finally {
    await loaded.close();
  }
}

export const slowClients: Scenario = {
  name: 'slow-clients',
  promise: 'Clients that stop reading cost the others nothing and are closed within 5 s',
  run,
};
