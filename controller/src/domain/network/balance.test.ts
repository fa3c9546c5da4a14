import { describe, expect, it } from 'vitest';
import { DHW, LOW, type Points } from '../testing.ts';
import { balanceTargets, stepBalance } from './balance.ts';
import { BALANCE, shareOf, STEP_S, TestNetwork, type Answer } from './balance-testing.ts';

const UNEVEN = [0.9, 0.95, 1, 1.02, 1.04, 1.06];
const uneven = shareOf((index) => UNEVEN[index] ?? 1);
const spreadOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const network = (more: Partial<ConstructorParameters<typeof TestNetwork>[0]> = {}) =>
  new TestNetwork({ count: UNEVEN.length, answer: uneven, ...more });

const codes = (city: TestNetwork, id: string) =>
  city.supply(id)?.trace.map(({ reason }) => reason.code) ?? [];

describe('relative warmth', () => {
  it('is the excess of the mean water temperature over that of the design', () => {
    const city = network().run(0.2);
    for (const [index, relative] of city.relatives().entries())
      expect(relative).toBeCloseTo(UNEVEN[index] ?? 0, 2);
    expect(city.circuit('s2')).toMatchObject({ why: undefined, blocked: undefined });
    expect(city.circuit('s2').design_mean_c).toBeCloseTo((57.6 + 41.6) / 2, 1);
    const { reference, spread } = city.center.network.balance;
    expect(reference).toBeCloseTo(sum(UNEVEN) / UNEVEN.length, 2);
    expect(spread).toBeCloseTo(0.054, 2);
  });

  it('weighs by heated area', () => {
    const config = (index: number) => (index === 0 ? { heated_area_m2: 70_000 } : {});
    const city = network({ config }).run(0.2);
    expect(city.center.network.balance.reference).toBeCloseTo((0.9 * 2 + sum(UNEVEN.slice(1))) / 7, 2);
  });

  it('counts the shift of a curve, set-back and room correction as asked for', () => {
    const config = (index: number) => (index === 0 ? { circuits: [{ ...LOW, curve: { shift_k: 6 } }] } : {});
    // Emitters take part of what the supply brings more: 6 K of supply are 4.4 K of the mean.
    const answer: Answer = (supply_set_c, index) => {
      const mean_c = 49.6 + (index === 0 ? 0.73 * (supply_set_c - 57.6) : 0);
      return {
        ...shareOf(() => 1)(supply_set_c, index, 0),
        'circuits.low.return_c': 2 * mean_c - supply_set_c,
      };
    };
    const city = network({ config, answer, settings: { ...BALANCE, on: false } }).run(1);
    expect(city.supply('s0')?.value).toBeCloseTo(63.6, 1);
    expect(city.circuit('s0').relative).toBeCloseTo(1, 2);
  });
});

describe('balance', () => {
  it('makes relative warmths even and keeps the mean', () => {
    const city = network().run(24);
    expect(spreadOf(city.relatives())).toBeLessThan(0.025);
    expect(Math.abs(sum(city.shifts()))).toBeLessThan(1e-6);
    expect(city.shifts()[0]).toBeGreaterThan(2);
    expect(city.shifts()[5]).toBeLessThan(-1);
  });

  it('is a named correction of the wanted value', () => {
    const city = network().run(12);
    const { shift_k } = city.circuit('s0');
    const entry = city.supply('s0')?.trace.find(({ reason }) => reason.code === 'balance');
    expect(entry?.reason.params.shift_k).toBeCloseTo(shift_k, 1);
    expect(entry?.reason.params.reference).toBeGreaterThan(0.98);
    expect(city.supply('s0')?.value).toBeCloseTo(57.6 + shift_k, 0);
    expect(codes(city, 's0')[0]).toBe('weather_curve');
  });

  it('is off unless somebody turns it on, and ends at once when it is turned off', () => {
    const city = network({ settings: { ...BALANCE, on: false } }).run(6);
    expect(city.shifts().every((shift_k) => shift_k === 0)).toBe(true);
    expect(city.relatives()[0]).toBeCloseTo(0.9, 2);
    city.settings(BALANCE);
    city.run(6);
    expect(city.shifts()[0]).toBeGreaterThan(1);
    city.settings(undefined);
    city.run(0.1);
    expect(city.shifts().every((shift_k) => shift_k === 0)).toBe(true);
    expect(codes(city, 's0')).not.toContain('balance');
  });

  it('is looked at each minute, and at once when it is turned off', () => {
    const city = network().run(3);
    const { stations, network: state } = city.center;
    const given = {
      now: city.now + 10_000,
      settings: BALANCE,
      stations,
      outdoor: undefined,
      filter: undefined,
    };
    expect(stepBalance(state.balance, given)).toBe(state.balance);
    const off = stepBalance(state.balance, { ...given, settings: { ...BALANCE, on: false } });
    expect(off.stations.get('s0')?.circuits.get('low')?.shift_k).toBe(0);
    expect([...balanceTargets(off)]).toEqual([]);
  });

  it('stays within its bound and at its rate', () => {
    const settings = { ...BALANCE, bound_k: 2, rate_k_per_h: 0.5, deadband: 0 };
    let before: number[] | undefined;
    const city = network({ settings });
    city.run(12, () => {
      const shifts = city.shifts();
      for (const [index, shift_k] of shifts.entries()) {
        expect(Math.abs(shift_k)).toBeLessThanOrEqual(2);
        expect(Math.abs(shift_k - (before?.[index] ?? 0))).toBeLessThanOrEqual((0.5 * STEP_S) / 3600 + 1e-9);
      }
      before = shifts;
    });
    expect(city.shifts()[0]).toBe(2);
    // A bound that is lowered is met at the same rate.
    city.settings({ ...settings, bound_k: 1 });
    city.run(0.5);
    expect(city.shifts()[0]).toBeGreaterThan(1.7);
    city.run(3);
    expect(city.shifts()[0]).toBeLessThanOrEqual(1.001);
  });

  it.each([
    [0, 10],
    [30, 10],
    [30, 20],
    [60, 20],
  ])('settles with %s min of transit and a gain of %s K/h', (minutes, gain_k_per_h) => {
    const settings = { ...BALANCE, gain_k_per_h, rate_k_per_h: 3, deadband: 0 };
    const city = network({ count: 3, settings, transit_s: minutes * 60 }).run(22);
    const shifts: number[] = [];
    city.run(3, () => shifts.push(city.shifts()[0] ?? NaN));
    expect(spreadOf(shifts)).toBeLessThan(0.1);
    expect(spreadOf(city.relatives())).toBeLessThan(0.01);
  });

  it('leaves hot water alone', () => {
    const city = network({ config: () => ({ circuits: [LOW, DHW] }) }).run(12);
    expect([...(city.center.network.balance.stations.get('s0')?.circuits.keys() ?? [])]).toEqual(['low']);
    const decision = city.supply('s0', DHW.id);
    expect(decision?.value).toBe(58);
    expect(decision?.trace.map(({ reason }) => reason.code)).not.toContain('balance');
    expect(city.circuit('s0').area_m2).toBe(35_000);
  });
});

describe('no wind-up', () => {
  it('asks nothing of a valve that is open, keeps it back, and lets the others give', () => {
    const city = network();
    city.answer = (...asked) => ({
      ...uneven(...asked),
      'circuits.low.valve_pct': asked[1] === 0 ? 97 : 50,
    });
    city.run(12);
    const first = city.circuit('s0');
    expect(first).toMatchObject({ shift_k: 0, blocked: 'valve' });
    expect(first.kept_k).toBeGreaterThan(1);
    expect(city.shifts()[3]).toBeLessThan(0);
    // What it could not use is given back once it has what it needs, without a jump of its own setpoint.
    city.answer = (...asked) => ({ ...shareOf(() => 1)(...asked), 'circuits.low.valve_pct': 50 });
    let most = 0;
    city.run(12, () => (most = Math.max(most, city.circuit('s0').shift_k)));
    expect(city.circuit('s0').kept_k).toBeLessThan(0.001);
    expect(most).toBeLessThan(1);
  });

  it('does not raise what a limit holds below, and the limit does not draw the others down', () => {
    const limits = { ...LOW.limits, supply_min_c: 30, supply_max_c: 52 };
    const city = network({
      config: (index) => (index === 0 ? { circuits: [{ ...LOW, limits }] } : {}),
      answer: shareOf(() => 1),
    }).run(12);
    expect(city.circuit('s0')).toMatchObject({ blocked: 'limit_up', shift_k: 0, kept_k: 0 });
    expect(city.circuit('s0').relative).toBeLessThan(0.9);
    for (const shift_k of city.shifts()) expect(Math.abs(shift_k)).toBeLessThan(0.2);
  });
});

describe('left out', () => {
  const why = (city: TestNetwork, id = 's0') => city.circuit(id).why;
  const withFirst =
    (change: Points): Answer =>
    (...asked) => ({ ...uneven(...asked), ...(asked[1] === 0 ? change : {}) });

  it.each(['local', 'manual'] as const)('in %s mode: the correction fades', (mode) => {
    const city = network().run(12);
    const before = city.shifts()[0] ?? 0;
    city.status('s0', mode);
    city.run(1);
    expect(why(city)).toBe(mode);
    expect(city.shifts()[0]).toBeCloseTo(before - 1, 1);
    city.run(6);
    expect(city.shifts()[0]).toBe(0);
    expect(city.relatives()[0]).toBeGreaterThan(0);
  });

  it('under a wish: the correction waits', () => {
    const city = network().run(12);
    const before = city.shifts()[0] ?? 0;
    const wish = { id: 'w', by: 'li', reason: 'test', kind: 'setpoints' as const };
    city.wish('s0', { ...wish, circuit: 'low', setpoints: { supply_c: 60 }, hold_s: 7200 });
    city.run(1.5);
    expect(why(city)).toBe('wish');
    expect(city.shifts()[0]).toBe(before);
    city.run(1);
    expect(why(city)).toBeUndefined();
  });

  it('observed, and where no design says what is right', () => {
    const city = network({
      config: (index) => {
        if (index === 0) return { control: 'observe' };
        return index === 1 ? { circuits: [{ ...LOW, design: undefined }] } : {};
      },
    }).run(6);
    expect([why(city), why(city, 's1')]).toEqual(['observed', 'no_design']);
    expect(city.shifts().slice(0, 2)).toEqual([0, 0]);
  });

  it.each<[string, Points]>([
    ['no_data', { 'circuits.low.return_c': null }],
    ['implausible', { 'circuits.low.return_c': 95 }],
    ['implausible', { 'circuits.low.supply_c': 21, 'circuits.low.return_c': 20 }],
    ['flow_off', { 'circuits.low.flow_m3_h': 2 }],
  ])('%s: the correction stays', (reason, change) => {
    const city = network().run(12);
    city.answer = withFirst(change);
    city.run(0.1);
    const before = city.shifts()[0];
    city.run(2);
    expect(why(city)).toBe(reason);
    expect(city.shifts()[0]).toBe(before);
  });

  it('in mild weather, where the quotient would explode', () => {
    const city = network().run(6);
    city.answer = (supply_set_c, index) => shareOf(() => 0.2 + index / 10, 17.5)(supply_set_c, index, 0);
    city.run(20);
    expect(city.ids.map((id) => why(city, id))).toEqual(city.ids.map(() => 'mild'));
    expect(city.shifts().every((shift_k) => shift_k === 0)).toBe(true);
  });

  it('while a set-back begins and ends', () => {
    const schedule = {
      comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '06:00' }],
      night: { kind: 'setback' as const, room_k: 3 },
      start: 'fixed' as const,
    };
    const city = network({ config: () => ({ circuits: [{ ...LOW, schedule }] }), answer: shareOf(() => 1) });
    city.run(3);
    expect(why(city)).toBeUndefined();
    city.run(4);
    expect(why(city)).toBe('night');
    city.run(2);
    // Two hours later the set-back is part of what the design asks for.
    expect(why(city)).toBeUndefined();
  });
});

describe('frozen', () => {
  it('with good data of less than half of the area: nothing moves until it is back', () => {
    const city = network().run(3);
    const dead: Answer = (...asked) => ({
      ...uneven(...asked),
      ...(asked[1] > 1 ? { 'circuits.low.supply_c': null } : {}),
    });
    city.answer = dead;
    city.run(0.1);
    expect(city.center.network.balance).toMatchObject({ frozen: true });
    expect(city.center.network.balance.good_share).toBeCloseTo(1 / 3, 6);
    const before = city.shifts();
    city.run(6);
    expect(city.shifts()).toEqual(before);
    city.answer = uneven;
    city.run(1);
    expect(city.center.network.balance.frozen).toBe(false);
    expect(city.shifts()).not.toEqual(before);
  });

  it('without an outdoor temperature of the network', () => {
    const city = network().run(3);
    city.answer = (...asked) => ({ ...uneven(...asked), outdoor_c: null });
    city.run(2);
    expect(city.center.network.balance.frozen).toBe(true);
  });
});

describe('a target', () => {
  it('is the same object until corrections are looked at again', () => {
    const city = network().run(1);
    const target = () => city.center.stations.get('s0')?.state.network;
    const before = target();
    expect(before?.balance).toBeDefined();
    city.center.network = { ...city.center.network, due_at: 0 };
    city.tick();
    expect(target()).toBe(before);
  });
});
