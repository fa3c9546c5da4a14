/** Mosquitto's own disk fills: what waits in it is lost when it is killed, but nothing that the center gave a receipt for. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { between, randomFrom } from '@heat-center/simulators/plant/random.ts';
import { controlled } from '../support/center.ts';
import { smallDisk, type SmallDisk } from '../support/small-disk.ts';
import { deploy, missingFor, registerAll, until, type Deployment } from './deployment.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';
import { readLedger } from './stations/ledger.ts';
import { ledgerFile, startStations, type StationsProcess } from './stations/run.ts';
import { caughtUp, stored } from './stored.ts';

const DISK_MIB = 32;
const PAGE_BYTES = 4096;
/** So many are left free at most when the disk is all but full: then a part of what waits is written. */
const MOST_PAGES = 16;
const STATIONS = 8;
/** Samples a second of each. */
const RATE = 250;
const BACK_WITHIN_S = 10;

interface Field {
  readonly deployment: Deployment;
  readonly disk: SmallDisk;
  readonly stations: StationsProcess;
}

async function receiptsWithin({ stations }: Field, what: string): Promise<number> {
  const began = performance.now();
  const before = stations.figures.receipts;
  await until(what, async () => stations.figures.receipts > before);
  return (performance.now() - began) / 1000;
}

/**
 * Full, or all but full, while stations go on. With `kill` the center is away for a while then, so that much waits, and
 * Mosquitto is killed and starts again on the full disk.
 * @returns seconds from its start, or from the return of space, until stations got receipts again
 */
async function round(
  field: Field,
  { seconds, kill, pages }: { seconds: number; kill: boolean; pages: number },
): Promise<number> {
  const { deployment, disk } = field;
  const full = async (): Promise<void> => {
    const end = performance.now() + seconds * 1000;
    for (; performance.now() < end; await sleep(50)) disk.fill(pages * PAGE_BYTES);
  };
  await full();
  await receiptsWithin(field, 'receipts while the disk of Mosquitto is full');
  if (!kill) {
    disk.free();
    return receiptsWithin(field, 'receipts with space again');
  }
  await deployment.killCenter();
  await full();
  await deployment.killBroker();
  await deployment.startCenter();
  const back_s = await receiptsWithin(field, 'receipts after Mosquitto started on a full disk');
  disk.free();
  await receiptsWithin(field, 'receipts with space again');
  return back_s;
}

async function run({ seed, quick, say }: Given): Promise<Outcome> {
  const missingHere = missingFor({ broker: 'mosquitto', history: 'embedded' });
  if (missingHere !== undefined) return { state: 'skipped', missing: missingHere };
  const disk = await smallDisk(DISK_MIB);
  if (!disk) return { state: 'skipped', missing: 'the right to mount a tmpfs (run it as root)' };
  const dir = await mkdtemp(join(tmpdir(), 'heat-stations-'));
  const data = join(disk.dir, 'data');
  await mkdir(data);
  const deployment = await deploy({
    broker: 'mosquitto',
    history: 'embedded',
    mosquitto: { data, by: 'run.sh' },
  });
  try {
    const ids = Array.from({ length: STATIONS }, (_, n) => controlled(`full-${n}`, { control: 'observe' }));
    const [gateway, ...logins] = await registerAll(deployment, [{ id: 'trusting' }, ...ids]);
    if (!gateway) throw new Error('no gateway');
    const stations = startStations({ url: deployment.mqttUrl, logins, gateway, dir, rate: RATE });
    try {
      await until('stations have receipts', async () => stations.figures.receipts > 0);
      const rounds = quick ? 1 : 6;
      const random = randomFrom(`broker disk ${seed}`);
      let back_s = 0;
      for (let n = 1; n <= rounds; n += 1) {
        const pages = n === 1 ? 0 : Math.floor(between(random, 0, MOST_PAGES));
        const how = { seconds: quick ? 3 : 10, kill: !quick, pages };
        back_s = Math.max(back_s, await round({ deployment, disk, stations }, how));
        say(`round ${n} of ${rounds}, ${pages} pages left: back after ${back_s.toFixed(1)} s at most`);
      }
      stations.hush();
      await until('all outboxes are empty', async () => stations.figures.unsettled === 0, 180_000);
      await stations.stop();
      await caughtUp(deployment.center);
      const ledger = readLedger(ledgerFile(dir));
      const { samples, missing, doubled } = await stored(deployment.center, ledger, false);
      const trusting = await stored(deployment.center, { ...ledger, boots: [] }, true);
      const exit = await deployment.stopCenter();
      const kept = missing + doubled === 0 && exit === 0 && back_s <= BACK_WITHIN_S;
      return {
        state: kept ? 'kept' : 'broken',
        figures:
          `${rounds} times full: receipts go on, and ${back_s.toFixed(1)} s after ` +
          `${quick ? 'space returned' : 'Mosquitto was killed and started on the full disk'}; ` +
          `${samples} samples: ${missing} missing, ${doubled} doubled; of a gateway that knows only PUBACK ` +
          `${trusting.missing} of ${[...ledger.pubacks.values()].flat().length} missing, which is not promised`,
      };
    } finally {
      await stations.kill();
    }
  } finally {
    await deployment.remove();
    await disk.remove();
    await rm(dir, { recursive: true });
  }
}

export const brokerDiskFull: Scenario = {
  name: 'broker-disk-full',
  promise: 'A full disk of Mosquitto costs nothing that got a receipt, not even when it is killed meanwhile',
  run,
};
