/** The broker comes back after an outage, with the center or without, and a thousand stations want in at once. */
import { MqttLink } from '@heat-center/simulators/firmware/mqtt-link.ts';
import type { Login } from '../support/center.ts';
import { deploy, missingFor, type DeploymentOptions } from './deployment.ts';
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

async function run(broker: DeploymentOptions['broker'], { seed, quick, say }: Given): Promise<Outcome> {
  const missing = missingFor({ broker, history: 'embedded' });
  if (missing !== undefined) return { state: 'skipped', missing };
  const count = quick ? 100 : 1000;
  // Long enough in the full form for every station to have reached its longest wait.
  const outage_ms = quick ? 2000 : 90_000;
  const random = createRandom(seed);
  const deployment = await deploy({ broker, history: 'embedded' });
  const url = deployment.mqttUrl;
  const logins = await registerMany(
    deployment.center,
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
    if (broker === 'embedded') await deployment.killCenter();
    else await deployment.endBroker();
    say(`killed; away for ${outage_ms / 1000} s`);
    await sleep(outage_ms);
    closes = 0;
    if (broker === 'embedded') await deployment.startCenter();
    else await deployment.startBroker();
    const back_ms = await timeUntil(async () => connected() === count, 60_000);
    const metrics = await metricsOf(deployment.center);
    const known = broker === 'embedded' ? metrics('broker_connections_station') : count;
    const kept = back_ms <= BACK_MS && known === count;
    return {
      state: kept ? 'kept' : 'broken',
      figures:
        `${count} stations that start together are in after ${(first_ms / 1000).toFixed(1)} s; after an outage of ` +
        `${outage_ms / 1000} s all are back ${(back_ms / 1000).toFixed(1)} s after the ` +
        `${broker === 'embedded' ? 'center' : 'broker'}, ${closes} cut off again` +
        (broker === 'embedded' ? `, ${metrics('broker_closes_too_many') || 0} turned away` : ''),
    };
  } finally {
    await Promise.all(links.map((link) => link.stop()));
    await deployment.remove();
  }
}

export const connectStorm: Scenario = {
  name: 'connect-storm',
  promise: 'After an outage a thousand stations are back within 30 s of the center',
  run: (given) => run('embedded', given),
};

export const connectStormExternal: Scenario = {
  name: 'connect-storm-external',
  promise: 'After an outage of Mosquitto a thousand stations are back within 30 s of it',
  run: (given) => run('mosquitto', given),
};
