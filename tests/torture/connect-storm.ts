/** The center comes back after an outage, and a thousand stations want in at once. */
import { MqttLink } from '@heat-center/simulators/firmware/mqtt-link.ts';
import { newDataDir, removeDataDir, startCenter, type Login } from '../support/center.ts';
import { metricsOf, registerMany, sleep, timeUntil } from './hostile/loaded-center.ts';
import { createRandom } from './hostile/random.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const BACK_MS = 30_000;

function linkOf(login: Login, given: { url: string; random: () => number; onClose: () => void }): MqttLink {
  const topic = (channel: string): string => `heat/v1/${login.username}/${channel}`;
  return new MqttLink({
    url: given.url,
    id: login.username,
    secret: () => login.password,
    will: {
      topic: topic('status'),
      payload: () => JSON.stringify({ v: 1, state: 'offline', boot: 'storm', at: 0, mode: 'remote' }),
    },
    subscriptions: [topic('command'), topic('receipt'), 'heat/v1/center/heartbeat'],
    random: given.random,
    onConnect: () => undefined,
    onClose: given.onClose,
    onMessage: () => undefined,
  });
}

async function run({ seed, quick, say }: Given): Promise<Outcome> {
  const count = quick ? 100 : 1000;
  // Long enough in the full form for every station to have reached its longest wait.
  const outage_ms = quick ? 2000 : 90_000;
  const dir = await newDataDir();
  const random = createRandom(seed);
  let center = await startCenter({ dir, env: { HEAT_CENTER_LOG_LEVEL: 'warn' } });
  const url = center.mqttUrl;
  const port = new URL(url).port;
  const logins = await registerMany(
    center,
    Array.from({ length: count }, (_, n) => `storm-${n}`),
  );
  let closes = 0;
  const links = logins.map((login) =>
    linkOf(login, { url, random: () => random.next() / 2 ** 32, onClose: () => (closes += 1) }),
  );
  const connected = (): number => links.filter((link) => link.connected).length;
  try {
    for (const link of links) link.start();
    const first_ms = await timeUntil(async () => connected() === count, 60_000);
    await center.kill();
    say(`killed; away for ${outage_ms / 1000} s`);
    await sleep(outage_ms);
    closes = 0;
    center = await startCenter({
      dir,
      env: { HEAT_CENTER_LOG_LEVEL: 'warn', HEAT_CENTER_MQTT_PORT: port },
    });
    const back_ms = await timeUntil(async () => connected() === count, 60_000);
    const metrics = await metricsOf(center);
    const known = metrics('broker_connections_station');
    const kept = back_ms <= BACK_MS && known === count;
    return {
      state: kept ? 'kept' : 'broken',
      figures:
        `${count} stations that start together are in after ${(first_ms / 1000).toFixed(1)} s; after an outage of ` +
        `${outage_ms / 1000} s all are back ${(back_ms / 1000).toFixed(1)} s after the center, ${closes} cut off again, ` +
        `${metrics('broker_closes_too_many') || 0} turned away`,
    };
  } finally {
    await Promise.all(links.map((link) => link.stop()));
    await center.stop();
    await removeDataDir(dir);
  }
}

export const connectStorm: Scenario = {
  name: 'connect-storm',
  promise: 'After an outage a thousand stations are back within 30 s of the center',
  run,
};
