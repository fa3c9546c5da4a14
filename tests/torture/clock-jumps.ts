/**
 * Clocks that jump, at the center, at the stations, at Mosquitto where it is the broker, or at all at once: nothing is
 * lost, nothing ends too soon, and it is told.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { topicOf } from '@heat-center/contract/topics.ts';
import { controlled, ADMIN_TOKEN, register, type CenterProcess } from '../support/center.ts';
import { fakeClock, faketimeIsMissing } from './clocks/faketime.ts';
import { jump, JUMPS, SIDES, type Scene } from './clocks/jumps.ts';
import type { StationsSaid } from './clocks/stations.ts';
import { deploy, metric, missingFor, until, type Deployment, type DeploymentOptions } from './deployment.ts';
import { connectSoon, listenToWire } from './field/wire.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const ENTRY = fileURLToPath(new URL('clocks/stations.ts', import.meta.url));
const HOUR_S = 3600;
const DAY_S = 86_400;
/** How long a clock stays wrong, s. */
const WRONG_S = { full: 8, quick: 5 } as const;
/** Mosquitto looks each 5 s for sessions that have come to their end. */
const FORGOTTEN_S = 12;
const HOLD_S = 4 * HOUR_S;
/** Errors of a foreign station's clock that must be told, s. */
const SKEWS_S = [33, -33, HOUR_S, -DAY_S] as const;

/** A foreign station whose clock is wrong: its samples are stored and told as such. */
async function foreign({ deployment, wrongs }: Scene): Promise<void> {
  const { center, mqttUrl } = deployment;
  for (const [index, skew_s] of SKEWS_S.entries()) {
    const login = await register(
      center,
      controlled(`foreign-${index}`, { every_s: { default: 10, meter: 60 } }),
    );
    const client = await connectSoon(mqttUrl, login);
    const at = Date.now() + skew_s * 1000;
    const sample = JSON.stringify({ v: 1, boot: 'f', seq: 1, at, outdoor_c: 1 });
    await client.publishAsync(topicOf(login.username, 'telemetry'), sample, { qos: 1 });
    const suspect = async (): Promise<string | null> =>
      (await center.call<{ clock_suspect: string | null }>('GET', `/api/v1/stations/${login.username}`))
        .clock_suspect;
    await until('the clock is suspected', async () => (await suspect()) !== null, 5000).catch(() => {
      wrongs.push(`a clock that is ${skew_s} s wrong is not told`);
    });
    await client.endAsync();
  }
}

async function ledAgain({ said, wrongs }: Scene, stations: number, what: string): Promise<void> {
  await until(`all are led after ${what}`, async () => said().led === stations, 240_000).catch(() => {
    wrongs.push(`after ${what} only ${said().led} are led`);
  });
}

/** The center starts with a wrong clock, and again with the right one. */
async function restarts(scene: Scene, stations: number): Promise<void> {
  const { deployment, clocks, wrongs } = scene;
  for (const name of ['to 1970', 'an hour ahead']) {
    await clocks.center.set(JUMPS[name]?.() ?? 0);
    await deployment.stopCenter();
    await deployment.startCenter();
    if (name === 'to 1970' && Math.abs(await metric(deployment.center, 'clock_off_seconds')) < DAY_S)
      wrongs.push('a start in 1970 is not told');
    await sleep(WRONG_S.full * 1000);
    await clocks.center.set(0);
    await deployment.stopCenter();
    await deployment.startCenter();
    await ledAgain(scene, stations, `a start ${name}`);
  }
}

/** Mosquitto is killed and starts with a wrong clock; then, while the center is away, it believes that its session is old. */
async function brokerRestarts(scene: Scene, stations: number): Promise<void> {
  const { deployment, clocks } = scene;
  for (const name of ['to 1970', 'to 2106']) {
    await clocks.broker.set(JUMPS[name]?.() ?? 0);
    await deployment.killBroker();
    await sleep(WRONG_S.full * 1000);
    await clocks.broker.set(0);
    await ledAgain(scene, stations, `a start of Mosquitto ${name}`);
  }
  await deployment.stopCenter();
  await clocks.broker.set(JUMPS['to 2106']?.() ?? 0);
  await sleep(FORGOTTEN_S * 1000);
  await clocks.broker.set(0);
  await deployment.startCenter();
  await ledAgain(scene, stations, 'Mosquitto had forgotten the center');
}

/** Samples that stations made and history does not hold. */
async function lost(center: CenterProcess, said: () => StationsSaid): Promise<number> {
  await until('all receipts came', async () => said().unsettled === 0, 60_000).catch(() => undefined);
  let missing = 0;
  for (const [id, made] of Object.entries(said().made)) {
    const path = `/api/v1/stations/${id}/history/count`;
    const stored = async (): Promise<number> => (await center.call<{ samples: number }>('GET', path)).samples;
    await until('history caught up', async () => (await stored()) >= made, 20_000).catch(() => undefined);
    missing += Math.max(0, made - (await stored()));
  }
  return missing;
}

function startStations(deployment: Deployment, count: number, env: NodeJS.ProcessEnv) {
  const args = [deployment.center.url, ADMIN_TOKEN, deployment.mqttUrl, String(count)];
  const child: ChildProcess = fork(ENTRY, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let said: StationsSaid = { led: 0, alone: 0, unsettled: 0, wall_ms: 0, made: {} };
  child.on('message', (message: StationsSaid) => {
    said = message;
  });
  return { child, said: () => said };
}

async function play(scene: Scene, stations: number, { quick, say }: Given): Promise<Outcome> {
  const { broker, deployment, said, wire, wrongs } = scene;
  const sides = SIDES[broker];
  await until('all stations are led', async () => said().led === stations, 120_000);
  const [id = ''] = Object.keys(said().made);
  const { circuits } = await deployment.center.call<{ circuits: { id: string }[] }>(
    'GET',
    `/api/v1/stations/${id}`,
  );
  const wish = {
    kind: 'setpoints',
    circuit: circuits[0]?.id,
    supply_c: 45,
    hold_s: HOLD_S,
    reason: 'torture',
  };
  const wished = await deployment.center.call<{ id: string }>(
    'POST',
    `/api/v1/stations/${id}/commands`,
    wish,
  );
  let jumps = 0;
  for (const name of quick ? ['to 2106'] : Object.keys(JUMPS)) {
    for (const side of quick ? sides.slice(-1) : sides) {
      await jump(scene, name, { side, wrong_s: quick ? WRONG_S.quick : WRONG_S.full });
      jumps += 1;
    }
    say(`${name}: ${wrongs.length} wrongs so far`);
  }
  const expired = [...wire.reports.values()].flat().filter(({ state }) => state === 'expired').length;
  await foreign(scene);
  if (!quick) await restarts(scene, stations);
  if (!quick && broker === 'mosquitto') await brokerRestarts(scene, stations);
  const path = `/api/v1/stations/${id}/commands/${wished.id}`;
  const { state } = await deployment.center.call<{ state: string }>('GET', path);
  if (['expired', 'cancelled', 'refused'].includes(state)) wrongs.push(`a wish of four hours is ${state}`);
  const missing = await lost(deployment.center, said);
  for (const words of wrongs.slice(0, 10)) say(words);
  const made = Object.values(said().made).reduce((sum, one) => sum + one, 0);
  const figures =
    `${jumps} jumps of ${broker === 'mosquitto' ? 'center, stations, Mosquitto and all' : 'center, stations and both'}` +
    `${quick ? '' : `, ${broker === 'mosquitto' ? 6 : 4} starts with a clock that was moved`}: ` +
    `${missing} of ${made} samples lost, ${expired} wrong expiries, ${wrongs.length} wrongs; ${SKEWS_S.length} skews told`;
  return { state: missing + expired + wrongs.length === 0 ? 'kept' : 'broken', figures };
}

async function run(broker: DeploymentOptions['broker'], given: Given): Promise<Outcome> {
  if (faketimeIsMissing) return { state: 'skipped', missing: 'libfaketime (apt-get install libfaketime)' };
  const missing = missingFor({ broker, history: 'embedded' });
  if (missing !== undefined) return { state: 'skipped', missing };
  const stations = given.quick ? 4 : 24;
  const clocks = { center: await fakeClock(), stations: await fakeClock(), broker: await fakeClock() };
  const deployment = await deploy({
    broker,
    history: 'embedded',
    env: clocks.center.env,
    mosquitto: { env: clocks.broker.env },
  });
  const ending = [
    () => deployment.remove(),
    async () => {
      for (const clock of Object.values(clocks)) await clock.remove();
    },
  ];
  try {
    const wire = await listenToWire(deployment.center, deployment.mqttUrl);
    ending.unshift(() => wire.close());
    const { child, said } = startStations(deployment, stations, clocks.stations.env);
    ending.unshift(async () => child.disconnect());
    return await play({ broker, deployment, clocks, wire, said, wrongs: [] }, stations, given);
  } finally {
    for (const end of ending) await end();
  }
}

const promise = 'Clocks that jump on any side lose no sample and end no command too soon, and are told';

export const clockJumps: Scenario = {
  name: 'clock-jumps',
  promise,
  run: (given) => run('embedded', given),
};

export const clockJumpsExternal: Scenario = {
  name: 'clock-jumps-external',
  promise: `${promise}, on Mosquitto too`,
  run: (given) => run('mosquitto', given),
};
