import { describe, expect, it } from 'vitest';
import { characteristic, liftFor, loopStep, valveKv_m3_h } from './valve.ts';
import { density_kg_m3, WATER_KJ_KG_K } from './water.ts';
import { buildingOf, settledBuilding, stepBuilding, windowsWanted } from './building.ts';
import { effectiveness, exchangerHeat_kw } from './exchanger.ts';
import { emitted_kw, emitterOf } from './emitter.ts';
import { gaussian, randomFrom, uniform, wander } from './random.ts';
import { pumpFlow_m3_h, pumpHead_kpa, pumpPower_kw, pumpSpeed } from './pump.ts';
import { TAIYUAN, weatherAt, weatherCourse } from './weather.ts';
import { plannedSupply_c } from './source.ts';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe('random', () => {
  it('repeats with its seed, is uniform and normal', () => {
    const first = randomFrom('a');
    const second = randomFrom('a');
    const draws = Array.from({ length: 20_000 }, () => uniform(first));
    expect(draws.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => uniform(second)));
    expect(mean(draws)).toBeCloseTo(0.5, 2);
    const normal = Array.from({ length: 20_000 }, () => gaussian(first));
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(deviation(normal)).toBeCloseTo(1, 1);
  });

  it('wanders with the spread that it was given, whatever the step', () => {
    for (const dt_s of [5, 60]) {
      const random = randomFrom(`wander ${dt_s}`);
      let value = 0;
      const values = Array.from(
        { length: 20_000 },
        () => (value = wander(value, { tau_s: 100, sigma: 2, dt_s }, random)),
      );
      expect(deviation(values)).toBeGreaterThan(1.8);
      expect(deviation(values)).toBeLessThan(2.2);
    }
  });
});

describe('water', () => {
  // IAPWS-IF97 region 1 at 1.6 MPa.
  it.each([
    [10, 1000.416],
    [20, 998.891],
    [50, 988.698],
    [75, 975.52],
    [100, 959.055],
    [130, 935.522],
  ])('at %s °C weighs %s kg/m³', (water_c, expected) => {
    expect(Math.abs(density_kg_m3(water_c) - expected)).toBeLessThan(0.5);
  });

  // Enthalpy differences of IAPWS-IF97 at 1.6 MPa, kJ/kg.
  it.each([
    [45, 35, 41.75],
    [60, 45, 62.654],
    [75, 50, 104.528],
    [105, 50, 230.602],
    [130, 70, 252.987],
  ])('gives from %s to %s °C %s kJ/kg', (from_c, to_c, expected) => {
    expect(Math.abs((WATER_KJ_KG_K * (from_c - to_c)) / expected - 1)).toBeLessThan(0.007);
  });
});

describe('exchanger', () => {
  const design = { ua_kw_k: 100, primary_kg_s: 8, secondary_kg_s: 15 };

  it('meets the textbook: NTU 2, ratio 0.5 → 0.775; ratio 1 → 2/3; ratio 0 → 1 − e⁻²', () => {
    expect(effectiveness(2, 0.5)).toBeCloseTo(0.7746, 4);
    expect(effectiveness(2, 1)).toBeCloseTo(2 / 3, 9);
    expect(effectiveness(2, 0)).toBeCloseTo(1 - Math.exp(-2), 9);
  });

  it('gives more with more flow on either side, nothing without, and turns with the temperatures', () => {
    const flows = { primary_kg_s: 8, primary_in_c: 100, secondary_kg_s: 15, secondary_in_c: 45 };
    const heat = exchangerHeat_kw(design, flows);
    expect(exchangerHeat_kw(design, { ...flows, primary_kg_s: 9 })).toBeGreaterThan(heat);
    expect(exchangerHeat_kw(design, { ...flows, secondary_kg_s: 17 })).toBeGreaterThan(heat);
    expect(exchangerHeat_kw(design, { ...flows, primary_kg_s: 0 })).toBe(0);
    expect(exchangerHeat_kw(design, { ...flows, primary_in_c: 45, secondary_in_c: 100 })).toBeCloseTo(
      -heat,
      9,
    );
  });

  it('gives less with scale', () => {
    const flows = { primary_kg_s: 8, primary_in_c: 100, secondary_kg_s: 15, secondary_in_c: 45 };
    const clean_kw = exchangerHeat_kw(design, flows);
    const fouled_kw = exchangerHeat_kw(design, { ...flows, fouling: 0.6 });
    expect(fouled_kw).toBeLessThan(0.85 * clean_kw);
    expect(fouled_kw).toBeGreaterThan(0.3 * clean_kw);
  });

  it('never heats the secondary above the primary', () => {
    for (const secondary_kg_s of [0.1, 1, 5, 30]) {
      const heat = exchangerHeat_kw(design, {
        primary_kg_s: 20,
        primary_in_c: 100,
        secondary_kg_s,
        secondary_in_c: 40,
      });
      expect(heat).toBeLessThanOrEqual(secondary_kg_s * WATER_KJ_KG_K * 60 + 1e-9);
    }
  });
});

describe('valve and loop', () => {
  const design = { kvs_m3_h: 40, series_kv_m3_h: 30, stroke_s: 90 };

  it('is closed at 0, full at 1, and rises by equal shares between', () => {
    expect(characteristic(0)).toBe(0);
    expect(characteristic(1)).toBe(1);
    expect(valveKv_m3_h(design, 0)).toBe(0);
    expect(valveKv_m3_h(design, 1)).toBeCloseTo(24, 9);
    // Equal percentage: one more tenth of the stroke opens by the same factor.
    for (const lift of [0.05, 0.4, 1]) {
      const flow_m3_h = valveKv_m3_h(design, lift) * Math.sqrt(1.7);
      expect(liftFor(design, flow_m3_h, 170)).toBeCloseTo(lift, 9);
    }
    expect(liftFor(design, 60, 100)).toBe(1);
    expect(liftFor(design, 1, 0)).toBe(1);
    expect(characteristic(0.9) / characteristic(0.8)).toBeCloseTo(50 ** 0.1, 1);
  });

  it('does not wind up behind its ceiling', () => {
    const tuning = { gain_per_k: 0.01, integral_s: 30 };
    let integral = 0.5;
    for (let step = 0; step < 1000; step += 1)
      ({ integral } = loopStep(integral, { error_k: 20, ceiling: 0.7, dt_s: 10 }, tuning));
    expect(integral).toBe(0.7);
    expect(loopStep(integral, { error_k: -10, ceiling: 0.7, dt_s: 1 }, tuning).lift).toBeLessThan(0.61);
  });
});

describe('pump', () => {
  const design = { flow_m3_h: 54, dp_kpa: 85, nominal_speed: 0.78, efficiency: 0.62 };

  it('needs about an eighth of the power at half the flow', () => {
    const ratio = pumpPower_kw(design, 27) / pumpPower_kw(design, 54);
    expect(ratio).toBeGreaterThan(0.125);
    expect(ratio).toBeLessThan(0.16);
  });

  it('ramps to the flow or the pressure that is asked for, and stands still when told', () => {
    const settle = (wish: Parameters<typeof pumpSpeed>[2]['wish']): number => {
      let speed = 0.5;
      for (let second = 0; second < 100; second += 1) speed = pumpSpeed(design, speed, { wish, dt_s: 1 });
      return pumpFlow_m3_h(design, speed);
    };
    expect(settle({ running: true, flow_m3_h: 40 })).toBeCloseTo(40, 9);
    expect(settle({ running: true, dp_kpa: 85 / 4 })).toBeCloseTo(27, 9);
    expect(settle({ running: true, flow_m3_h: 500 })).toBeCloseTo(54 / 0.78, 9);
    expect(settle({ running: false })).toBe(0);
  });

  it('follows the affinity laws: half the speed gives half the flow and a quarter of the head', () => {
    const flow_m3_h = pumpFlow_m3_h(design, 0.7);
    expect(pumpFlow_m3_h(design, 0.35)).toBeCloseTo(flow_m3_h / 2, 9);
    expect(pumpHead_kpa(design, flow_m3_h / 2)).toBeCloseTo(pumpHead_kpa(design, flow_m3_h) / 4, 9);
  });

  it('gives less against more resistance, at more head', () => {
    const throttled_m3_h = pumpFlow_m3_h(design, 0.78, 2);
    expect(throttled_m3_h).toBeCloseTo(54 * Math.sqrt(1.25 / 2.25), 9);
    expect(pumpHead_kpa(design, throttled_m3_h, 2)).toBeGreaterThan(85);
    expect(pumpPower_kw(design, throttled_m3_h, 2)).toBeLessThan(pumpPower_kw(design, 54));
  });
});

describe('emitters', () => {
  it.each(['radiators', 'floor'] as const)('%s give their design heat at design temperatures', (kind) => {
    const emitter = emitterOf({ kind, heat_kw: 1000, supply_c: 45, return_c: 35, room_c: 18, oversize: 1 });
    const surface_c = kind === 'floor' ? 18 + 0.65 * 22 : 40;
    expect(emitted_kw(emitter, surface_c, 18)).toBeCloseTo(1000, 6);
    expect(emitted_kw(emitter, 18, 20)).toBe(0);
  });

  // EN 442 at Δt 30 K instead of 60 K: 0.5^1.3 of the nominal output.
  it('radiators follow the exponent 1.3', () => {
    const sizes = {
      kind: 'radiators',
      supply_c: 90,
      return_c: 70,
      room_c: 20,
      heat_kw: 100,
      oversize: 1,
    } as const;
    const emitter = emitterOf(sizes);
    expect(emitted_kw(emitter, 80, 20)).toBeCloseTo(100, 9);
    expect(emitted_kw(emitter, 50, 20)).toBeCloseTo(40.61, 2);
  });
});

describe('weather', () => {
  const course = weatherCourse(TAIYUAN, randomFrom('test'));
  const from_s = 1_795_305_600;
  const hours = Array.from({ length: 60 * 24 }, (_, hour) => weatherAt(course, from_s + hour * 3600));

  it('is the same for the same seed and time', () => {
    expect(weatherAt(weatherCourse(TAIYUAN, randomFrom('test')), from_s)).toEqual(hours[0]);
  });

  it('is a winter: cold mean, afternoons warmer than dawns, no sun at night', () => {
    expect(mean(hours.map(({ outdoor_c }) => outdoor_c))).toBeGreaterThan(-6);
    expect(mean(hours.map(({ outdoor_c }) => outdoor_c))).toBeLessThan(0);
    const around = (hour: number): number =>
      mean(hours.filter((one) => Math.abs(one.hour - hour) < 1).map(({ outdoor_c }) => outdoor_c));
    expect(around(15) - around(6)).toBeGreaterThan(4);
    expect(hours.filter(({ hour }) => hour > 19 || hour < 5).every(({ sun }) => sun === 0)).toBe(true);
    expect(Math.max(...hours.map(({ sun }) => sun))).toBeGreaterThan(0.6);
  });

  it('changes smoothly, and the source follows it within its bounds', () => {
    for (let second = 0; second < 3600; second += 60) {
      const here = weatherAt(course, from_s + second).outdoor_c;
      expect(Math.abs(weatherAt(course, from_s + second + 60).outdoor_c - here)).toBeLessThan(0.2);
    }
    expect([-20, 0, 12].map(plannedSupply_c)).toEqual([115, 98, 85]);
  });
});

describe('people', () => {
  it('open windows when it is too warm, by day more than by night', () => {
    expect(windowsWanted(21, 14)).toBe(0);
    expect(windowsWanted(25, 14)).toBeGreaterThan(2 * windowsWanted(25, 2));
    const building = buildingOf({
      heated_area_m2: 10_000,
      heat_index_w_m2: 45,
      room_c: 18,
      outdoor_c: -10,
      time_constant_h: 100,
      internal_w_m2: 2,
      solar_w_m2: 7,
    });
    const state = settledBuilding(building, 28, 0);
    for (let step = 0; step < 360; step += 1)
      stepBuilding(building, state, { heat_kw: 0, outdoor_c: 0, sun: 0, hour: 14, dt_s: 10 });
    expect(state.window).toBeGreaterThan(0.5);
    expect(state.air_c).toBeLessThan(27);
  });
});
