/** Clocks that jump, at the center, at the stations or at both: nothing is lost, nothing ends too soon, and it is told. */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { topicOf } from '@heat-center/contract/topics.ts';
import { connect, controlled, ADMIN_TOKEN, register, type CenterProcess } from '../support/center.ts';
import { fakeClock, faketimeIsMissing, type FakeClock } from './clocks/faketime.ts';
import type { StationsSaid } from './clocks/stations.ts';
import { deploy, metric, until, type Deployment } from './deployment.ts';
import { listenToWire, type Wire } from './field/wire.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

const ENTRY = fileURLToPath(new URL('clocks/stations.ts', import.meta.url));
const HOUR_S = 3600;
const DAY_S = 86_400;
const JUMPS: Readonly<Record<string, () => number>> = {
  'an hour ahead': () => HOUR_S,
  'an hour back': () => -HOUR_S,
  'a day ahead': () => DAY_S,
  'a day back': () => -DAY_S,
  'to 1970': () => HOUR_S - Date.now() / 1000,
  'to 2106': () => (Date.UTC(2106, 0, 15) - Date.now()) / 1000,
};
const SIDES = ['center', 'stations', 'both'] as const;
/** How long a clock stays wrong, s. */
const WRONG_S = { full: 8, quick: 5 } as const;
const HOLD_S = 4 * HOUR_S;
/** Errors of a foreign station's clock that must be told, s. */
const SKEWS_S = [33, -33, HOUR_S, -DAY_S] as const;

interface Scene {
  readonly deployment: Deployment;
  readonly clocks: Readonly<Record<'center' | 'stations', FakeClock>>;
  readonly wire: Wire;
  /** What the stations said last. */
  readonly said: () => StationsSaid;
  readonly wrongs: string[];
}

async function setClocks({ clocks }: Scene, side: (typeof SIDES)[number], ahead_s: number): Promise<void> {
  if (side !== 'stations') await clocks.center.set(ahead_s);
  if (side !== 'center') await clocks.stations.set(ahead_s);
}

/** One jump and back: stations stay led all the time, and a wrong clock of the center is told. */
async function jump(
  scene: Scene,
  name: string,
  how: { side: (typeof SIDES)[number]; wrong_s: number },
): Promise<void> {
  const { side, wrong_s } = how;
  const { deployment, said, wrongs } = scene;
  const ahead_s = JUMPS[name]?.() ?? 0;
  const { led } = said();
  await setClocks(scene, side, ahead_s);
  for (let second = 0; second < wrong_s; second += 1) {
    await sleep(1000);
    if (said().led < led || said().alone > 0)
      wrongs.push(`${side} ${name}: ${said().led} of ${led} still led`);
  }
  const off_s = await metric(deployment.center, 'clock_off_seconds');
  const told = Math.abs(off_s - ahead_s) < 30;
  if (side !== 'stations' && !told)
    wrongs.push(`${side} ${name}: the center says that its clock is ${off_s} s off`);
  if (side !== 'center' && Math.abs((said().wall_ms - Date.now()) / 1000 - ahead_s) > 30)
    wrongs.push(`${side} ${name}: the stations' clock did not jump`);
  await setClocks(scene, side, 0);
  await sleep(2000);
}

/** A foreign station whose clock is wrong: its samples are stored and told as such. */
async function foreign({ deployment, wrongs }: Scene): Promise<void> {
  const { center, mqttUrl } = deployment;
  for (const [index, skew_s] of SKEWS_S.entries()) {
    const login = await register(
      center,
      controlled(`foreign-${index}`, { every_s: { default: 10, meter: 60 } }),
    );
    const client = await connect({ mqttUrl }, login);
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

/** The center starts with a wrong clock, and again with the right one. */
async function restarts(scene: Scene, stations: number): Promise<void> {
  const { deployment, clocks, said, wrongs } = scene;
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
    await until(`all are led after a start ${name}`, async () => said().led === stations, 240_000).catch(
      () => {
        wrongs.push(`after a start ${name} only ${said().led} are led`);
      },
    );
  }
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
  const { deployment, said, wire, wrongs } = scene;
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
    for (const side of quick ? (['both'] as const) : SIDES) {
      await jump(scene, name, { side, wrong_s: quick ? WRONG_S.quick : WRONG_S.full });
      jumps += 1;
    }
    say(`${name}: ${wrongs.length} wrongs so far`);
  }
  const expired = [...wire.reports.values()].flat().filter(({ state }) => state === 'expired').length;
  await foreign(scene);
  if (!quick) await restarts(scene, stations);
  const path = `/api/v1/stations/${id}/commands/${wished.id}`;
  const { state } = await deployment.center.call<{ state: string }>('GET', path);
  if (['expired', 'cancelled', 'refused'].includes(state)) wrongs.push(`a wish of four hours is ${state}`);
  const missing = await lost(deployment.center, said);
  for (const words of wrongs.slice(0, 10)) say(words);
  const made = Object.values(said().made).reduce((sum, one) => sum + one, 0);
  const figures =
    `${jumps} jumps of center, stations and both${quick ? '' : ', 4 starts with a clock that was moved'}: ` +
    `${missing} of ${made} samples lost, ${expired} wrong expiries, ${wrongs.length} wrongs; ${SKEWS_S.length} skews told`;
  return { state: missing + expired + wrongs.length === 0 ? 'kept' : 'broken', figures };
}

async function run(given: Given): Promise<Outcome> {
  if (faketimeIsMissing) return { state: 'skipped', missing: 'libfaketime (apt-get install libfaketime)' };
  const stations = given.quick ? 4 : 24;
  const clocks = { center: await fakeClock(), stations: await fakeClock() };
  const deployment = await deploy({ broker: 'embedded', history: 'embedded', env: clocks.center.env });
  const ending = [() => deployment.remove(), () => clocks.center.remove(), () => clocks.stations.remove()];
  try {
    const wire = await listenToWire(deployment.center, deployment.mqttUrl);
    ending.unshift(() => wire.close());
    const { child, said } = startStations(deployment, stations, clocks.stations.env);
    ending.unshift(async () => child.disconnect());
    return await play({ deployment, clocks, wire, said, wrongs: [] }, stations, given);
  } finally {
    for (const end of ending) await end();
  }
}

export const clockJumps: Scenario = {
  name: 'clock-jumps',
  promise: 'Clocks that jump on any side lose no sample and end no command too soon, and are told',
  run,
};
