/** Lines that InfluxDB refused and the center keeps beside its history. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { HistoryAnswer } from '@heat-center/api/history.ts';
import type { CenterProcess } from '../support/center.ts';

/** Of 250 samples a second, fewer than what one question may return unreduced. */
const SPAN_MS = 30_000;
const TIMES_PER_QUESTION = 9000;

export interface Aside {
  readonly lines: number;
  readonly reasons: number;
  /** Samples whose line was refused and that are not in InfluxDB. */
  readonly missing: number;
}

/** The same line, refused again while InfluxDB lags, may name more fields: what counts is whose it is and of when. */
export async function setAside(center: CenterProcess): Promise<Aside> {
  const database = new DatabaseSync(join(center.dir, 'history-influx.sqlite'), { readOnly: true });
  const found = database.prepare('SELECT line, reason FROM set_aside').all();
  database.close();
  const reasons = new Map<string, boolean>();
  for (const { line, reason } of found) {
    const words = String(line).split(' ');
    reasons.set(`${words[0]} ${words.at(-1)}`, String(reason).includes('unable to parse'));
  }
  const bad = new Map<string, number[]>();
  for (const key of reasons.keys()) {
    const [, station = '', at = ''] = /^station_samples,station=(\S+) (\d+)$/.exec(key) ?? [];
    bad.set(station, [...(bad.get(station) ?? []), Number(at)]);
  }
  let missing = 0;
  for (const [station, times] of bad) missing += await missingOf(center, station, times);
  return { lines: reasons.size, reasons: [...reasons.values()].filter(Boolean).length, missing };
}

/** How many of these times of a station hold no sample. */
async function missingOf(center: CenterProcess, station: string, times: readonly number[]): Promise<number> {
  const spans = Map.groupBy(times, (at) => Math.floor(at / SPAN_MS) * SPAN_MS);
  let missing = 0;
  for (const [from, within] of spans) {
    const { series } = await center.call<HistoryAnswer>(
      'GET',
      `/api/v1/stations/${station}/history?points=primary.supply_c&from=${from}&to=${from + SPAN_MS}&max_points=${TIMES_PER_QUESTION}`,
    );
    const stored = new Set((series[0]?.points ?? []).map(([at]) => at));
    missing += within.filter((at) => !stored.has(at)).length;
  }
  return missing;
}
