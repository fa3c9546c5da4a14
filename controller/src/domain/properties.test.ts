import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stationView } from './center-view.ts';
import type { CircuitKind } from './config.ts';
import type { Decision } from './effects.ts';
import { EQUIPMENT_MAXIMUM_C, FROST_SUPPLY_C } from './physics/equipment.ts';
import { Driver, HEALTHY, LOW, stationConfig, STATION } from './testing.ts';

const temperature = fc.option(fc.double({ min: -50, max: 90, noNaN: true }), { nil: null });
const outdoor = fc.option(fc.double({ min: -40, max: 40, noNaN: true }), { nil: null });

/** One step of a hard life: what is measured, and what an operator asks meanwhile. */
const step = fc.record({
  seconds: fc.constantFrom(10, 60, 600),
  silent: fc.boolean(),
  outdoor,
  primaryReturn: temperature,
  back: temperature,
  wish: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
  mode: fc.constantFrom('remote', 'remote', 'remote', 'local'),
});

const life = fc.record({
  kind: fc.constantFrom<CircuitKind>('radiators', 'floor', 'ventilation', 'dhw'),
  min: fc.double({ min: 10, max: 60, noNaN: true }),
  span: fc.double({ min: 0, max: 60, noNaN: true }),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly driver: Driver;
  readonly supply: Decision;
}

function live({ kind, min, span, steps }: Life, look: (seen: Seen) => void): Driver {
  const limits = { supply_min_c: min, supply_max_c: min + span };
  const circuit = { ...LOW, kind, limits };
  const config = stationConfig({ circuits: [circuit], primary_limits: { return_max_c: 50 } });
  const driver = new Driver(config).up();
  for (const [index, { seconds, silent, wish, mode, ...now }] of steps.entries()) {
    driver.status(mode);
    if (wish !== undefined) {
      const setpoints = { supply_c: wish };
      driver.wish({ id: `w${index}`, kind: 'setpoints', circuit: 'low', setpoints, hold_s: 1200 });
    }
    const points = {
      ...HEALTHY,
      outdoor_c: now.outdoor,
      'primary.return_c': now.primaryReturn,
      'circuits.low.return_c': now.back,
      'circuits.low.supply_set_c': driver.sent('setpoints').at(-1)?.circuits?.low?.supply_c ?? 57.6,
    };
    driver.run(seconds, silent ? undefined : points);
    const supply = stationView(driver.center, STATION)?.decisions[0]?.decisions.find(
      ({ name }) => name === 'supply_c',
    );
    if (supply) look({ driver, supply });
  }
  return driver;
}

const codes = (supply: Decision) =>
  supply.trace.map(({ reason, overridden }) => `${reason.code}${overridden ? ' overridden' : ''}`);

const RUNS = { numRuns: 60, seed: 7 };

describe('whatever is measured and wished', () => {
  it('no setpoint passes the equipment maximum, nor the limits but for frost', () => {
    fc.assert(
      fc.property(life, (given) => {
        const max = EQUIPMENT_MAXIMUM_C[given.kind];
        const driver = live(given, () => undefined);
        for (const { circuits } of driver.sent('setpoints')) {
          const value = circuits?.low?.supply_c ?? Number.NaN;
          expect(value).toBeLessThanOrEqual(max);
          expect(value).toBeLessThanOrEqual(Math.max(given.min + given.span, FROST_SUPPLY_C[given.kind]));
          expect(value).toBeGreaterThanOrEqual(Math.min(given.min, max));
        }
      }),
      RUNS,
    );
  });

  it('frost is overridden by nothing but the equipment maximum', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, ({ supply }) => {
          const frost = supply.trace.find(({ reason }) => reason.code === 'frost');
          if (supply.value === undefined || !frost) return;
          expect(frost.overridden).toBe(false);
          expect(supply.value).toBeGreaterThanOrEqual(FROST_SUPPLY_C[given.kind]);
        });
      }),
      RUNS,
    );
  });

  it('the ramp is passed only by what stands before it', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, ({ supply }) => {
          const ramp = supply.trace.find(({ reason }) => reason.code === 'ramp');
          if (!ramp || supply.value === undefined) return;
          const isWithin =
            supply.value >= (ramp.min ?? Number.NaN) && supply.value <= (ramp.max ?? Number.NaN);
          const earlier = ['equipment_maximum', 'frost', 'hard_limits'];
          expect(isWithin || (ramp.overridden && earlier.includes(supply.reason.code))).toBe(true);
        });
      }),
      RUNS,
    );
  });

  it('nothing is wanted from an unfit outdoor temperature but what was good within 30 min', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, ({ driver, supply }) => {
          const [first] = supply.trace;
          const isFit = driver.center.stations.get(STATION)?.image.points.get('outdoor_c');
          if (given.kind === 'dhw' || (isFit?.quality === 'good' && driver.now - isFit.arrived <= 30_000))
            return;
          expect(codes(supply)[0]).not.toBe('weather_curve');
          if (first?.reason.code !== 'held') return;
          expect(driver.now - Number(first.reason.params.since)).toBeLessThanOrEqual(30 * 60_000);
        });
      }),
      RUNS,
    );
  });

  it('says for every setpoint which one rule decides', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, ({ supply }) => {
          const binding = supply.trace.filter((entry) => entry.binding);
          expect(binding.map(({ reason }) => reason.code)).toEqual([supply.reason.code]);
        });
      }),
      RUNS,
    );
  });
});
