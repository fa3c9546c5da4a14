/** Over random weather, settings and faults: what no station may do whoever leads it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '@heat-center/simulators/fleet/catalogue.ts';
import type { FaultName } from '@heat-center/simulators/plant/faults.ts';
import { runScenario, type Scenario } from './run.ts';
import { weatherOf } from './weather.ts';

const STATIONS = 3;
const HOURS = 3;

const FAULT_NAMES = [
  'sensor_dead',
  'sensor_stuck',
  'sensor_drift',
  'pump_trip',
  'lost_link',
  'valve_hunting',
] as const satisfies readonly FaultName[];
const TARGETS: Readonly<Partial<Record<FaultName, readonly string[]>>> = {
  sensor_dead: ['outdoor_c', 'circuits.low.supply_c', 'primary.return_c', 'circuits.low.return_c'],
  sensor_stuck: ['outdoor_c', 'circuits.low.supply_c'],
  sensor_drift: ['outdoor_c', 'circuits.low.return_c'],
  pump_trip: ['low.a', 'high.b'],
  valve_hunting: ['low'],
};

const life = fc.record({
  mean_c: fc.double({ min: -22, max: 12, noNaN: true }),
  fall_k: fc.double({ min: -14, max: 14, noNaN: true }),
  swing_k: fc.double({ min: 0, max: 7, noNaN: true }),
  faults: fc.array(
    fc.constantFrom(...FAULT_NAMES).chain((name) =>
      fc.record({
        name: fc.constant(name),
        target: fc.constantFrom(...(TARGETS[name] ?? [''])),
        size: fc.constantFrom(1, 4),
        station: fc.nat({ max: STATIONS - 1 }),
        from_h: fc.double({ min: 0, max: HOURS, noNaN: true }),
        for_h: fc.double({ min: 0.1, max: 2, noNaN: true }),
      }),
    ),
    { maxLength: 4 },
  ),
});

describe('a led city', () => {
  it('keeps every setpoint in force within the equipment, and moves it no faster than its ramp', () => {
    const designs = new Map(catalogue(STATIONS).map((design) => [design.registration.id, design]));
    fc.assert(
      fc.property(life, ({ mean_c, fall_k, swing_k, faults }) => {
        const course = {
          mean_c: [
            [0, mean_c],
            [HOURS, mean_c + fall_k],
          ] as const,
          swing_k,
          clear: 0.5,
        };
        const last = new Map<string, number>();
        const scenario: Scenario = {
          name: 'any',
          what: 'whatever may happen',
          stations: STATIONS,
          hours: HOURS,
          short: { stations: STATIONS, hours: HOURS },
          weather: (at_h) => weatherOf(course, at_h),
          faults: (at_h, ids) =>
            Object.fromEntries(
              ids.map((id, nth) => [
                id,
                faults.filter(
                  ({ station, from_h, for_h }) => station === nth && at_h >= from_h && at_h < from_h + for_h,
                ),
              ]),
            ),
          watch: (station, dt_s) => {
            const design = designs.get(station.id);
            for (const [id, { supply_set_c }] of Object.entries(station.loops.setpoints())) {
              const supply = design?.rules.circuits.find((circuit) => circuit.id === id)?.supply;
              expect(supply_set_c).toBeGreaterThanOrEqual((supply?.min ?? Infinity) - 1e-9);
              expect(supply_set_c).toBeLessThanOrEqual((supply?.max ?? -Infinity) + 1e-9);
              const before_c = last.get(`${station.id} ${id}`) ?? supply_set_c;
              const reach_k = ((design?.ramp_k_per_min[id] ?? 0) * dt_s) / 60;
              expect(Math.abs(supply_set_c - before_c)).toBeLessThanOrEqual(reach_k + 1e-9);
              last.set(`${station.id} ${id}`, supply_set_c);
            }
          },
        };
        const { kpis } = runScenario(scenario, { strategy: 'center', stations: STATIONS, hours: HOURS });
        for (const value of Object.values(kpis)) expect(value).not.toBeNaN();
      }),
      { seed: 20261122, numRuns: 6 },
    );
  });
});
