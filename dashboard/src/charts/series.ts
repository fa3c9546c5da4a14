/** From answers of the history to what a chart draws; pure. */

type Quality = 'good' | 'uncertain' | 'bad';
export type Sample = readonly [at: number, value: number | null, quality: Quality];

/** A series as history answers it, perhaps continued by the live feed. */
export interface ShownSeries {
  readonly point: string;
  readonly unit: string;
  readonly total: number;
  readonly points: readonly Sample[];
}

export interface Drawn {
  readonly at: number;
  /** Part of the line; null interrupts it. */
  readonly line: number | null;
  /** Bad or uncertain: a hollow mark instead of the line. */
  readonly mark: number | null;
}

export interface GapRule {
  /** Expected distance of measurements, ms. */
  readonly period: number;
  /** Distance below which reduced points are neighbours, ms; 0 when nothing was left out. */
  readonly bucket: number;
}

const WINDOW = 4;

/**
 * Whether data are missing between two neighbours: their distance is more than three times what is usual,
 * where usual is the reporting period or the median of the distances around, whichever is longer
 * (a station's past may be stored at one a minute and its present at one in ten seconds).
 */
function gapLimit(samples: readonly Sample[], index: number, rule: GapRule): number {
  const around: number[] = [];
  for (let i = Math.max(1, index - WINDOW); i <= Math.min(samples.length - 1, index + WINDOW); i += 1) {
    around.push((samples[i]?.[0] ?? 0) - (samples[i - 1]?.[0] ?? 0));
  }
  around.sort((a, b) => a - b);
  const median = around[Math.floor((around.length - 1) / 2)] ?? 0;
  return Math.max(3 * rule.period, 3 * median, 2.5 * rule.bucket);
}

/** Points of a line with its interruptions; bad values never join the line. */
export function drawnPoints(samples: readonly Sample[], rule: GapRule): Drawn[] {
  const drawn: Drawn[] = [];
  for (const [index, [at, value, quality]] of samples.entries()) {
    const before = samples[index - 1];
    if (before && at - before[0] > gapLimit(samples, index, rule)) {
      drawn.push({ at: before[0] + 1, line: null, mark: null });
    }
    const bad = quality === 'bad';
    drawn.push({ at, line: bad ? null : value, mark: quality === 'good' ? null : value });
  }
  return drawn;
}

/** The newest live value joins its series once; what left the span goes. */
export function appendSample(samples: readonly Sample[], sample: Sample, from: number): readonly Sample[] {
  const last = samples.at(-1);
  if (last && sample[0] <= last[0]) return samples;
  const kept = samples[0] && samples[0][0] < from ? samples.filter(([at]) => at >= from) : samples;
  return [...kept, sample];
}

/** Distance of reduced points: the server keeps a lowest and a highest of each bucket, ms. */
export function bucketOf(series: Pick<ShownSeries, 'total' | 'points'>, span: number): number {
  return series.total > series.points.length ? (2 * span) / Math.max(1, series.points.length) : 0;
}

/** Bounds of the value axis over good and uncertain values, a little wider, at least `least` apart. */
export function valueBounds(lists: readonly (readonly Sample[])[], least: number): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const samples of lists) {
    for (const [, value, quality] of samples) {
      if (value === null || quality === 'bad') continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return [0, least];
  const missing = Math.max(0, least - (high - low));
  const margin = Math.max(high - low, least) * 0.06;
  return [low - missing / 2 - margin, high + missing / 2 + margin];
}

const NICE = [1, 2, 2.5, 5, 10];

/** Round numbers between the bounds, about `count` of them. */
export function niceTicks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (NICE.find((factor) => factor * power >= rough) ?? 10) * power;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-6; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return ticks;
}
