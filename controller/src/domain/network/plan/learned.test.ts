import { describe, expect, it } from 'vitest';
import { newHour, type StationLearning } from '../../learning/learning.ts';
import { NEW_PAST, type CircuitPast } from '../../learning/day.ts';
import { hoursOf, pastOf } from '../../learning/testing.ts';
import { learnedConstant } from './learned.ts';
import { newLoad } from '../../learning/load.ts';
import { Driver, HEALTHY, LOW, STATION, stationConfig } from '../../testing.ts';
import { planRequest } from './facts.ts';

const SHAVING = { on: true, price_per_mwh: Array.from({ length: 24 }, () => 1) };

describe('what was learned', () => {
  const config = stationConfig();
  const night = { from_h: 22, to_h: 5, left: 0 };
  const house = { a_kw_k: 8, gains_kw: 20, tau_h: 60, curve_room_c: 20, days: 40, scatter_kw: 4 };
  const learning = (past: CircuitPast): StationLearning => ({
    hour: newHour(0),
    rooms: new Map(),
    load: newLoad(config),
    circuits: new Map([[LOW.id, past]]),
  });
  const known = learning(pastOf(hoursOf({ ...house, night })));

  it('is the time constant where it is identifiable, and is fitted once for the same days and nights', () => {
    const tau_h = learnedConstant(config, known);
    expect(Math.abs((tau_h ?? 0) / 60 - 1)).toBeLessThan(0.15);
    expect(learnedConstant(config, known)).toBe(tau_h);
    expect(learnedConstant(config, learning(pastOf(hoursOf({ ...house, sensors: false }))))).toBeUndefined();
    expect(learnedConstant(config, undefined)).toBeUndefined();
    const days = known.circuits.get(LOW.id)?.days ?? [];
    expect(learnedConstant(config, learning({ ...NEW_PAST, days }))).not.toBe(tau_h);
  });

  it('is not asked of circuits that the plan leaves alone', () => {
    const comfort = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }];
    const schedule = { comfort, night: { kind: 'setback', room_k: 3 } } as const;
    expect(learnedConstant(stationConfig({ circuits: [{ ...LOW, schedule }] }), known)).toBeUndefined();
  });

  it('is what the station is planned with, and the setting where nothing was learned', () => {
    const driver = new Driver(config).up();
    const shaving = { ...SHAVING, time_constant_h: 140 };
    driver.apply({ kind: 'network_settings', at: driver.now, settings: { shaving } });
    driver.run(60, HEALTHY);
    const { network, stations } = driver.center;
    const planned = (learned: ReadonlyMap<string, StationLearning>) => {
      const changed = { ...network, learning: { ...network.learning, stations: learned } };
      return planRequest(changed, stations, driver.now)?.stations[0];
    };
    expect(planned(new Map())).toMatchObject({ time_constant_h: 140, learned: false });
    const one = planned(new Map([[STATION, known]]));
    expect(one).toMatchObject({ time_constant_h: learnedConstant(config, known), learned: true });
  });
});
