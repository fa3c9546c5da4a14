import { describe, expect, it } from 'vitest';
import { linePath, lonelyPoints, sampleAt, spread } from './paths.ts';
import { appendSample, bucketOf, drawnPoints, niceTicks, valueBounds } from './series.ts';
import type { Sample } from './series.ts';

const MINUTE = 60_000;
const every = (count: number, step: number, from = 0): Sample[] =>
  Array.from({ length: count }, (_, index) => [from + index * step, 50, 'good']);
const rule = { period: 10_000, bucket: 0 };
const gaps = (samples: Sample[], by = rule): number =>
  drawnPoints(samples, by).filter(({ line, mark }) => line === null && mark === null).length;

describe('gaps', () => {
  it('interrupt a line where measurements are missing', () => {
    expect(gaps([...every(20, 10_000), ...every(20, 10_000, 10 * MINUTE)])).toBe(1);
  });

  it('are none where the past is stored at one a minute and the present at one in ten seconds', () => {
    expect(gaps([...every(30, MINUTE), ...every(60, 10_000, 30 * MINUTE)])).toBe(0);
  });

  it('are none between the points of a reduced series', () => {
    const samples: Sample[] = Array.from({ length: 40 }, (_, i) => [
      i * MINUTE + (i % 2) * 50_000,
      50,
      'good',
    ]);
    const bucket = bucketOf({ total: 4000, points: samples }, 40 * MINUTE);
    expect(gaps(samples, { ...rule, bucket })).toBe(0);
  });

  it('are also where a measurement had no usable number', () => {
    const drawn = drawnPoints(
      [
        [0, 50, 'good'],
        [10_000, null, 'bad'],
        [20_000, 51, 'good'],
      ],
      rule,
    );
    expect(drawn.map(({ line }) => line)).toEqual([50, null, 51]);
    expect(lonelyPoints(drawn)).toHaveLength(2);
  });
});

describe('quality', () => {
  it('keeps bad values out of the line and the axis, and marks them', () => {
    const samples: Sample[] = [
      [0, 50, 'good'],
      [10_000, 8_000_001, 'bad'],
      [20_000, 52, 'uncertain'],
    ];
    expect(drawnPoints(samples, rule).map(({ line, mark }) => [line, mark])).toEqual([
      [50, null],
      [null, 8_000_001],
      [52, 52],
    ]);
    expect(valueBounds([samples], 4)[1]).toBeLessThan(60);
  });
});

describe('live values', () => {
  it('join once and push out what left the span', () => {
    const samples = every(5, 10_000);
    expect(appendSample(samples, [40_000, 50, 'good'], 0)).toBe(samples);
    expect(appendSample(samples, [50_000, 51, 'good'], 15_000).map(([at]) => at)).toEqual([
      20_000, 30_000, 40_000, 50_000,
    ]);
  });
});

describe('drawing', () => {
  const scales = { x: (at: number) => at, y: (value: number) => value };

  it('steps where a setpoint changes and lifts the pen at a gap', () => {
    const drawn = [
      { at: 0, line: 1, mark: null },
      { at: 5, line: 3, mark: null },
      { at: 6, line: null, mark: null },
      { at: 9, line: 2, mark: null },
    ];
    expect(linePath(drawn, scales, true)).toBe('M0.0 1.0H5.0V3.0M9.0 2.0');
    expect(linePath(drawn, scales, false)).toBe('M0.0 1.0L5.0 3.0M9.0 2.0');
  });

  it('keeps names by the ends of lines apart and inside', () => {
    expect(spread([50, 48, 0], 20, [0, 60])).toEqual([60, 40, 0]);
  });

  it('finds what stood at the cursor, and nothing in a gap', () => {
    const samples = every(3, 10_000);
    expect(sampleAt(samples, 14_000, 60_000)?.[0]).toBe(10_000);
    expect(sampleAt(samples, 500_000, 60_000)).toBeUndefined();
    expect(sampleAt(samples, -1, 60_000)).toBeUndefined();
  });

  it('puts round numbers on the axis', () => {
    expect(niceTicks([48.2, 61.7], 5)).toEqual([50, 55, 60]);
    expect(niceTicks([0.12, 0.47], 4)).toEqual([0.2, 0.3, 0.4]);
  });
});
