/** A center that dies, stands still, hangs or is cut off: every station is on its own curve in time, and only new commands lead it again. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRegistry } from '@heat-center/controller/adapters/registry/registry.ts';
import { EPOCH_SETTING } from '@heat-center/controller/center/gate.ts';
import { randomFrom, uniform } from '@heat-center/simulators/plant/random.ts';
import { newDataDir, removeDataDir } from '../support/center.ts';
import { heat } from '../support/cli.ts';
import { openLiveFeed } from '../support/live-feed.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { deploy, missingFor, until, type Deployment, type DeploymentOptions } from './deployment.ts';
import { DEBUGGABLE, hang } from './field/debugger.ts';
import { record, type Recorder } from './field/recorder.ts';
import { isLed, startField, type Field } from './field/stations.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';

/** Latest time on the own curve after the last heartbeat, ms. */
const ALONE_WITHIN_MS = 16_000;
/** As long as a lease is valid, ms. */
const LEASE_MS = 600_000;
const LED_WITHIN_MS = 240_000;
const FLAP_MS = 20_000;
const FLAPS = 6;

interface Scene {
  readonly dir: string;
  readonly deployment: Deployment;
  readonly proxy: TcpProxy;
  readonly field: Field;
  readonly recorder: Recorder;
}

type Silence = 'killed' | 'stopped' | 'hung' | 'cut off' | 'held up';

/** Makes the center silent; what is returned ends the silence. */
async function silence({ deployment, proxy }: Scene, kind: Silence): Promise<() => Promise<void>> {
  const { center } = deployment;
  const again = async (): Promise<void> => {
    await deployment.killCenter();
    await deployment.startCenter();
  };
  switch (kind) {
    case 'killed':
      await deployment.killCenter();
      return () => deployment.startCenter();
    case 'stopped':
      process.kill(center.pid, 'SIGSTOP');
      return async () => void process.kill(center.pid, 'SIGCONT');
    case 'hung':
      await hang(center);
      return again;
    case 'cut off':
      proxy.set({ hole: true });
      return async () => proxy.set({ hole: false });
    default:
      proxy.set({ paused: true });
      return async () => proxy.set({ paused: false });
  }
}

/** Stations that are led by what was issued before they heard their center again. */
function misled({ field }: Scene): string[] {
  return field.stations.flatMap((station) => {
    const { leases, watch } = station.commands();
    const before = leases.some(({ ends_center_ms }) => ends_center_ms - LEASE_MS < (watch.back_at ?? 0) - 1);
    return before ? [station.id] : [];
  });
}

const allLed = ({ field }: Scene) =>
  until('all stations are led', async () => field.stations.every(isLed), LED_WITHIN_MS);

interface Heard {
  readonly kind: string;
  readonly slowest_ms: number;
  readonly wrong: string[];
}

/** In the short form nobody waits for the stations to come back. */
async function suffer(scene: Scene, kind: Silence, quick: boolean): Promise<Heard> {
  const { field, recorder } = scene;
  await allLed(scene);
  recorder.begin();
  const back = await silence(scene, kind);
  await until(`all stations are alone (${kind})`, async () => !field.stations.some(isLed), 60_000);
  // The recorder looks ten times a second.
  await sleep(300);
  const waits = [...recorder.tracks.values()].map(({ left_ms = Infinity, heard_ms }) => left_ms - heard_ms);
  await back();
  if (!quick) await allLed(scene);
  const wrong = misled(scene).map((id) => `${id} obeyed what was issued before`);
  return { kind, slowest_ms: Math.max(...waits), wrong };
}

/** A link that comes and goes: how often a station changed between its center and its own curve. */
async function flap(scene: Scene): Promise<number> {
  const { proxy, recorder } = scene;
  await allLed(scene);
  recorder.begin();
  for (let turn = 0; turn < FLAPS; turn += 1) {
    proxy.set({ hole: true });
    await sleep(FLAP_MS);
    proxy.set({ hole: false });
    await sleep(FLAP_MS);
  }
  return Math.max(...[...recorder.tracks.values()].map(({ changes }) => changes));
}

/** Gives the center an epoch above what the start time of a later one gives. */
async function raiseEpoch({ deployment, dir }: Scene): Promise<void> {
  await deployment.stopCenter();
  const registry = openRegistry(join(dir, 'registry.sqlite'));
  registry.setSetting(EPOCH_SETTING, String(Math.floor(Date.now() / 1000) + 1_000_000));
  registry.close();
  await deployment.startCenter();
}

/** Everything of the center is lost, and its clock gives a lower epoch: a person confirms, and the stations come back. */
async function rebuild(scene: Scene): Promise<{ took_s: number; wrong: string[] }> {
  const { dir, deployment, field } = scene;
  await raiseEpoch(scene);
  await allLed(scene);
  await deployment.killCenter();
  for (const name of await readdir(dir)) await rm(join(dir, name), { recursive: true });
  // Until then they rightly work to what the old center told them.
  await until('all stations are alone', async () => !field.stations.some(isLed), 60_000);
  await deployment.startCenter();
  const feed = openLiveFeed(deployment.center);
  await field.register(deployment.center);
  const { length } = field.stations;
  try {
    await until(
      'all stations are in conflict',
      async () => feed.center()?.epoch_conflicts.length === length,
      LED_WITHIN_MS,
    );
  } finally {
    feed.close();
  }
  const wrong = field.stations.filter(isLed).map(({ id }) => `${id} obeys a center that nobody confirmed`);
  const confirmed = performance.now();
  const { code, err } = await heat(dir, ['epoch', 'confirm']);
  if (code !== 0) wrong.push(`heat epoch confirm: ${err}`);
  await allLed(scene);
  return { took_s: (performance.now() - confirmed) / 1000, wrong };
}

/** A center with stations of its own for each trial: after two silences in half an hour it would wait before it leads again. */
async function within<T>(
  { broker, seed, count }: { broker: DeploymentOptions['broker']; seed: string; count: number },
  trial: (scene: Scene) => Promise<T>,
): Promise<{ result: T; offRamp: readonly string[]; longestTick_ms: number }> {
  const dir = await newDataDir();
  const random = randomFrom(seed);
  const deployment = await deploy({ broker, history: 'embedded', dir, env: DEBUGGABLE });
  const ending = [() => deployment.remove(), () => removeDataDir(dir)];
  try {
    const proxy = await startTcpProxy({ target: Number(new URL(deployment.mqttUrl).port) });
    ending.unshift(() => proxy.close());
    const mqtt = `mqtt://127.0.0.1:${proxy.port}`;
    const field = await startField({ count, mqtt, random: () => uniform(random) });
    const recorder = record(field);
    ending.unshift(
      async () => recorder.close(),
      () => field.stop(),
    );
    await field.register(deployment.center);
    const result = await trial({ dir, deployment, proxy, field, recorder });
    return { result, offRamp: recorder.offRamp, longestTick_ms: field.longestTick_ms };
  } finally {
    for (const end of ending) await end();
  }
}

async function run(broker: DeploymentOptions['broker'], given: Given): Promise<Outcome> {
  const { quick, seed, say } = given;
  const missing = missingFor({ broker, history: 'embedded' });
  if (missing !== undefined) return { state: 'skipped', missing };
  const count = quick ? 10 : 200;
  const here = (name: string) => ({ broker, seed: `silence ${seed} ${name}`, count });
  const kinds: readonly Silence[] = quick ? ['stopped'] : ['killed', 'stopped', 'hung', 'cut off', 'held up'];
  const heard: Heard[] = [];
  const wrong: string[] = [];
  for (const kind of kinds) {
    const { result, offRamp, longestTick_ms } = await within(here(kind), (scene) =>
      suffer(scene, kind, quick),
    );
    heard.push(result);
    wrong.push(...result.wrong, ...offRamp);
    const alone_ms = Math.round(result.slowest_ms);
    say(
      `${kind}: alone after ${alone_ms} ms, longest tick ${Math.round(longestTick_ms)} ms, ${wrong.length} wrongs`,
    );
  }
  const flapped = quick ? undefined : await within(here('flapping'), flap);
  const rebuilt = quick ? undefined : await within(here('rebuilt'), rebuild);
  wrong.push(...(flapped?.offRamp ?? []), ...(rebuilt?.offRamp ?? []), ...(rebuilt?.result.wrong ?? []));
  for (const words of wrong.slice(0, 10)) say(words);
  const slowest_ms = Math.max(...heard.map((one) => one.slowest_ms));
  const times = heard.map((one) => `${(one.slowest_ms / 1000).toFixed(1)} s (${one.kind})`).join(', ');
  const figures =
    `${count} stations alone ${times} after the last heartbeat; ${wrong.length} obeyed old commands or left the ramp` +
    (flapped && rebuilt
      ? `; at most ${flapped.result} changes in ${FLAPS} flaps; a rebuilt center leads again ` +
        `${rebuilt.result.took_s.toFixed(0)} s after the confirmation`
      : '');
  const kept = wrong.length === 0 && slowest_ms <= ALONE_WITHIN_MS && (flapped?.result ?? 0) <= FLAPS;
  return { state: kept ? 'kept' : 'broken', figures };
}

const promise =
  'A silent center leaves every station on its own curve within 16 s, and only new commands lead it again';

export const silent: Scenario = { name: 'silence', promise, run: (given) => run('embedded', given) };

export const silentExternal: Scenario = {
  name: 'silence-external',
  promise: `${promise}, on Mosquitto too`,
  run: (given) => run('mosquitto', given),
};
