/** What history holds of what stations made: nothing missing, nothing twice. */
import type { HistoryAnswer } from '@heat-center/api/history.ts';
import type { CenterProcess } from '../support/center.ts';
import { metric, until } from './deployment.ts';
import type { Boot, Ledger } from './stations/ledger.ts';

/** A bit less than what one question may return unreduced. */
const TIMES_PER_QUESTION = 9000;

export interface Stored {
  readonly samples: number;
  /** Samples that were in an outbox or acknowledged, and are not stored. */
  readonly missing: number;
  /** Rows beyond one for each time of measurement. */
  readonly doubled: number;
}

async function historyOf(
  center: CenterProcess,
  station: string,
  span: { from: number; to: number; most: number },
): Promise<{ total: number; times: number[] }> {
  const { series } = await center.call<HistoryAnswer>(
    'GET',
    `/api/v1/stations/${station}/history?points=primary.supply_c&from=${span.from}&to=${span.to}&max_points=${span.most}`,
  );
  const [first] = series;
  return { total: first?.total ?? 0, times: (first?.points ?? []).map(([at]) => at) };
}

/** A boot's samples have times of their own, so their number within its span says all. */
async function checkBoot(center: CenterProcess, { station, start, step_ms, last }: Boot): Promise<Stored> {
  const [from, to] = [start + step_ms, start + last * step_ms + 1];
  if (last === 0) return { samples: 0, missing: 0, doubled: 0 };
  const { total } = await historyOf(center, station, { from, to, most: 4 });
  return { samples: total, missing: Math.max(0, last - total), doubled: Math.max(0, total - last) };
}

/** Of a gateway also samples without PUBACK may be stored, so each time is looked for. */
async function checkPubacks(
  center: CenterProcess,
  station: string,
  acknowledged: readonly number[],
): Promise<Stored> {
  const times = acknowledged.toSorted((a, b) => a - b);
  let [samples, missing, doubled] = [0, 0, 0];
  for (let index = 0; index < times.length; index += TIMES_PER_QUESTION / 2) {
    const part = times.slice(index, index + TIMES_PER_QUESTION / 2);
    const [from = 0, to = 0] = [part[0], part.at(-1)];
    const found = await historyOf(center, station, { from, to: to + 1, most: TIMES_PER_QUESTION });
    const known = new Set(found.times);
    samples += found.total;
    missing += part.filter((at) => !known.has(at)).length;
    doubled += found.times.length - known.size;
  }
  return { samples, missing, doubled };
}

/** Waits until history has read all of the journal. */
export const caughtUp = (center: CenterProcess, ms = 300_000): Promise<void> =>
  until('history has caught up', async () => (await metric(center, 'history_behind_bytes')) === 0, ms);

/** Compares the ledger with history; `pubacks`: whether a PUBACK counts as an acknowledgement here. */
export async function stored(center: CenterProcess, ledger: Ledger, pubacks: boolean): Promise<Stored> {
  const found: Stored[] = [];
  for (const boot of ledger.boots) found.push(await checkBoot(center, boot));
  if (pubacks) {
    for (const [station, times] of ledger.pubacks) found.push(await checkPubacks(center, station, times));
  }
  const sum = (name: keyof Stored): number => found.reduce((total, each) => total + each[name], 0);
  return { samples: sum('samples'), missing: sum('missing'), doubled: sum('doubled') };
}
