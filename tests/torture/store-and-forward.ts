/** A station that was cut off for a day fills in over a slow link, beside the live data of others. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StationDetail } from '@heat-center/api/stations.ts';
import { createJournalReader } from '@heat-center/controller/adapters/journal/reader.ts';
import { inputOf } from '@heat-center/controller/center/records.ts';
import { controlled, type Login } from '../support/center.ts';
import { openLiveFeed } from '../support/live-feed.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import {
  deploy,
  missingFor,
  registerAll,
  until,
  type Deployment,
  type DeploymentOptions,
} from './deployment.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';
import { readLedger, type Ledger } from './stations/ledger.ts';
import { ledgerFile, startStations, type StationsProcess } from './stations/run.ts';
import { caughtUp, stored } from './stored.ts';

const DAY = 864_000;
const QUICK = 30_000;
/** 10 Hz. */
const STEP_MS = 100;
const LINK_MS = 50;
const LIVE_STATIONS = { full: 50, quick: 10 };
/** What a small ring keeps of what it measured. */
const RING = { samples: 8000, capacity: 5000 };
const RATE = 20_000;
const LIVE_P99_MS = 1000;

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

interface Parts {
  /** How many stations are live meanwhile. */
  readonly others: number;
  readonly deployment: Deployment;
  readonly cut: StationsProcess;
  readonly ring: StationsProcess;
  readonly live: StationsProcess;
  readonly dirs: Readonly<Record<'cut' | 'ring' | 'live', string>>;
}

/** Samples of a station in the journal from before a time that are not marked historical. */
async function unmarked(dir: string, station: string, before: number): Promise<number> {
  const reader = createJournalReader({ dir });
  let found = 0;
  for (let position = 0; ;) {
    const records = await reader.read(position, 1024 * 1024);
    if (records.length === 0) break;
    for (const record of records) {
      position = record.end;
      if (record.kind !== 'telemetry' || record.station !== station) continue;
      const input = inputOf(record);
      if (input?.kind !== 'telemetry') throw new Error('the journal holds telemetry that cannot be read');
      found += input.telemetry.samples.filter(({ at, historical }) => at < before && !historical).length;
    }
  }
  await reader.close();
  return found;
}

interface Fill {
  readonly samples: number;
  readonly seconds: number;
  readonly p99_ms: number;
}

/** From the first connection until the backlog has its receipts; the link breaks once in between. */
async function fillIn(
  { deployment, cut }: Parts,
  samples: number,
  openLink: () => () => void,
): Promise<Fill> {
  const feed = openLiveFeed(deployment.center, {
    point: 'primary.supply_c',
    of: (station) => station.startsWith('live-'),
  });
  await sleep(1000);
  feed.ages.length = 0;
  const breakLink = openLink();
  await until('the link is up', async () => cut.figures.receipts > 0, 60_000);
  const began = performance.now();
  await until('half is there', async () => cut.figures.unsettled < samples / 2, 600_000);
  breakLink();
  // What it measures meanwhile is live and always on its way.
  await until('all is there', async () => cut.figures.unsettled < 50, 600_000);
  const seconds = (performance.now() - began) / 1000;
  const p99_ms = quantile(
    feed.ages.toSorted((a, b) => a - b),
    0.99,
  );
  feed.close();
  return { samples, seconds, p99_ms };
}

async function judge(
  parts: Parts,
  fill: Fill,
  { linkedAt, timed }: { linkedAt: number; timed: boolean },
): Promise<Outcome> {
  const { deployment, dirs } = parts;
  const processes = [parts.cut, parts.ring, parts.live];
  for (const each of processes) each.hush();
  await until('all outboxes are empty', async () =>
    processes.every(({ figures }) => figures.unsettled === 0),
  );
  for (const each of processes) await each.stop();
  const { center } = deployment;
  await caughtUp(center, 600_000);
  const check = (ledger: Ledger) => stored(center, ledger, false);
  const cut = await check(readLedger(ledgerFile(dirs.cut)));
  const live = await check(readLedger(ledgerFile(dirs.live)));
  const ring = await check(readLedger(ledgerFile(dirs.ring)));
  const { gaps } = await center.call<StationDetail>('GET', '/api/v1/stations/ring');
  const gap = gaps.reduce((sum, { from_seq, to_seq }) => sum + to_seq - from_seq + 1, 0);
  await deployment.stopCenter();
  const unmarkedSamples = await unmarked(join(center.dir, 'journal'), 'cut', linkedAt - 60_000);
  const lost = cut.missing + live.missing + (ring.missing - gap);
  const doubled = cut.doubled + live.doubled + ring.doubled;
  const rate = Math.round(fill.samples / fill.seconds);
  const kept =
    lost === 0 &&
    doubled === 0 &&
    unmarkedSamples === 0 &&
    gap >= RING.samples - RING.capacity &&
    (!timed || (rate >= RATE && fill.p99_ms < LIVE_P99_MS));
  return {
    state: kept ? 'kept' : 'broken',
    figures:
      `${fill.samples} samples over ${LINK_MS} ms each way in ${fill.seconds.toFixed(1)} s (${rate}/s, asked ${RATE}), ` +
      `one break of the link; ${lost} lost, ${doubled} doubled, ${unmarkedSamples} not marked historical; ` +
      `live p99 of ${parts.others} others ${Math.round(fill.p99_ms)} ms; a ring that lost ${ring.missing} is told as a gap of ${gap}`,
  };
}

interface Start {
  readonly deployment: Deployment;
  readonly logins: readonly Login[];
  readonly samples: number;
  readonly dirs: Parts['dirs'];
  readonly cutUrl: string;
}

function startAll({ deployment, logins, samples, dirs, cutUrl }: Start): Parts {
  const [cut, ring, ...others] = logins;
  if (!cut || !ring) throw new Error('no stations');
  const base = { step_ms: STEP_MS };
  const url = deployment.mqttUrl;
  return {
    deployment,
    dirs,
    others: others.length,
    cut: startStations({
      url: cutUrl,
      logins: [cut],
      dir: dirs.cut,
      rate: 10,
      backlog: { ...base, samples },
    }),
    ring: startStations({
      url,
      logins: [ring],
      dir: dirs.ring,
      rate: 10,
      capacity: RING.capacity,
      backlog: { ...base, samples: RING.samples },
    }),
    live: startStations({ url, logins: others, dir: dirs.live, rate: 2 }),
  };
}

async function run(broker: DeploymentOptions['broker'], { quick, say }: Given): Promise<Outcome> {
  const setup = { broker, history: 'embedded' } as const;
  const missing = missingFor(setup);
  if (missing !== undefined) return { state: 'skipped', missing };
  const [samples, others] = quick ? [QUICK, LIVE_STATIONS.quick] : [DAY, LIVE_STATIONS.full];
  const root = await mkdtemp(join(tmpdir(), 'heat-stations-'));
  const dirs = {
    cut: await mkdtemp(join(root, 'cut-')),
    ring: await mkdtemp(join(root, 'ring-')),
    live: await mkdtemp(join(root, 'live-')),
  };
  const deployment = await deploy(setup);
  const target = Number(new URL(deployment.mqttUrl).port);
  const proxy = await startTcpProxy({ target, faults: { delay_ms: LINK_MS } });
  proxy.refuse(true);
  const ids = ['cut', 'ring', ...Array.from({ length: others }, (_, n) => `live-${n}`)];
  let parts: Parts | undefined;
  try {
    const logins = await registerAll(
      deployment,
      ids.map((id) => controlled(id, { control: 'observe' })),
    );
    parts = startAll({ deployment, logins, samples, dirs, cutUrl: `mqtt://127.0.0.1:${proxy.port}` });
    const { cut, live } = parts;
    await until(
      'a day has been measured',
      async () => cut.figures.unsettled >= samples && Number.isFinite(cut.figures.unsettled),
      300_000,
    );
    await until('others are live', async () => live.figures.connected === others);
    say(`${samples} samples wait in the outbox`);
    const linkedAt = Date.now();
    const fill = await fillIn(parts, samples, () => {
      proxy.refuse(false);
      return () => void proxy.reset();
    });
    say(`filled in after ${fill.seconds.toFixed(1)} s`);
    return await judge(parts, fill, { linkedAt, timed: !quick });
  } finally {
    if (parts) for (const each of [parts.cut, parts.ring, parts.live]) await each.kill();
    await proxy.close();
    await deployment.remove();
    await rm(root, { recursive: true });
  }
}

const PROMISE =
  'a station that was cut off for a day fills in beside the live data of others; what its ring lost is a counted gap';

export const storeAndForward: Scenario = {
  name: 'store-and-forward',
  promise: `${PROMISE}: embedded broker`,
  run: (given) => run('embedded', given),
};

export const storeAndForwardExternal: Scenario = {
  name: 'store-and-forward-external',
  promise: `${PROMISE}: Mosquitto`,
  run: (given) => run('mosquitto', given),
};
