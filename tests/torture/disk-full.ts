/**
 * A disk that fills under load: nothing is acknowledged that could not be written, nobody exits, and all goes on after it.
 * With Mosquitto, whose own data lies on another disk, only a receipt acknowledges.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CenterTrouble } from '@heat-center/api/live.ts';
import { controlled } from '../support/center.ts';
import { openLiveFeed, type LiveFeed } from '../support/live-feed.ts';
import { smallDisk, type SmallDisk } from '../support/small-disk.ts';
import {
  deploy,
  metric,
  missingFor,
  registerAll,
  until,
  type Deployment,
  type DeploymentOptions,
} from './deployment.ts';
import { invite, type People } from './field/people.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';
import { readLedger } from './stations/ledger.ts';
import { ledgerFile, startStations, type StationsProcess } from './stations/run.ts';
import { caughtUp, stored } from './stored.ts';

const MIB = 2 ** 20;
const STATIONS = 8;
/** Samples a second of each. */
const RATE = 250;
const ALARM_WITHIN_S = 5;
const BACK_WITHIN_S = 10;

interface Field {
  readonly broker: DeploymentOptions['broker'];
  readonly deployment: Deployment;
  readonly disk: SmallDisk;
  readonly stations: StationsProcess;
  readonly ledger: string;
  /** Free space below which the center stops by itself; 0: until the kernel says that there is none. */
  readonly floor_mib: number;
}

interface Figures {
  /** Slowest of all rounds, s. */
  alarm_s: number;
  warned_s: number;
  back_s: number;
  history_s: number;
  /** Acknowledgements while the disk was full. */
  acknowledged: number;
  /** Hours that the warning forecast. */
  hours_left: number;
  kills: number;
  /** Questions asked while the disk was full that were not answered as they should be. */
  wrong_answers: string[];
}

function acknowledgements({ broker, ledger }: Pick<Field, 'broker' | 'ledger'>): number {
  const { boots, pubacks } = readLedger(ledger);
  const receipts = boots.reduce((sum, { receipt }) => sum + receipt, 0);
  if (broker === 'mosquitto') return receipts;
  return [...pubacks.values()].reduce((sum, times) => sum + times.length, receipts);
}

async function secondsUntil(what: string, holds: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  await until(what, async () => holds(), 60_000);
  return (performance.now() - began) / 1000;
}

const troubleOf = (feed: LiveFeed, code: CenterTrouble['code']): CenterTrouble | undefined =>
  feed.center()?.troubles.find((trouble) => trouble.code === code);

/** Little space, but enough: the warning comes before anything stops. */
async function warn({ disk, floor_mib }: Field, feed: LiveFeed, figures: Figures): Promise<void> {
  disk.fill(1.9 * floor_mib * MIB);
  const warned_s = await secondsUntil('disk_low is told', () => troubleOf(feed, 'disk_low') !== undefined);
  figures.warned_s = Math.max(figures.warned_s, warned_s);
  const hours = (): number => Number(troubleOf(feed, 'disk_low')?.params.hours_left ?? Number.NaN);
  await until('a forecast of the hours left', async () => !Number.isNaN(hours()));
  figures.hours_left = hours();
  if (troubleOf(feed, 'journal_unwritable')) throw new Error('it stopped before it was full');
}

/** Full for some seconds; whatever others free meanwhile is taken away again, and people go on asking. */
async function starve(
  field: Field,
  { seconds, people, figures }: { seconds: number; people: People; figures: Figures },
): Promise<number> {
  const { disk, floor_mib } = field;
  // What was on its way when the disk became full.
  await sleep(500);
  const before = acknowledgements(field);
  const asking = askAgain(people, seconds);
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(50)) {
    disk.fill((floor_mib * MIB) / 2);
  }
  figures.wrong_answers.push(...(await asking));
  return acknowledgements(field) - before;
}

async function askAgain(people: People, seconds: number): Promise<string[]> {
  const wrong: string[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(1000)) {
    wrong.push(...(await people.ask()));
  }
  return wrong;
}

/** Without any room it waits for some, and then starts by itself. */
async function startOnFull({ deployment, disk }: Field): Promise<void> {
  const starting = deployment.startCenter();
  await Promise.all([starting, sleep(2000).then(() => disk.free())]);
}

async function round(
  field: Field,
  { n, seconds, kill }: { n: number; seconds: number; kill: boolean },
  figures: Figures,
) {
  const { deployment, disk, floor_mib } = field;
  const people = await invite(deployment.center, String(n));
  const feed = openLiveFeed(deployment.center);
  try {
    await until('the feed speaks', async () => feed.center() !== undefined);
    if (floor_mib > 0) await warn(field, feed, figures);
    await people.knock();
    disk.fill((floor_mib * MIB) / 2);
    const alarm_s = await secondsUntil('the alarm', () => {
      disk.fill((floor_mib * MIB) / 2);
      return troubleOf(feed, 'journal_unwritable') !== undefined;
    });
    figures.alarm_s = Math.max(figures.alarm_s, alarm_s);
    figures.acknowledged += await starve(field, { seconds, people, figures });
  } finally {
    feed.close();
    people.leave();
  }
  if (kill) {
    figures.kills += 1;
    await deployment.killCenter();
    await startOnFull(field);
  } else {
    disk.free();
  }
  const before = acknowledgements(field);
  const back_s = await secondsUntil(
    'stations are acknowledged again',
    () => acknowledgements(field) > before,
  );
  figures.back_s = Math.max(figures.back_s, back_s);
  const began = performance.now();
  await until(
    'history follows again',
    async () => {
      const { center } = deployment;
      const [behind_s, troubled] = [
        await metric(center, 'history_behind_seconds'),
        await metric(center, 'history_in_trouble'),
      ];
      return behind_s < 5 && troubled === 0;
    },
    300_000,
  );
  figures.history_s = Math.max(figures.history_s, back_s + (performance.now() - began) / 1000);
}

async function onDisk(
  { broker, disk, floor_mib }: Pick<Field, 'broker' | 'disk' | 'floor_mib'>,
  { quick, say }: Given,
): Promise<[boolean, string]> {
  const dir = await mkdtemp(join(tmpdir(), 'heat-stations-'));
  const env = { HEAT_CENTER_MIN_FREE_MB: String(floor_mib) };
  const deployment = await deploy({
    broker,
    history: 'embedded',
    dir: join(disk.dir, 'data'),
    env,
  });
  const figures: Figures = {
    alarm_s: 0,
    warned_s: 0,
    back_s: 0,
    history_s: 0,
    acknowledged: 0,
    hours_left: 0,
    kills: 0,
    wrong_answers: [],
  };
  try {
    const ids = Array.from({ length: STATIONS }, (_, n) => controlled(`full-${n}`, { control: 'observe' }));
    const [gateway, ...logins] = await registerAll(deployment, [{ id: 'trusting' }, ...ids]);
    if (!gateway) throw new Error('no gateway');
    const stations = startStations({ url: deployment.mqttUrl, logins, gateway, dir, rate: RATE });
    const ledger = ledgerFile(dir);
    try {
      await until('stations have receipts', async () => stations.figures.receipts > 0);
      const field: Field = { broker, deployment, disk, stations, ledger, floor_mib };
      const rounds = quick ? 1 : 4;
      for (let n = 1; n <= rounds; n += 1) {
        await round(field, { n, seconds: quick ? 3 : 15, kill: !quick && n % 2 === 0 }, figures);
        say(`round ${n} of ${rounds} with a floor of ${floor_mib} MiB: ${JSON.stringify(figures)}`);
      }
      stations.hush();
      await until('all outboxes are empty', async () => stations.figures.unsettled === 0, 180_000);
      await stations.stop();
      await caughtUp(deployment.center);
      const { samples, missing, doubled } = await stored(
        deployment.center,
        readLedger(ledger),
        broker === 'embedded',
      );
      const exit = await deployment.stopCenter();
      const kept =
        missing + doubled === 0 &&
        // Others may free a little while it is full: what then fits is acknowledged, and must be there.
        exit === 0 &&
        figures.wrong_answers.length === 0 &&
        figures.alarm_s <= ALARM_WITHIN_S &&
        figures.back_s <= BACK_WITHIN_S;
      const s = (value: number): string => `${value.toFixed(1)} s`;
      const warned =
        floor_mib > 0 ? `warned after ${s(figures.warned_s)} of ${figures.hours_left} h left, ` : '';
      return [
        kept,
        `floor ${floor_mib} MiB, ${rounds} times full: ${warned}alarm after ${s(figures.alarm_s)}, ` +
          `${figures.acknowledged} acknowledgements of what found room meanwhile, acknowledging ${s(figures.back_s)} after space ` +
          `returned and history up to date after ${s(figures.history_s)}, ${figures.kills} kills while full, ` +
          `${samples} samples: ${missing} missing, ${doubled} doubled` +
          figures.wrong_answers.map((wrong) => `; ${wrong}`).join(''),
      ];
    } finally {
      await stations.kill();
    }
  } finally {
    await deployment.remove();
    await rm(dir, { recursive: true });
  }
}

async function run(broker: DeploymentOptions['broker'], given: Given): Promise<Outcome> {
  const missing = missingFor({ broker, history: 'embedded' });
  if (missing !== undefined) return { state: 'skipped', missing };
  const told: string[] = [];
  let kept = true;
  for (const floor_mib of given.quick ? [0] : [0, 32]) {
    const disk = await smallDisk(512);
    if (!disk) return { state: 'skipped', missing: 'the right to mount a tmpfs (run it as root)' };
    try {
      const [held, figures] = await onDisk({ broker, disk, floor_mib }, given);
      kept &&= held;
      told.push(figures);
    } finally {
      await disk.remove();
    }
  }
  return { state: kept ? 'kept' : 'broken', figures: told.join('; ') };
}

const promise =
  'a full disk costs nothing that was acknowledged: no acknowledgement, no exit, alarm ≤ 5 s, back ≤ 10 s';

export const diskFull: Scenario = {
  name: 'disk-full',
  promise,
  run: (given) => run('embedded', given),
};

export const diskFullExternal: Scenario = {
  name: 'disk-full-external',
  promise: `${promise}, on Mosquitto too`,
  run: (given) => run('mosquitto', given),
};
