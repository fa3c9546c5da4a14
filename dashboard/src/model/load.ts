/** A load forecast as lines; pure. */
import type { NetworkLoadForecast } from '@heat-center/api/learning.ts';
import type { Sample, ShownSeries } from '../charts/series.ts';

type Hour = NetworkLoadForecast['hours'][number];

export interface LoadLine {
  readonly key: 'load' | 'high' | 'low' | 'outdoor';
  readonly series: ShownSeries;
}

const HOUR_MS = 3_600_000;

/** Mean load of each hour with one standard error above and below, and the outdoor temperature that it follows. */
export function loadLines(hours: readonly Hour[]): LoadLine[] {
  const line = (key: LoadLine['key'], unit: string, value: (hour: Hour) => number): LoadLine => {
    const points = hours.map((hour): Sample => [hour.at - HOUR_MS / 2, value(hour), 'good']);
    return { key, series: { point: `load.${key}`, unit, total: points.length, points } };
  };
  if (hours.length === 0) return [];
  return [
    line('load', 'kW', ({ load_kw }) => load_kw),
    line('high', 'kW', ({ load_kw, error_kw }) => load_kw + error_kw),
    line('low', 'kW', ({ load_kw, error_kw }) => Math.max(0, load_kw - error_kw)),
    line('outdoor', '°C', ({ outdoor_c }) => outdoor_c),
  ];
}

export interface LoadSum {
  readonly hours: number;
  readonly kwh: number;
  readonly peak_kw: number;
  readonly peak_at: number;
}

/** Heat and highest hour of the first so many hours; null where the forecast is shorter. */
export function loadSum(hours: readonly Hour[], count: number): LoadSum | null {
  if (hours.length < count) return null;
  const first = hours.slice(0, count);
  const peak = first.reduce((most, hour) => (hour.load_kw > most.load_kw ? hour : most));
  const kwh = first.reduce((sum, { load_kw }) => sum + load_kw, 0);
  return { hours: count, kwh, peak_kw: peak.load_kw, peak_at: peak.at };
}
