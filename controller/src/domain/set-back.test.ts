import { describe, expect, it } from 'vitest';
import { shiftInstants } from './instants.ts';
import { Driver, HEALTHY, sentIn, STATION, T0 } from './testing.ts';

const HOUR = 3_600_000;

describe('what is remembered', () => {
  it('moves with the clock: instants and nothing else', () => {
    const state = {
      at: T0,
      due: Infinity,
      epoch: 1_795_305_600,
      kwh: 9_182_731,
      of: new Map([['a', [T0, null]]]),
    };
    expect(shiftInstants(state, -HOUR)).toEqual({
      ...state,
      at: T0 - HOUR,
      of: new Map([['a', [T0 - HOUR, null]]]),
    });
  });
});

describe('a start after the clock was set back', () => {
  it.each([61_000, HOUR, 80 * 365 * 24 * HOUR])(
    'by %d ms commands at once, and wishes keep what is left of them',
    (by_ms) => {
      const driver = new Driver();
      driver.now += by_ms;
      driver.up();
      driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints: { supply_c: 60 }, hold_s: 3600 });
      driver.run(60, HEALTHY);
      driver.now -= by_ms;
      driver.apply({ kind: 'start', at: driver.now, epoch: 8, commit: 'test', node: '24' });
      expect(driver.center.now).toBe(driver.now);
      driver.status('remote');
      expect(sentIn(driver.run(15, HEALTHY), 'setpoints')[0]?.at).toBeLessThanOrEqual(driver.now);
      const state = driver.center.stations.get(STATION)?.state;
      expect(state?.wishes.get('low')?.until).toBe(driver.now - 15_000 - 60_000 + HOUR);
      expect(driver.record('w')?.state).toBe('sent');
      driver.run(3600, HEALTHY);
      expect(driver.record('w')?.state).toBe('expired');
    },
  );

  it('takes no value for live that was measured in the wrong time', () => {
    const driver = new Driver();
    driver.now += HOUR;
    driver.up();
    driver.now -= HOUR;
    driver.apply({ kind: 'start', at: driver.now, epoch: 8, commit: 'test', node: '24' });
    const points = driver.center.stations.get(STATION)?.image.points;
    expect([...(points ?? [])].map(([, { live }]) => live)).not.toContain(true);
    expect(points?.size).toBeGreaterThan(0);
    driver.status('remote');
    driver.run(10, { ...HEALTHY, outdoor_c: -3 });
    expect(points?.get('outdoor_c')).toMatchObject({ value: -3, live: true });
  });
});

describe('a wrong clock of a station', () => {
  it.each([
    [0, undefined],
    [29_000, undefined],
    [35_000, 'clock_ahead'],
    [HOUR, 'clock_ahead'],
    [-35_000, 'late'],
    [-HOUR, 'late'],
  ])('of %d ms is told: %s', (skew_ms, told) => {
    const driver = new Driver();
    driver.now += 10_000;
    const now = driver.now;
    driver.now += skew_ms;
    const sample = driver.telemetry.bind(driver);
    // The sample carries the station's time, the input the center's.
    const apply = driver.apply.bind(driver);
    driver.apply = (input) => apply({ ...input, at: now });
    sample(HEALTHY);
    expect(driver.center.stations.get(STATION)?.image.clock_suspect).toBe(told);
  });
});
