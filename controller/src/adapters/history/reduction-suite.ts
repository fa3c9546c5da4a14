/** How a store reduces a series that is longer than asked for. */
import { describe, expect, it } from 'vitest';
import type { History, HistoryTelemetry } from '../../ports.ts';
import { batchOf, eventually, samplesOf, T0 } from './suite-samples.ts';

/** Five hours at 10 s with one spike up, one down, a gap, and a stretch with a failed sensor. */
function longSeries(): HistoryTelemetry[] {
  const samples: HistoryTelemetry[] = [];
  for (let index = 0; index < 1800; index += 1) {
    if (index >= 900 && index < 1100) continue;
    const failed = index >= 1400 && index < 1600;
    const value = index === 333 ? 55 : index === 777 ? -44 : Math.round(Math.sin(index / 50) * 100) / 10;
    samples.push(
      ...samplesOf('s1', { at: T0 + index * 10_000, outdoor_c: failed ? null : value, tank_pct: 50 }),
    );
  }
  return samples;
}

/** Registers the tests, within the suite of a store. */
export function reductionSuite(history: () => History): void {
  describe('reduction', () => {
    it('keeps extremes, first and last, gaps and failures within the number of points asked for', async () => {
      const samples = longSeries();
      await history().write(batchOf(samples));
      const query = {
        station: 's1',
        points: ['outdoor_c', 'tank_pct'],
        from: 0,
        to: T0 + 1e9,
        maxPoints: 100,
      };
      const [outdoor, tank] = await eventually(
        () => history().query(query),
        (series) => series.every(({ total }) => total === 1600),
      );
      const points = outdoor?.points ?? [];
      expect([outdoor?.total, tank?.total]).toEqual([1600, 1600]);
      expect(points.length).toBeLessThanOrEqual(100);
      expect(points.length).toBeGreaterThan(40);
      expect(points).toContainEqual([T0 + 3_330_000, 55, 'good']);
      expect(points).toContainEqual([T0 + 7_770_000, -44, 'good']);
      expect(points[0]).toEqual([T0, 0, 'good']);
      expect(points.at(-1)?.[0]).toBe(T0 + 17_990_000);
      expect(points.filter(([at]) => at >= T0 + 9_000_000 && at < T0 + 11_000_000)).toEqual([]);
      expect(points.some(([, value, quality]) => value === null && quality === 'bad')).toBe(true);
      expect(points.map(([at]) => at)).toEqual(points.map(([at]) => at).toSorted((a, b) => a - b));
    });
  });
}
