import { describe, expect, it } from 'vitest';
import { networkView, stationView } from '../center-view.ts';
import { applyInput, createCenter, restoredCenter } from '../center.ts';
import { HEALTHY, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import { forecastAt } from './forecast.ts';
import { NEW_NETWORK } from './network.ts';
import { isDoubted, median } from './outdoor.ts';

const LOCAL = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: 0 };
const IDS = ['a', 'b', 'c', 'd'];

/** Some stations, their samples every 10 s. */
function network(count = IDS.length) {
  const center = createCenter();
  const ids = IDS.slice(0, count);
  let now = T0;
  for (const id of ids) applyInput(center, { kind: 'settings', at: now, station: stationConfig({ id }) });
  return {
    center,
    run(seconds: number, said: (id: string) => Points): void {
      for (const end = now + seconds * 1000; now < end;) {
        now += 10_000;
        for (const id of ids) {
          const sample = telemetry(now, { ...HEALTHY, ...said(id) });
          applyInput(center, { kind: 'telemetry', at: now, station: id, telemetry: sample });
        }
        applyInput(center, { kind: 'tick', at: now, local: LOCAL });
      }
    },
    supply: (id: string) => stationView(center, id)?.decisions[0]?.decisions[0],
    forecast: (hours: [number, number][]) =>
      applyInput(center, {
        kind: 'forecast',
        at: now,
        forecast: { source: 'test', issued_at: now, hours: hours.map(([h, c]) => [now + h * 3_600_000, c]) },
      }),
  };
}

const codes = (decision: ReturnType<ReturnType<typeof network>['supply']>) =>
  decision?.trace.map(({ reason }) => reason.code);

describe('the median', () => {
  it('is the middle, and the mean of two middles', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeUndefined();
  });

  it('doubts what is far off, until it is near again', () => {
    expect(isDoubted(8.1, 0, false)).toBe(true);
    expect(isDoubted(7.9, 0, false)).toBe(false);
    expect(isDoubted(5.1, 0, true)).toBe(true);
    expect(isDoubted(4.9, 0, true)).toBe(false);
  });
});

describe('outdoor temperature of the network', () => {
  it('stands in for a sensor that failed, without a jump', () => {
    const city = network();
    city.run(600, (id) => ({ outdoor_c: id === 'd' ? 1 : -2 }));
    const before = city.supply('d')?.value ?? Number.NaN;
    city.run(60, (id) => ({ outdoor_c: id === 'd' ? null : -2 }));
    expect(codes(city.supply('d'))?.slice(0, 2)).toEqual(['weather_curve', 'outdoor_substitute']);
    expect(city.supply('d')?.trace[1]?.reason.params).toEqual({
      source: 'network',
      outdoor_c: -2,
      why: 'bad',
    });
    expect(Math.abs((city.supply('d')?.value ?? 0) - before)).toBeLessThan(0.2);
    // It lasts: half an hour later the curve still follows the weather.
    city.run(3600, (id) => ({ outdoor_c: id === 'd' ? null : -2 }));
    expect(codes(city.supply('d'))?.[0]).toBe('weather_curve');
  });

  it('stands in for a sensor that disagrees, and frost counts it as unknown', () => {
    const city = network();
    city.run(60, (id) => ({ outdoor_c: id === 'd' ? 30 : 4 }));
    expect(networkView(city.center)).toMatchObject({ doubted: ['d'], outdoor: { median_c: 4, sensors: 4 } });
    expect(city.supply('d')?.trace[1]?.reason.params).toMatchObject({ why: 'doubted', outdoor_c: 4 });
    const frost = city.supply('d')?.trace.find(({ reason }) => reason.code === 'frost');
    expect(frost?.reason.params.cause).toBe('outdoor_missing');
    expect(codes(city.supply('a'))).not.toContain('outdoor_substitute');
    city.run(60, () => ({ outdoor_c: 4 }));
    expect(networkView(city.center).doubted).toEqual([]);
  });

  it('does not exist with two sensors: the wanted value is held, then there is none', () => {
    const city = network(3);
    city.run(60, () => ({ outdoor_c: 0 }));
    city.run(60, (id) => ({ outdoor_c: id === 'a' ? null : 0 }));
    expect(networkView(city.center).outdoor).toBeUndefined();
    expect(codes(city.supply('a'))?.[0]).toBe('held');
  });

  it('leaves the forecast as the last resort', () => {
    const city = network(2);
    city.run(60, () => ({ outdoor_c: 0 }));
    city.forecast([
      [-1, 0],
      [2, 6],
    ]);
    city.run(60, (id) => ({ outdoor_c: id === 'a' ? null : 0 }));
    expect(city.supply('a')?.trace[1]?.reason.params).toMatchObject({ source: 'forecast', outdoor_c: 2 });
    expect(codes(city.supply('b'))).not.toContain('outdoor_substitute');
  });
});

describe('a forecast', () => {
  it('is read between its points, not beyond them and not when it is old', () => {
    const forecast = {
      source: 'test',
      issued_at: 0,
      hours: [
        [0, 0],
        [3_600_000, 10],
      ] as const,
    };
    expect(forecastAt(forecast, 1_800_000)).toBe(5);
    expect(forecastAt(forecast, 3_600_000)).toBe(10);
    expect(forecastAt(forecast, 3_600_001)).toBeUndefined();
    expect(forecastAt(forecast, -1)).toBeUndefined();
    const old = { ...forecast, issued_at: -73 * 3_600_000 };
    expect(forecastAt(old, 1)).toBeUndefined();
  });
});

describe('a snapshot of an earlier version', () => {
  it('starts with a network that is new', () => {
    const { network: _network, ...older } = createCenter();
    const center = restoredCenter(older);
    applyInput(center, { kind: 'settings', at: T0, station: stationConfig() });
    expect(() => applyInput(center, { kind: 'tick', at: T0, local: LOCAL })).not.toThrow();
  });

  it('keeps what it has and fills in what came later', () => {
    const forecast = { source: 'test', issued_at: T0, hours: [] };
    const { settings: _settings, ...older } = { ...NEW_NETWORK, forecast };
    const center = restoredCenter({ ...createCenter(), network: older });
    expect(center.network).toEqual({ ...NEW_NETWORK, forecast });
  });
});
