/** Properties of control over random plants, weather and settings while the network decides too: balance, a short source, a plan. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stationView } from './center-view.ts';
import { applyInput, createCenter, type CenterState } from './center.ts';
import type { CircuitConfig, StationConfig } from './config.ts';
import type { Decision } from './effects.ts';
import type { Plan } from './network/plan/plan.ts';
import { EQUIPMENT_MAXIMUM_C, FROST_SUPPLY_C } from './physics/equipment.ts';
import { loadOfSupply } from './physics/emitter-load.ts';
import { DHW, HEALTHY, LOW, stationConfig, T0, telemetry, type Points } from './testing.ts';

const MIN = 60_000;
const FLOOR_DESIGN = { supply_c: 45, return_c: 35, outdoor_c: -10.1, room_c: 18 };
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A station as it is built: what it takes for what it is told, when its meter shows it, how far it comes. */
const plant = fc.record({
  kind: fc.constantFrom('radiators' as const, 'floor' as const),
  priority: fc.constantFrom(undefined, 'hospital' as const, 'school' as const),
  gain: number(0.6, 1.4),
  transit_min: fc.integer({ min: 0, max: 30 }),
  /** What its supply stays below what it was told, K. */
  lacks_k: number(0, 6),
  supply_min_c: fc.integer({ min: 20, max: 35 }),
  supply_max_c: fc.integer({ min: 40, max: 90 }),
  ramp_k_per_min: fc.constantFrom(0.3, 1, 5),
});
type Plant = typeof plant extends fc.Arbitrary<infer T> ? T : never;

const life = fc.record({
  plants: fc.array(plant, { minLength: 3, maxLength: 3 }),
  outdoor_c: number(-20, 8),
  falls_k: number(-12, 6),
  balanced: fc.boolean(),
  /** What the source is short to, from one minute to another. */
  short: fc.option(
    fc.record({
      share: number(0.02, 1),
      floor_room_c: number(-5, 10),
      from: fc.nat(120),
      for: fc.integer({ min: 30, max: 150 }),
    }),
    { nil: undefined },
  ),
  plan_k: fc.option(number(-8, 8), { nil: undefined }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

const HEAT: Pick<CircuitConfig, 'id' | 'accepts'> = { id: 'low', accepts: ['supply_c', 'flow_m3_h'] };

function configOf(own: Plant, nth: number): StationConfig {
  const { kind, priority, supply_min_c, supply_max_c, ramp_k_per_min } = own;
  const design = kind === 'floor' ? FLOOR_DESIGN : LOW.design;
  const limits = { ...LOW.limits, supply_min_c, supply_max_c, ramp_k_per_min };
  const every_s = { default: 60, meter: 60 };
  return stationConfig({
    id: `s${nth}`,
    every_s,
    priority,
    circuits: [{ ...LOW, ...HEAT, kind, design, limits }, DHW],
  });
}

const decisionsOf = (center: CenterState, id: string): readonly (readonly Decision[])[] =>
  stationView(center, id)?.decisions.map(({ decisions }) => decisions) ?? [];
/** As it stands now: the center moves its decisions on in place. */
const supplyOf = (decisions: readonly Decision[] | undefined): Decision | undefined =>
  structuredClone(decisions?.find(({ name }) => name === 'supply_c'));

function planOf(at: number, plan_k: number, ids: readonly string[]): Plan {
  const hours = [0, 1, 2, 3, 4, 5].map((hour) => ({
    from: at + hour * 60 * MIN,
    to: at + (hour + 1) * 60 * MIN,
    outdoor_c: 0,
    baseline_kw: 1000,
    planned_kw: 1000,
  }));
  const course = {
    colder_k: hours.map((_, hour) => plan_k * (hour % 2 === 0 ? 1 : -1)),
    room_k: hours.map(() => 0),
  };
  const stations = ids.map((id) => [id, 0] as const);
  const one = { stations, time_constant_h: 100, learned: 0, band_k: 1, loss_kw_k: 50, ...course };
  return { made_at: at, outdoor_from: 'held', load_from: 'design', solve_ms: 1, hours, classes: [one] };
}

interface Told {
  readonly minute: number;
  readonly own: Plant;
  readonly supply: Decision;
  /** Supply that was told a minute before. */
  readonly before_c: number | undefined;
  readonly tap_c: number | undefined;
}

/** What a station says: it obeys as its plant lets it. */
function saidBy(own: Plant, told: readonly number[], outdoor_c: number): Points {
  const design = own.kind === 'floor' ? FLOOR_DESIGN : LOW.design;
  if (!design) throw new Error('The circuit has no design.');
  const set_c = told.at(-1) ?? 40;
  const then_c = told[Math.max(0, told.length - 1 - own.transit_min)] ?? set_c;
  const supply_c = Math.max(set_c - own.lacks_k, 18);
  return {
    ...HEALTHY,
    outdoor_c,
    'primary.power_kw': Math.round(1575 * own.gain * loadOfSupply({ kind: own.kind, design }, then_c)),
    'circuits.low.supply_set_c': set_c,
    'circuits.low.supply_c': supply_c,
    'circuits.low.return_c': 18 + 0.6 * (supply_c - 18),
    'circuits.low.flow_m3_h': 50,
    'circuits.low.valve_pct': own.lacks_k > 1 ? 100 : 60,
  };
}

/** Five hours of three stations that are led together. */
function live({ plants, outdoor_c, falls_k, balanced, short, plan_k }: Life): Told[] {
  const center = createCenter();
  const configs = plants.map(configOf);
  for (const station of configs) applyInput(center, { kind: 'settings', at: T0, station });
  applyInput(center, { kind: 'start', at: T0, epoch: 7, commit: 'test', node: '24' });
  const status = {
    v: 1 as const,
    state: 'online' as const,
    boot: 'b',
    mode: 'remote' as const,
    limits_rev: 3,
  };
  for (const { id: station } of configs)
    applyInput(center, { kind: 'status', at: T0, station, status: { ...status, at: T0 }, will: false });
  const balance = { on: true, gain_k_per_h: 10, deadband: 0.01, rate_k_per_h: 3, bound_k: 5 };
  const ids = configs.map(({ id }) => id);
  const told = new Map<string, number[]>();
  const course: Told[] = [];
  let wasShort: boolean | undefined = false;
  for (let minute = 0; minute < 300; minute += 1) {
    const at = T0 + minute * MIN;
    const isShort = short && minute >= 60 + short.from && minute < 60 + short.from + short.for;
    const source = isShort
      ? { limit: { power_max_kw: short.share * 3500 }, floor_room_c: short.floor_room_c }
      : undefined;
    const settings = { ...(balanced && { balance }), ...(source && { source }), shaving: { on: true } };
    if (minute === 0 || isShort !== wasShort) applyInput(center, { kind: 'network_settings', at, settings });
    wasShort = isShort;
    if (plan_k !== undefined && minute % 60 === 0)
      applyInput(center, { kind: 'plan', at, plan: planOf(at, plan_k, ids) });
    const local = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: minute };
    applyInput(center, { kind: 'tick', at, local });
    for (const [nth, own] of plants.entries()) {
      const id = `s${nth}`;
      const past = told.get(id) ?? [];
      const points = saidBy(own, past, outdoor_c + (falls_k * minute) / 300);
      const said = { kind: 'telemetry' as const, at: at + 1000, station: id };
      applyInput(center, { ...said, telemetry: telemetry(at + 1000, points) });
      const [low, tap] = decisionsOf(center, id);
      const supply = supplyOf(low);
      if (supply?.value === undefined) continue;
      course.push({ minute, own, supply, before_c: past.at(-1), tap_c: supplyOf(tap)?.value });
      told.set(id, [...past, supply.value].slice(-32));
    }
  }
  return course;
}

const RUNS = { numRuns: 25, seed: 20261122 };
const traced = ({ supply }: Told, code: string) => supply.trace.find(({ reason }) => reason.code === code);

describe('whatever the network asks of stations that are built in all ways', () => {
  const lives = fc.sample(life, RUNS).map((given) => ({ given, course: live(given) }));
  const all = lives.flatMap(({ course }) => course);

  it('really asks: shares bind, corrections and plans move what is wanted', () => {
    const codes = new Set(all.flatMap(({ supply }) => supply.trace.map(({ reason }) => reason.code)));
    for (const code of ['short_source', 'balance', 'plan', 'frost', 'ramp']) expect(codes).toContain(code);
    expect(all.some(({ supply }) => supply.reason.code === 'short_source')).toBe(true);
    expect(all.length).toBeGreaterThan(RUNS.numRuns * 3 * 290);
  });

  it('setpoints stay within their limits; only frost and equipment go beyond', () => {
    const beyond = all.filter(({ own, supply: { value = NaN, trace } }) => {
      const max = Math.min(own.supply_max_c, EQUIPMENT_MAXIMUM_C[own.kind]);
      const frost = trace.some(({ reason }) => reason.code === 'frost') ? FROST_SUPPLY_C[own.kind] : 0;
      return !(value >= own.supply_min_c && value <= Math.max(max, frost));
    });
    expect(beyond).toEqual([]);
  });

  it('setpoints move within their ramps but for what comes before it', () => {
    const jumps = all.filter(({ own, supply: { value = NaN, trace }, before_c = value }) => {
      const ramp = trace.find(({ reason }) => reason.code === 'ramp');
      // Told in tenths: two roundings lie between two values.
      return !ramp?.overridden && !(Math.abs(value - before_c) <= own.ramp_k_per_min + 0.1 + 1e-9);
    });
    expect(jumps).toEqual([]);
  });

  it('frost protection is overridden by nothing', () => {
    const cold = all.filter((told) => traced(told, 'frost'));
    expect(cold.length).toBeGreaterThan(100);
    expect(cold.filter((told) => traced(told, 'frost')?.overridden)).toEqual([]);
    expect(cold.filter(({ own, supply: { value = NaN } }) => !(value >= FROST_SUPPLY_C[own.kind]))).toEqual(
      [],
    );
  });

  it('hot water knows nothing of curves, balance, plans and shares', () => {
    const settled = all.filter(({ minute }) => minute > 15);
    expect(new Set(settled.map(({ tap_c }) => tap_c))).toEqual(new Set([58]));
  });
});

/** A primary side that answers to the supply after a transit, through a lag. */
const primary = fc.record({
  transit_min: fc.integer({ min: 0, max: 30 }),
  lag_min: number(1, 40),
  per_k: number(0.2, 1),
  limit_c: fc.integer({ min: 40, max: 50 }),
  outdoor_c: number(-12, 4),
});

describe('behind up to half an hour of transit', () => {
  it('a return limit comes to rest, whatever the plant', () => {
    fc.assert(
      fc.property(primary, ({ transit_min, lag_min, per_k, limit_c, outdoor_c }) => {
        const center = createCenter();
        const primary_limits = { return_max_c: limit_c, transit_s: 1800 };
        const station = stationConfig({ every_s: { default: 60, meter: 60 }, primary_limits });
        applyInput(center, { kind: 'settings', at: T0, station });
        const supplies: number[] = [];
        let return_c = 40;
        for (let minute = 0; minute < 28 * 60; minute += 1) {
          const at = T0 + minute * MIN;
          const then_c = supplies.at(-1 - transit_min) ?? 57;
          return_c += (20 + per_k * (then_c - 20) - return_c) / lag_min;
          const local = { year: 2026, month: 11, day: 22, weekday: 7, minute_of_day: minute % 1440 };
          applyInput(center, { kind: 'tick', at, local });
          const points = { ...HEALTHY, outdoor_c, 'primary.return_c': return_c };
          const said = { kind: 'telemetry' as const, at: at + 1000, station: station.id };
          applyInput(center, { ...said, telemetry: telemetry(at + 1000, points) });
          supplies.push(supplyOf(decisionsOf(center, station.id)[0])?.value ?? 57);
        }
        const last = supplies.slice(-6 * 60);
        expect(Math.max(...last) - Math.min(...last)).toBeLessThan(0.5);
        expect(return_c).toBeLessThan(Math.max(limit_c + 0.5, 20 + per_k * (30.1 - 20)));
      }),
      { numRuns: 8, seed: 4 },
    );
  });
});
