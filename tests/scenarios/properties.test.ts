/** Over random plants, weather, settings and faults: what no station may do whoever leads it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '@heat-center/simulators/fleet/catalogue.ts';
import type { FaultName } from '@heat-center/simulators/plant/faults.ts';
import type { CircuitConfig, StationConfig } from '@heat-center/controller/domain/config.ts';
import type { StationDesign } from '@heat-center/simulators/firmware/station-design.ts';
import { runScenario, type Scenario } from './run.ts';
import { weatherOf } from './weather.ts';

/** The fifth makes hot water. */
const STATIONS = 5;
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

/** A building otherwise than planned. */
const building = fc.record({
  oversize: fc.double({ min: 0.7, max: 1.4, noNaN: true }),
  loss_factor: fc.double({ min: 0.7, max: 1.3, noNaN: true }),
  time_constant_h: fc.double({ min: 30, max: 200, noNaN: true }),
});
type Building = typeof building extends fc.Arbitrary<infer T> ? T : never;

const builtAs =
  (buildings: readonly Building[]) =>
  (design: StationDesign, nth: number): StationDesign => {
    const circuits = design.plant.circuits.map((circuit) => ({ ...circuit, ...buildings[nth] }));
    return { ...design, plant: { ...design.plant, circuits } };
  };

/** What people may set: of the circuit, and of the network. */
const wishes = fc.record({
  shift_k: fc.integer({ min: -10, max: 10 }),
  night: fc.constantFrom('setback' as const, 'off' as const, undefined),
  mode: fc.constantFrom('quality' as const, 'stepped' as const, 'mixed' as const),
  balanced: fc.boolean(),
  /** What the source is short to in the last hour, of its power. */
  short: fc.option(fc.double({ min: 0.05, max: 0.9, noNaN: true }), { nil: undefined }),
});
type Wishes = typeof wishes extends fc.Arbitrary<infer T> ? T : never;

const setTo =
  ({ shift_k, night, mode }: Wishes) =>
  (config: StationConfig): StationConfig => ({
    ...config,
    circuits: config.circuits.map((circuit): CircuitConfig => {
      if (circuit.kind === 'dhw') return circuit;
      const comfort = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '01:00', to: '02:00' }];
      const kind = night === 'off' ? { kind: night } : { kind: 'setback' as const, room_k: 6 };
      const schedule = { comfort, night: kind, boost: { supply_k: 8, for_s: 1800 } };
      return { ...circuit, curve: { shift_k }, regulation: { mode }, ...(night && { schedule }) };
    }),
  });

const BALANCE = { on: true, gain_k_per_h: 10, deadband: 0.01, rate_k_per_h: 3, bound_k: 5 };

const life = fc.record({
  buildings: fc.array(building, { minLength: STATIONS, maxLength: STATIONS }),
  wanted: wishes,
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
      fc.property(life, ({ mean_c, fall_k, swing_k, faults, buildings, wanted }) => {
        const course = {
          mean_c: [
            [0, mean_c],
            [HOURS, mean_c + fall_k],
          ] as const,
          swing_k,
          clear: 0.5,
        };
        const last = new Map<string, number>();
        const tap = new Set<number>();
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
          design: builtAs(buildings),
          settings: setTo(wanted),
          network: (at_h, { heat_max_kw }) => ({
            ...(wanted.balanced && { balance: BALANCE }),
            ...(wanted.short !== undefined &&
              at_h >= HOURS - 1 && { source: { limit: { power_max_kw: wanted.short * heat_max_kw } } }),
          }),
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
              const kind = design?.registration.circuits.find((circuit) => circuit.id === id)?.kind;
              if (kind === 'dhw') tap.add(supply_set_c);
            }
          },
        };
        const { kpis } = runScenario(scenario, { strategy: 'center', stations: STATIONS, hours: HOURS });
        for (const value of Object.values(kpis)) expect(value).not.toBeNaN();
        // After a lost link a station refuses until it has heard three heartbeats.
        const isLinked = faults.every(({ name }) => name !== 'lost_link');
        expect(isLinked ? kpis.refused : 0).toBe(0);
        // Hot water stays where it is whatever is set for heating.
        expect(tap.size).toBe(1);
      }),
      { seed: 20261122, numRuns: 6 },
    );
  });
});
