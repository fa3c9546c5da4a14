/** InfluxDB that is down, hangs, is busy, refuses lines or the token: nothing is lost, live data goes first, trends go on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryAnswer } from '@heat-center/api/history.ts';
import { residentMb } from '../bench/cpu.ts';
import { controlled, type CenterProcess } from '../support/center.ts';
import { startInfluxProxy, type InfluxProxy } from '../support/influx-proxy.ts';
import { INFLUX_BUCKET, type Influxd } from '../support/influxd.ts';
import { openLiveFeed, type LiveFeed } from '../support/live-feed.ts';
import {
  deploy,
  metric,
  missingFor,
  registerAll,
  until,
  type Deployment,
  type DeploymentOptions,
} from './deployment.ts';
import { BUSY, DOWN, PHASES, type Phase } from './influx/phases.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';
import { setAside } from './set-aside.ts';
import { readLedger } from './stations/ledger.ts';
import { ledgerFile, startStations, type StationsProcess } from './stations/run.ts';
import { caughtUp, stored } from './stored.ts';

const STATIONS = 10;
/** Samples a second of each; a sample is two lines, so 5,000 lines a second. */
const RATE = 250;
const FULL_MINUTES = 30;
/** Long enough to be noticed, posted and told; both phases together shorter than the lag at which live data goes first. */
const QUICK_PHASE_S = 4;
const LIVE_WITHIN_S = 30;
const TREND_WITHIN_S = 15;
const MOST_MB = 100;
/** Until the embedded store has filled its caches, whether InfluxDB is there or not. */
const SETTLE_S = 300;
const QUICK_SETTLE_S = 1;
/** A token that was revoked is tried again after a minute. */
const RETRIED_WITHIN_S = 65;
/** So long stations go on while the backlog is worked off; then what is left of it follows without them. */
const LIVE_FOR_S = { full: 240, quick: 5 } as const;
/** Where catching up counts as such, bytes of the journal. */
const BACKLOG_BYTES = 4 * 2 ** 20;

/** A line of the first station each second cannot be stored, ever. */
const isBad = (line: string): boolean => /^station_samples,station=away-0 .*000$/.test(line);

interface Field {
  readonly deployment: Deployment;
  readonly influxd: Influxd;
  readonly proxy: InfluxProxy;
  readonly feed: LiveFeed;
  readonly stations: StationsProcess;
}

interface Figures {
  /** Greatest resident memory of the center, MB. */
  memory_mb: number;
  /** Oldest newest point of a trend while InfluxDB was away, s. */
  trend_s: number;
  /** Of its trends, those that the embedded store did not answer. */
  strays: number;
  behind_s: number;
  /** Phases in which the center did not say that history stands still. */
  untold: string[];
}

async function newestTrend(center: CenterProcess): Promise<{ age_s: number; source: string }> {
  const to = Date.now();
  const { series, source } = await center.call<HistoryAnswer>(
    'GET',
    `/api/v1/stations/away-1/history?points=primary.supply_c&from=${to - 120_000}&to=${to + 1000}&max_points=100`,
  );
  return { age_s: (to - (series[0]?.points.at(-1)?.[0] ?? 0)) / 1000, source };
}

async function suffer(
  { deployment, proxy, feed }: Field,
  { phase, seconds }: { phase: Phase; seconds: number },
  figures: Figures,
): Promise<void> {
  await phase.begin(proxy);
  let told = false;
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(500)) {
    const view = feed.center();
    told ||= view?.troubles.some(({ code }) => code === 'history_stopped') ?? false;
    figures.behind_s = Math.max(figures.behind_s, view?.history_behind_s ?? 0);
    figures.memory_mb = Math.max(figures.memory_mb, residentMb(deployment.center.pid));
    // Before it is known to lag, each question waits for InfluxDB first, as long as a request may take.
    if ((view?.history_behind_s ?? 0) <= 10) continue;
    const { age_s, source } = await newestTrend(deployment.center);
    figures.trend_s = Math.max(figures.trend_s, age_s);
    if (source !== 'embedded') figures.strays += 1;
  }
  if (!told) figures.untold.push(phase.name);
  await phase.end(proxy);
}

/** Age of the newest sample in InfluxDB, s. */
async function newestStored(influxd: Influxd): Promise<number> {
  const rows = await influxd.query(
    `from(bucket: "${INFLUX_BUCKET}") |> range(start: -1h) |> filter(fn: (r) => r._measurement == "station_samples"
      and r.station == "away-1" and r._field == "seq") |> last() |> keep(columns: ["_time"])`,
  );
  return (Date.now() - Date.parse(rows[0]?._time ?? '')) / 1000;
}

/** How old the newest sample in InfluxDB is at worst while the backlog is worked off, s, as long as stations go on. */
async function liveMeanwhile(
  { deployment, influxd }: Field,
  figures: Figures,
  most_s: number,
): Promise<number> {
  const began = performance.now();
  let live_s = 0;
  while ((await metric(deployment.center, 'history_behind_bytes')) > BACKLOG_BYTES) {
    const elapsed_s = (performance.now() - began) / 1000;
    if (elapsed_s > most_s) break;
    figures.memory_mb = Math.max(figures.memory_mb, residentMb(deployment.center.pid));
    // It is tried again after at most a minute; from then on live data is there.
    if ((await metric(deployment.center, 'history_in_trouble')) === 0 && elapsed_s > RETRIED_WITHIN_S) {
      live_s = Math.max(live_s, await newestStored(influxd));
    }
    await sleep(1000);
  }
  return live_s;
}

async function judge(field: Field, ledgerPath: string): Promise<{ kept: boolean; told: string }> {
  const { deployment, stations } = field;
  stations.hush();
  await until('all outboxes are empty', async () => stations.figures.unsettled === 0, 120_000);
  await stations.stop();
  const hushed = performance.now();
  await caughtUp(deployment.center, 2_400_000);
  const rest_s = Math.round((performance.now() - hushed) / 1000);
  // InfluxDB shows what it took a moment later.
  await sleep(1000);
  const { samples, missing, doubled } = await stored(deployment.center, readLedger(ledgerPath), false);
  const { lines, reasons, missing: refused } = await setAside(deployment.center);
  const lost = missing - refused;
  return {
    kept: lost === 0 && doubled === 0 && refused > 0 && refused === lines && reasons === lines,
    told:
      `caught up ${rest_s} s after they ended: ${samples} samples in InfluxDB, ${lost} lost, ${doubled} doubled, ` +
      `${lines} lines set aside with the reason`,
  };
}

/** Greatest resident memory in the second half of so much time under the same load with InfluxDB there, MB. */
async function settled({ pid }: CenterProcess, seconds: number): Promise<number> {
  await sleep(seconds * 500);
  let most_mb = 0;
  for (const end = performance.now() + seconds * 500; performance.now() < end; await sleep(500)) {
    most_mb = Math.max(most_mb, residentMb(pid));
  }
  return most_mb;
}

async function endure(
  field: Field,
  { quick, minutes = FULL_MINUTES, say }: Given,
): Promise<{ kept: boolean; told: string }> {
  const { deployment } = field;
  const phases = quick ? [DOWN, BUSY] : PHASES;
  const before_mb = await settled(deployment.center, quick ? QUICK_SETTLE_S : SETTLE_S);
  const figures: Figures = { memory_mb: before_mb, trend_s: 0, strays: 0, behind_s: 0, untold: [] };
  const each_s = quick ? QUICK_PHASE_S : (minutes * 60) / phases.length;
  for (const phase of phases) {
    await suffer(field, { phase, seconds: each_s }, figures);
    say(`${phase.name} for ${each_s} s: ${JSON.stringify(figures)}`);
  }
  const live_s = await liveMeanwhile(field, figures, quick ? LIVE_FOR_S.quick : LIVE_FOR_S.full);
  const grown_mb = figures.memory_mb - before_mb;
  const kept =
    figures.untold.length === 0 &&
    figures.strays === 0 &&
    figures.trend_s <= TREND_WITHIN_S &&
    live_s <= LIVE_WITHIN_S &&
    (quick || grown_mb <= MOST_MB);
  const told =
    `away ${Math.round(each_s * phases.length)} s at 5,000 lines/s (${phases.map(({ name }) => name).join(', ')}): ` +
    `told ${figures.behind_s} s behind${figures.untold.length > 0 ? `, not told: ${figures.untold.join(', ')}` : ''}, ` +
    `trends at most ${figures.trend_s.toFixed(1)} s old meanwhile, memory +${Math.round(grown_mb)} MB of ` +
    `${Math.round(before_mb)}, live data at most ${live_s.toFixed(1)} s old while it catches up`;
  return { kept, told };
}

async function run(broker: DeploymentOptions['broker'], given: Given): Promise<Outcome> {
  const setup = { broker, history: 'influx' } as const;
  const missing = missingFor(setup);
  if (missing !== undefined) return { state: 'skipped', missing };
  const dir = await mkdtemp(join(tmpdir(), 'heat-stations-'));
  let proxy: InfluxProxy | undefined;
  const influxUrl = async ({ url }: Influxd): Promise<string> => {
    proxy = await startInfluxProxy(url);
    return proxy.url;
  };
  const deployment = await deploy({ ...setup, influxUrl });
  const feed = openLiveFeed(deployment.center);
  try {
    const bodies = Array.from({ length: STATIONS }, (_, n) =>
      controlled(`away-${n}`, { control: 'observe' }),
    );
    const logins = await registerAll(deployment, bodies);
    const { influxd } = deployment;
    if (!proxy || !influxd) throw new Error('no proxy before InfluxDB');
    proxy.refuses = isBad;
    const stations = startStations({ url: deployment.mqttUrl, logins, dir, rate: RATE });
    try {
      await until('stations have receipts', async () => stations.figures.receipts > 0);
      const field: Field = { deployment, influxd, proxy, feed, stations };
      const held = await endure(field, given);
      const end = await judge(field, ledgerFile(dir));
      return { state: held.kept && end.kept ? 'kept' : 'broken', figures: `${held.told}; ${end.told}` };
    } finally {
      await stations.kill();
    }
  } finally {
    feed.close();
    await deployment.remove();
    await proxy?.stop();
    await rm(dir, { recursive: true });
  }
}

const promise =
  'an InfluxDB that is away, hangs or refuses costs nothing: live data first, trends go on, the center says so';

export const influxAway: Scenario = {
  name: 'influx-away',
  promise,
  run: (given) => run('embedded', given),
};

export const influxAwayExternal: Scenario = {
  name: 'influx-away-external',
  promise: `${promise}, on Mosquitto too`,
  run: (given) => run('mosquitto', given),
};
