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

describe('a counter', () => {
  const first = { at: HOUR, power_kw: 400, counter_kwh: 1000 };
  const kwhAfter = (changes: Partial<HeatReading>): number | undefined =>
    takeHeat(takeHeat(undefined, first), {
      at: HOUR + 15 * MIN,
      power_kw: 400,
      counter_kwh: 1100,
      ...changes,
    }).kwh;

  it('is believed up to three times what the power says and 100 kWh', () => {
    // A quarter of an hour at 400 kW: 100 kWh, so 400 at most.
    expect(kwhAfter({ counter_kwh: 1400 })).toBe(400);
    expect(kwhAfter({ counter_kwh: 1400.5 })).toBe(100);
    expect(kwhAfter({ counter_kwh: 1600, power_kw: 800 })).toBe(600);
    expect(kwhAfter({ counter_kwh: 1000 })).toBe(0);
    expect(kwhAfter({ counter_kwh: 999 })).toBe(100);
  });

  it('that stands while heat passes is not believed, until it moves again', () => {
    const readings = (count: number, counter: (nth: number) => number) =>
      windowOf(
        5,
        steady(count, (nth) => ({ power_kw: 1200, counter_kwh: counter(nth) })),
      );
    // 100 kWh in five minutes: the first five are what a counter may be off.
    expect(readings(13, () => 7000)?.kwh).toBeCloseTo(1100, 9);
    expect(
      meanPower(
        readings(25, () => 7000),
        HOUR,
      ),
    ).toBeCloseTo(1200, 9);
    const woken = readings(26, (nth) => 7000 + Math.max(0, nth - 20) * 110);
    expect(woken).not.toHaveProperty('stood_kwh');
    expect(woken?.kwh).toBeCloseTo(1900 + 5 * 110, 9);
  });

  it('that stood for a long pause says nothing of it, unless next to nothing passed', () => {
    const later = (power_kw: number) =>
      takeHeat(takeHeat(undefined, { ...first, power_kw }), {
        at: HOUR + 40 * MIN,
        power_kw,
        counter_kwh: first.counter_kwh,
      });
    expect(later(400).marks).toHaveLength(1);
    expect(later(100)).toMatchObject({
      kwh: 0,
      marks: [
        [HOUR, 0],
        [HOUR + 40 * MIN, 0],
      ],
    });
  });

  it('is not needed: then the mean of both powers counts', () => {
    expect(kwhAfter({ counter_kwh: undefined, power_kw: 800 })).toBe(150);
    const uncounted = takeHeat(
      { at: HOUR, kwh: 0, power_kw: 400, marks: [] },
      { ...first, at: HOUR + 15 * MIN },
    );
    expect(uncounted.kwh).toBe(100);
  });

  it('bridges a pause, which power alone does for 35 min', () => {
    const later = (minutes: number, counter_kwh?: number) =>
      takeHeat(takeHeat(undefined, first), { at: HOUR + minutes * MIN, power_kw: 400, counter_kwh });
    expect(later(60, 1400).kwh).toBe(400);
    expect(later(35).kwh).toBeCloseTo((400 * 35) / 60, 9);
    expect(later(35.1)).toMatchObject({ kwh: 0, marks: [[HOUR + 35.1 * MIN, 0]] });
  });
});

describe('marks', () => {
  it('are kept every five minutes, for eighty', () => {
    const window = windowOf(
      1,
      steady(200, () => ({ power_kw: 60 })),
    );
    const ages = window?.marks.map(([at]) => (window.at - at) / MIN) ?? [];
    expect(Math.max(...ages)).toBeGreaterThan(78);
    expect(Math.max(...ages)).toBeLessThan(86);
    const steps = ages.slice(1).map((age, index) => (ages[index] ?? 0) - age);
    expect(new Set(steps)).toEqual(new Set([5]));
  });

  it('tell the mean of the time that is nearest to the one asked for, known for half of it', () => {
    const marks = [
      [0, 0],
      [HOUR / 2, 100],
      [HOUR, 300],
    ] as const;
    const window = { at: 1.5 * HOUR, kwh: 600, power_kw: 1, marks };
    expect(meanPower(window, HOUR)).toBe(500);
    expect(meanPower(window, HOUR / 2)).toBe(600);
    expect(meanPower({ ...window, marks: [[HOUR, 300]] }, HOUR)).toBe(600);
    expect(meanPower({ ...window, marks: [[HOUR + 1, 300]] }, HOUR)).toBeUndefined();
    expect(meanPower({ ...window, marks: [] }, HOUR)).toBeUndefined();
  });
});
