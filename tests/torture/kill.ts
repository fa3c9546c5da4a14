/** SIGKILL at random moments, under load: what was acknowledged is stored once, and the journal explains every command. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { between, randomFrom, uniform, type Random } from '@heat-center/simulators/plant/random.ts';
import { controlled } from '../support/center.ts';
import {
  deploy,
  missingFor,
  registerAll,
  until,
  type Deployment,
  type DeploymentOptions,
} from './deployment.ts';
import { replayJournal } from './replayed.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';
import { readLedger } from './stations/ledger.ts';
import { ledgerFile, startStations, type StationsProcess } from './stations/run.ts';
import type { StationsSpec } from './stations/protocol.ts';
import { caughtUp, stored } from './stored.ts';

const STATIONS = 8;
/** Samples a second of each, and half as many from the gateway: 2,125 in all. */
const RATE = 250;
const FULL_KILLS = 100;
const QUICK_KILLS = 4;

type Victim = 'center' | 'stations' | 'broker';
type Setup = Pick<DeploymentOptions, 'broker' | 'history'>;

interface Field {
  readonly deployment: Deployment;
  readonly spec: StationsSpec;
  stations: StationsProcess;
}

async function kill(field: Field, victim: Victim, random: Random): Promise<void> {
  const { deployment } = field;
  if (victim === 'center') {
    await deployment.killCenter();
    if (uniform(random) < 0.3) await sleep(between(random, 0, 2000));
    await deployment.startCenter();
  } else if (victim === 'stations') {
    await field.stations.kill();
    field.stations = startStations(field.spec);
  } else await deployment.killBroker();
}

/** Kills at random moments, some of them while the last victim still comes back. Returns how often each. */
async function torment(
  field: Field,
  {
    kills,
    victims,
    random,
    say,
  }: { kills: number; victims: readonly Victim[]; random: Random } & Pick<Given, 'say'>,
): Promise<Record<Victim, number>> {
  const counts: Record<Victim, number> = { center: 0, stations: 0, broker: 0 };
  for (let n = 1; n <= kills; n += 1) {
    await sleep(between(random, 300, 4000));
    // Each at least once, then by chance.
    const victim = victims[n - 1] ?? victims[Math.floor(uniform(random) * victims.length)] ?? 'center';
    counts[victim] += 1;
    await kill(field, victim, random);
    if (n % 10 === 0) say(`${n} kills, ${field.stations.figures.unsettled} samples without a receipt`);
  }
  return counts;
}

async function judge(field: Field, setup: Setup, told: string): Promise<Outcome> {
  const { deployment, stations, spec } = field;
  stations.hush();
  await until('all outboxes are empty', async () => stations.figures.unsettled === 0, 180_000);
  await stations.stop();
  const { center } = deployment;
  await caughtUp(center);
  const ledger = readLedger(ledgerFile(spec.dir));
  const embedded = setup.broker === 'embedded';
  const { samples, missing, doubled } = await stored(center, ledger, embedded);
  const exit = await deployment.stopCenter();
  const { commands, unexplained } = await replayJournal(join(center.dir, 'journal'));
  const unknown = ledger.commands.filter((command) => !commands.has(command)).length;
  const acknowledged = ledger.boots.reduce((sum, { receipt }) => sum + receipt, 0);
  const pubacks = [...ledger.pubacks.values()].reduce((sum, times) => sum + times.length, 0);
  const kept =
    missing === 0 &&
    doubled === 0 &&
    unknown === 0 &&
    unexplained === 0 &&
    exit === 0 &&
    ledger.commands.length > 0 &&
    pubacks > 0;
  return {
    state: kept ? 'kept' : 'broken',
    figures:
      `${told}; ${samples} samples stored, ${acknowledged} with a receipt and ${pubacks} with PUBACK alone: ` +
      `${missing} missing, ${doubled} doubled; ${ledger.commands.length} commands heard, ${unknown} of them and ` +
      `${unexplained} journaled effects not given by the replay`,
  };
}

async function run(setup: Setup, { seed, quick, say }: Given): Promise<Outcome> {
  const missing = missingFor(setup);
  if (missing !== undefined) return { state: 'skipped', missing };
  const random = randomFrom(`kill ${seed}`);
  const dir = await mkdtemp(join(tmpdir(), 'heat-stations-'));
  const deployment = await deploy(setup);
  try {
    const ids = Array.from({ length: STATIONS }, (_, n) => controlled(`kill-${n}`));
    const [gateway, ...logins] = await registerAll(deployment, [{ id: 'trusting' }, ...ids]);
    if (!gateway) throw new Error('no gateway');
    const spec = { url: deployment.mqttUrl, logins, gateway, dir, rate: RATE };
    const field: Field = { deployment, spec, stations: startStations(spec) };
    try {
      await until('stations are connected', async () => field.stations.figures.receipts > 0, 30_000);
      const victims: readonly Victim[] =
        setup.broker === 'mosquitto' ? ['center', 'stations', 'broker'] : ['center', 'stations'];
      const kills = quick ? QUICK_KILLS : FULL_KILLS;
      const counts = await torment(field, { kills, victims, random, say });
      const told = Object.entries(counts).map(([victim, count]) => `${count} ${victim}`);
      return await judge(field, setup, `${kills} kills (${told.join(', ')})`);
    } finally {
      await field.stations.kill();
    }
  } finally {
    await deployment.remove();
    await rm(dir, { recursive: true });
  }
}

const PROMISE =
  'what was acknowledged is stored exactly once after kills at any moment, and the journal gives the commands';

export const killEmbedded: Scenario = {
  name: 'kill',
  promise: `${PROMISE}: embedded broker and history`,
  run: (given) => run({ broker: 'embedded', history: 'embedded' }, given),
};

export const killExternal: Scenario = {
  name: 'kill-external',
  promise: `${PROMISE}: Mosquitto and InfluxDB`,
  run: (given) => run({ broker: 'mosquitto', history: 'influx' }, given),
};
