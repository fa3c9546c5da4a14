/** Changes between automatic, local, manual and wished: nothing jumps, nothing winds up meanwhile. */
import { describe, expect, it } from 'vitest';
import type { CircuitConfig, StationConfig } from './config.ts';
import { Driver, HEALTHY, LOW, stationConfig, STATION, type Points } from './testing.ts';

const CIRCUIT: CircuitConfig = {
  ...LOW,
  room_feedback: {},
  schedule: {
    comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
    night: { kind: 'setback', room_k: 3 },
  },
};

/** A driver whose station says that it works to what it was last told, or to what is set on site. */
function started(config: Partial<StationConfig> = {}) {
  const driver = new Driver(stationConfig({ circuits: [CIRCUIT], ...config }));
  let onSite: number | undefined;
  const points = (): Points => ({
    ...HEALTHY,
    'rooms.a.air_c': 17 + Math.sin(driver.now / 3_600_000) / 20,
    'circuits.low.supply_set_c': onSite ?? driver.sent('setpoints').at(-1)?.circuits?.low?.supply_c ?? 57.6,
  });
  driver.status('remote');
  driver.run(60, points);
  return {
    driver,
    run: (seconds: number) => driver.run(seconds, points),
    setOnSite: (value: number | undefined): void => {
      onSite = value;
    },
    shift: () => driver.center.stations.get(STATION)?.state.circuits[0]?.rooms?.shift_k ?? Number.NaN,
    supply: () => driver.last('setpoints').circuits?.low?.supply_c ?? Number.NaN,
  };
}

describe('handing over', () => {
  it.each(['local', 'manual'] as const)('from %s starts where the station is, at the ramp', (mode) => {
    const { driver, run, setOnSite, shift, supply } = started();
    run(3 * 3600);
    const before = shift();
    expect(before).toBeGreaterThan(0.5);
    setOnSite(45);
    driver.status(mode);
    run(2 * 3600);
    // Rooms cannot answer to what is not carried out.
    expect(shift()).toBe(before);
    const sent = driver.sent('setpoints').length;
    driver.status('remote');
    run(20);
    expect(driver.sent('setpoints').length).toBeGreaterThan(sent);
    expect(Math.abs(supply() - 45)).toBeLessThanOrEqual(1);
    setOnSite(undefined);
    run(120);
    expect(supply()).toBeGreaterThan(45);
    expect(supply()).toBeLessThanOrEqual(45 + 3);
  });

  it('a wish holds the rooms, ends by itself and goes back at the ramp', () => {
    const { driver, run, shift, supply } = started();
    run(3 * 3600);
    const before = shift();
    const automatic = supply();
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints: { supply_c: 70 }, hold_s: 3600 });
    run(1800);
    expect(supply()).toBe(70);
    expect(shift()).toBe(before);
    run(1830);
    expect(driver.record('w')?.state).toBe('expired');
    expect(supply()).toBeLessThan(70);
    expect(supply()).toBeGreaterThan(68);
    run(1800);
    expect(Math.abs(supply() - automatic)).toBeLessThan(1.5);
  });

  it('a return limit that slides is told to a station that takes it, as it is now', () => {
    const { driver, run } = started({
      primary_accepts: ['return_max_c'],
      primary_limits: {
        return_slide: [
          [-10, 60],
          [10, 50],
        ],
      },
    });
    run(30);
    expect(driver.last('setpoints').primary).toEqual({ return_max_c: 55 });
  });
});
