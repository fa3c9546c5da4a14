/** A backup under load, a disaster, and a center on another folder: what was acknowledged before is there. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { heat } from '../support/cli.ts';
import { controlled, removeDataDir, startCenter, type CenterProcess } from '../support/center.ts';
import { fillWeek } from './backup/week.ts';
import { deploy, metric, registerAll, until, type Deployment } from './deployment.ts';
import type { Given, Outcome, Scenario } from './scenario.ts';
import { readLedger, type Boot } from './stations/ledger.ts';
import { ledgerFile, startStations, type StationsProcess } from './stations/run.ts';
import { caughtUp } from './stored.ts';

const STATIONS = 8;
/** Samples a second of each. */
const RATE = 125;
const WITHIN_S = 60;

interface Taken {
  readonly code: number;
  readonly said: string;
  readonly took_s: number;
  /** Longest time in which no sample was settled while it was taken. */
  readonly pause_s: number;
}

/** Runs the command, and looks meanwhile how long receipts stand still. */
async function takeBackup(dir: string, file: string, stations: StationsProcess): Promise<Taken> {
  const began = performance.now();
  let [receipts, movedAt, pause_s] = [stations.figures.receipts, began, 0];
  const watch = new AbortController();
  const watching = (async () => {
    for (; !watch.signal.aborted; await sleep(20)) {
      if (stations.figures.receipts === receipts) continue;
      receipts = stations.figures.receipts;
      pause_s = Math.max(pause_s, (performance.now() - movedAt) / 1000);
      movedAt = performance.now();
    }
  })();
  const { code, out, err } = await heat(dir, ['backup', file]);
  watch.abort();
  await watching;
  return { code, said: `${out}${err}`, took_s: (performance.now() - began) / 1000, pause_s };
}

/** Samples of a boot up to `receipt` that the center has, less those that it should have. */
async function surplus(center: CenterProcess, { station, start, step_ms, receipt }: Boot): Promise<number> {
  if (receipt === 0) return 0;
  const span = `from=${start + step_ms}&to=${start + receipt * step_ms + 1}`;
  const { series } = await center.call<{ series: { total: number }[] }>(
    'GET',
    `/api/v1/stations/${station}/history?points=primary.supply_c&${span}&max_points=4`,
  );
  return (series[0]?.total ?? 0) - receipt;
}

async function epochOf(center: CenterProcess): Promise<number> {
  const entries = await center.call<{ entries: { after: string }[] }>(
    'GET',
    '/api/v1/audit?action=start&limit=1',
  );
  const { epoch } = JSON.parse(entries.entries[0]?.after ?? '{}') as { epoch?: number };
  return epoch ?? 0;
}

interface Check {
  readonly missing: number;
  readonly doubled: number;
  readonly faults: string[];
}

/** Starts a center on the restored folder and asks it for what was acknowledged before the backup began. */
async function checkRestored(dir: string, boots: readonly Boot[], before: { epoch: number }): Promise<Check> {
  const center = await startCenter({ dir, env: { HEAT_CENTER_LOG_LEVEL: 'warn' } });
  const faults: string[] = [];
  let [missing, doubled] = [0, 0];
  try {
    await caughtUp(center);
    for (const boot of boots) {
      const over = await surplus(center, boot);
      missing += Math.max(0, -over);
      doubled += Math.max(0, over);
    }
    const { stations } = await center.call<{ stations: unknown[] }>('GET', '/api/v1/stations');
    if (stations.length !== STATIONS) faults.push(`${stations.length} stations`);
    if ((await epochOf(center)) <= before.epoch) faults.push('the epoch is not above the one before');
    const restores = await center.call<{ entries: unknown[] }>('GET', '/api/v1/audit?action=restore');
    if (restores.entries.length !== 1) faults.push('the audit log does not tell of the restore');
    if ((await metric(center, 'journal_writable')) !== 1) faults.push('the journal is not writable');
  } finally {
    await center.stop();
  }
  const verdict = await heat(dir, ['audit', 'verify']);
  if (verdict.code !== 0) faults.push(verdict.err);
  return { missing, doubled, faults };
}

interface Field {
  readonly deployment: Deployment;
  readonly stations: StationsProcess;
  readonly folder: string;
  readonly quick: boolean;
}

async function backUpAndLose({ deployment, stations, folder, quick }: Field): Promise<Outcome> {
  const { center } = deployment;
  const file = join(folder, 'heat.backup');
  const restored = join(folder, 'restored');
  await until('samples are settled', async () => stations.figures.receipts > 20);
  await sleep(quick ? 1000 : 10_000);
  const { boots } = readLedger(ledgerFile(folder));
  const epoch = await epochOf(center);
  const taken = await takeBackup(center.dir, file, stations);
  if (taken.code !== 0) return { state: 'broken', figures: taken.said };
  const left = (await readdir(center.dir)).filter((name) => name === 'backup');
  await sleep(500);
  await stations.kill();
  await deployment.killCenter();
  const began = performance.now();
  const back = await heat(restored, ['restore', file]);
  const restore_s = (performance.now() - began) / 1000;
  if (back.code !== 0) return { state: 'broken', figures: back.err };
  const again = await heat(restored, ['restore', file]);
  const { missing, doubled, faults } = await checkRestored(restored, boots, { epoch });
  if (again.code === 0) faults.push('a restore over data was not refused');
  if (left.length > 0) faults.push('copies were left behind');
  const { size } = await stat(file);
  const acknowledged = boots.reduce((sum, { receipt }) => sum + receipt, 0);
  const kept =
    missing + doubled === 0 &&
    faults.length === 0 &&
    acknowledged > 0 &&
    taken.pause_s < 5 &&
    taken.took_s <= WITHIN_S &&
    restore_s <= WITHIN_S;
  return {
    state: kept ? 'kept' : 'broken',
    figures:
      `${(size / 2 ** 20).toFixed(0)} MiB written and verified in ${taken.took_s.toFixed(1)} s, restored in ${restore_s.toFixed(1)} s, ` +
      `receipts paused for ${taken.pause_s.toFixed(1)} s at most; ${acknowledged} samples acknowledged before it: ${missing} missing, ` +
      `${doubled} doubled${faults.length > 0 ? `; ${faults.join('; ')}` : ''}`,
  };
}

async function run({ quick, say }: Given): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'heat-backup-'));
  const dir = join(folder, 'data');
  if (!quick) await fillWeek(join(dir, 'history.duckdb'), say);
  const deployment = await deploy({ broker: 'embedded', history: 'embedded', dir });
  try {
    const bodies = Array.from({ length: STATIONS }, (_, n) =>
      controlled(`kept-${n}`, { control: 'observe' }),
    );
    const logins = await registerAll(deployment, bodies);
    const stations = startStations({ url: deployment.mqttUrl, logins, dir: folder, rate: RATE });
    try {
      return await backUpAndLose({ deployment, stations, folder, quick });
    } finally {
      await stations.kill();
    }
  } finally {
    await deployment.remove();
    await removeDataDir(dir);
    await rm(folder, { recursive: true, force: true });
  }
}

export const backupUnderLoad: Scenario = {
  name: 'backup',
  promise:
    'a backup of the running center holds all that was acknowledged before it, and restores above every epoch',
  run,
};
