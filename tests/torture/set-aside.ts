/** Lines that InfluxDB refused and the center keeps beside its history. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { HistoryAnswer } from '@heat-center/api/history.ts';
import type { CenterProcess } from '../support/center.ts';

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
  let missing = 0;
  for (const key of reasons.keys()) {
    const [, station = '', at = ''] = /^station_samples,station=(\S+) (\d+)$/.exec(key) ?? [];
    const { series } = await center.call<HistoryAnswer>(
      'GET',
      `/api/v1/stations/${station}/history?points=primary.supply_c&from=${at}&to=${Number(at) + 1}&max_points=4`,
    );
    if ((series[0]?.total ?? 0) === 0) missing += 1;
  }
  return { lines: reasons.size, reasons: [...reasons.values()].filter(Boolean).length, missing };
}
