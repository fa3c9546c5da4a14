import { describe, expect, it } from 'vitest';
import { stationView } from './center-view.ts';
import type { CircuitDecision, Effect } from './effects.ts';
import { DHW, Driver, HEALTHY, LOW, sentIn, stationConfig, STATION, type Points } from './testing.ts';

const MINUTE = 60;
const decisionsIn = (effects: readonly Effect[]): CircuitDecision[] =>
  effects.flatMap((effect) => (effect.kind === 'decided' ? [effect.decision] : []));
const supplyOf = (driver: Driver) => stationView(driver.center, STATION)?.decisions[0]?.decisions[0];

describe('a decision is told', () => {
  it('of each circuit at first, and by its station', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW, DHW] }));
    expect(decisionsIn(driver.effects).map(({ circuit }) => circuit)).toEqual(['low', 'tap']);
    expect(driver.effects[0]).toMatchObject({ kind: 'decided', station: STATION });
  });

  it('again after a quarter of an hour without change', () => {
    const driver = new Driver().up();
    const told = decisionsIn(driver.run(31 * MINUTE, HEALTHY)).map(({ at }) => at);
    expect(told).toHaveLength(2);
    expect((told[1] ?? 0) - (told[0] ?? 0)).toBe(15 * 60_000);
  });

  it('when a value moved by what is worth telling', () => {
    const driver = new Driver().up();
    const decided = decisionsIn(driver.run(10 * MINUTE, { ...HEALTHY, outdoor_c: -20 }));
    expect(decided.length).toBeGreaterThan(3);
    const values = decided.map(({ decisions }) => decisions[0]?.value ?? 0);
    const moves = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? 0)));
    expect(Math.min(...moves)).toBeGreaterThan(0.09);
  });

  it('when its reason changed and its value did not', () => {
    const driver = new Driver().up();
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints: { supply_c: 57.6 }, hold_s: 600 });
    const [decided] = decisionsIn(driver.run(10, HEALTHY));
    expect(decided?.decisions[0]).toMatchObject({ value: 57.6 });
    expect(decided?.decisions[0]?.trace.map(({ reason }) => reason.code)).toContain('wish');
  });

  it('when a setpoint is new, or is none any more', () => {
    const limits = { supply_min_c: 30, supply_max_c: 80, dp_max_kpa: 90 };
    const driver = new Driver(
      stationConfig({ circuits: [{ ...LOW, limits, accepts: ['supply_c', 'flow_m3_h', 'dp_kpa'] }] }),
    ).up();
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints: { dp_kpa: 50 }, hold_s: 600 });
    const names = decisionsIn(driver.run(11 * MINUTE, HEALTHY)).map(({ decisions }) => decisions.length);
    expect(names).toEqual([3, 2]);
  });
});

describe('the explanation of a circuit', () => {
  it('is its own where there are several', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW, DHW] })).up();
    const before = stationView(driver.center, STATION)?.decisions.map(({ decisions }) => decisions[0]?.trace);
    driver.run(10, HEALTHY);
    const after = stationView(driver.center, STATION)?.decisions.map(({ decisions }) => decisions[0]?.trace);
    expect(after?.[0]).toBe(before?.[0]);
    expect(after?.[1]?.[0]?.reason.code).toBe('constant');
  });
});

describe('a wish', () => {
  const both = { supply_c: 57.6, flow_m3_h: 60 };
  const applied = (setpoints: Partial<typeof both>, points: Points) => {
    const driver = new Driver().up();
    driver.wish({ id: 'w', kind: 'setpoints', circuit: 'low', setpoints, hold_s: 3600 });
    driver.run(2 * MINUTE, { ...HEALTHY, 'circuits.low.supply_c': 50 });
    driver.confirm(driver.last('setpoints'));
    driver.run(20, { ...HEALTHY, ...points });
    return driver.record('w')?.state;
  };

  it.each<[Partial<typeof both>, Points, string]>([
    [{ supply_c: 57.5 }, { 'circuits.low.supply_c': 57 }, 'achieved'],
    [{ supply_c: 57.6 }, { 'circuits.low.supply_c': 57 }, 'applied'],
    [{ supply_c: 57.5 }, { 'circuits.low.supply_c': null }, 'applied'],
    [{ flow_m3_h: 60 }, { 'circuits.low.flow_m3_h': 57 }, 'achieved'],
    [{ flow_m3_h: 60 }, { 'circuits.low.flow_m3_h': 56.9 }, 'applied'],
    [both, { 'circuits.low.supply_c': 57.6, 'circuits.low.flow_m3_h': 50 }, 'applied'],
    [both, { 'circuits.low.supply_c': 57.6, 'circuits.low.flow_m3_h': 60 }, 'achieved'],
  ])('for %j is achieved within half a kelvin and five hundredths: %j: %s', (wish, points, state) => {
    expect(applied(wish, points)).toBe(state);
  });

  it('ends in its second, and leaves one of another circuit', () => {
    const driver = new Driver(stationConfig({ circuits: [LOW, DHW] })).up();
    const wish = (circuit: string, hold_s: number) =>
      driver.wish({ id: circuit, kind: 'setpoints', circuit, setpoints: { supply_c: 60 }, hold_s });
    wish('low', 60);
    wish('tap', 600);
    driver.run(55, HEALTHY);
    const inForce = () => [...(stationView(driver.center, STATION)?.wishes.keys() ?? [])];
    expect(inForce()).toEqual(['low', 'tap']);
    driver.run(10, HEALTHY);
    expect(inForce()).toEqual(['tap']);
  });
});

describe('a station that works to something else', () => {
  const own = { ...HEALTHY, 'circuits.low.follows': 1, 'circuits.low.supply_set_c': 45 };

  it('is believed half a minute after it was first told, and decided from where it is', () => {
    const driver = new Driver().up();
    driver.run(10, own);
    expect(supplyOf(driver)?.value).toBe(57.6);
    driver.run(30, own);
    expect(supplyOf(driver)?.value).toBeLessThan(46);
  });

  it('is led on where it says that it follows the center, or says nothing of use', () => {
    for (const follows of [0, null]) {
      const driver = new Driver().up();
      driver.run(60, { ...own, 'circuits.low.follows': follows });
      expect(supplyOf(driver)?.value).toBe(57.6);
    }
  });

  it('is decided from where it is while it is released', () => {
    const driver = new Driver().up();
    driver.wish({ id: 'r', kind: 'release' });
    driver.run(20, { ...own, 'circuits.low.follows': 0 });
    expect(supplyOf(driver)?.value).toBeLessThan(46);
  });

  it('and is only observed is computed by itself, not from where it is', () => {
    const driver = new Driver(stationConfig({ control: 'observe' }));
    driver.run(20 * MINUTE, own);
    expect(supplyOf(driver)?.value).toBe(57.6);
  });
});

describe('a return limit', () => {
  const limited = (primary_limits: object): Driver =>
    new Driver(stationConfig({ primary_limits, primary_accepts: ['return_max_c'] })).up();
  const slide = [
    [-10, 55],
    [10, 35],
  ];

  it('is told as the weather has it, the lowest while nobody knows the weather', () => {
    expect(limited({ return_slide: slide }).last('setpoints').primary).toEqual({ return_max_c: 45 });
    expect(limited({ return_max_c: 50 }).last('setpoints').primary).toEqual({ return_max_c: 50 });
    const blind = new Driver(
      stationConfig({
        circuits: [DHW],
        primary_limits: {
          return_slide: [
            [-10, 55],
            [10, 35],
          ],
        },
        primary_accepts: ['return_max_c'],
      }),
    ).up({ 'circuits.tap.supply_c': 58 });
    expect(blind.last('setpoints').primary).toEqual({ return_max_c: 35 });
  });
});

describe('a command that comes to its end', () => {
  it('is told once', () => {
    const driver = new Driver().up();
    driver.status('remote', 'offline');
    const effects = driver.run(11 * MINUTE);
    const lease = effects.flatMap((effect) => (effect.kind === 'command' ? [effect.command] : []));
    expect(lease.map(({ kind, state }) => [kind, state])).toEqual([['setpoints', 'expired']]);
    expect(sentIn(effects, 'setpoints')).toHaveLength(0);
  });
});
