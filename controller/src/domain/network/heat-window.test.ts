import { describe, expect, it } from 'vitest';
import { meanPower, takeHeat, type HeatReading, type HeatWindow } from './heat-window.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;

/** Readings so many minutes apart. */
function windowOf(every_min: number, readings: readonly Omit<HeatReading, 'at'>[]): HeatWindow | undefined {
  let window: HeatWindow | undefined;
  for (const [nth, reading] of readings.entries())
    window = takeHeat(window, { ...reading, at: HOUR + nth * every_min * MIN });
  return window;
}

const steady = (count: number, of: (nth: number) => Omit<HeatReading, 'at'>) =>
  Array.from({ length: count }, (_, nth) => of(nth));

describe('heat of the last hour', () => {
  it('is what the counter counted, not what the power said at the moments of its readings', () => {
    const window = windowOf(
      15,
      steady(6, (nth) => ({ power_kw: 900, counter_kwh: 1000 + nth * 250 })),
    );
    expect(meanPower(window, HOUR)).toBeCloseTo(1000, 9);
    expect(meanPower(window, 15 * MIN)).toBeCloseTo(1000, 9);
  });

  it('is the mean of the power without a counter, or with one that runs backwards or leaps', () => {
    const plain = windowOf(
      1,
      steady(70, (nth) => ({ power_kw: nth < 35 ? 400 : 800 })),
    );
    expect(meanPower(plain, 15 * MIN)).toBeCloseTo(800, 9);
    const counters = [5000, 5100, 12, 9_000_000, 9_000_100];
    const broken = windowOf(
      15,
      steady(5, (nth) => ({ power_kw: 400, counter_kwh: counters[nth] })),
    );
    expect(meanPower(broken, HOUR)).toBeCloseTo(400, 9);
  });

  it('is not known before half of it was seen, nor over a pause that nobody counted', () => {
    expect(
      meanPower(
        windowOf(
          1,
          steady(20, () => ({ power_kw: 5 })),
        ),
        HOUR,
      ),
    ).toBeUndefined();
    expect(meanPower(undefined, HOUR)).toBeUndefined();
    const paused = takeHeat(
      windowOf(
        1,
        steady(60, () => ({ power_kw: 5 })),
      ),
      { at: 4 * HOUR, power_kw: 9 },
    );
    expect(meanPower(paused, HOUR)).toBeUndefined();
  });

  it('stays small, and a repeated reading changes nothing', () => {
    const window = windowOf(
      1,
      steady(600, () => ({ power_kw: 5 })),
    );
    expect(window?.marks.length).toBeLessThan(20);
    expect(window && takeHeat(window, { at: window.at, power_kw: 77 })).toBe(window);
  });
});
