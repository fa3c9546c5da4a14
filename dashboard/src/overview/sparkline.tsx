/** Where the supply temperature is going: two hours without axes, the setpoint beneath as a thin step line. */
import { memo } from 'react';
import { valueBounds } from '../charts/series.ts';
import type { Sample } from '../charts/series.ts';
import { RECENT_MS } from './recent.ts';
import type { Recent } from './recent.ts';

const WIDTH = 72;
const HEIGHT = 22;
/** Less than this is drawn flat, K. */
const LEAST_K = 3;
/** A longer pause interrupts the line, ms. */
const GAP_MS = 12 * 60_000;

interface Frame {
  readonly from: number;
  readonly low: number;
  readonly high: number;
}

function path(samples: readonly Sample[], frame: Frame, step: boolean): string {
  const commands: string[] = [];
  let before: number | null = null;
  for (const [at, value, quality] of samples) {
    if (value === null || quality === 'bad') {
      before = null;
      continue;
    }
    const x = (((at - frame.from) / RECENT_MS) * WIDTH).toFixed(1);
    const y = (HEIGHT - 2 - ((value - frame.low) / (frame.high - frame.low)) * (HEIGHT - 4)).toFixed(1);
    const starts = before === null || at - before > GAP_MS;
    commands.push(starts ? `M${x} ${y}` : step ? `H${x}V${y}` : `L${x} ${y}`);
    before = at;
  }
  return commands.join('');
}

export const Sparkline = memo(function Sparkline({ recent, to }: { recent: Recent | null; to: number }) {
  if (!recent) return <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const [low, high] = valueBounds([recent.supply, recent.set], LEAST_K);
  const frame = { from: to - RECENT_MS, low, high };
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path className="spark-set" d={path(recent.set, frame, true)} />
      <path className="spark-line" d={path(recent.supply, frame, false)} />
    </svg>
  );
});
