import { describe, expect, it } from 'vitest';
import { characteristic, loopStep, valveFlow_m3_h } from './valve.ts';
import { density_kg_m3 } from './water.ts';
import { effectiveness, exchangerHeat_kw } from './exchanger.ts';
import { emitted_kw, emitterOf } from './emitter.ts';
import { gaussian, randomFrom, uniform, wander } from './random.ts';
import { pumpFlow_m3_h, pumpPower_kw, pumpSpeed } from './pump.ts';
import { TAIYUAN, weatherAt, weatherCourse } from './weather.ts';
import { environmentAt, sourceAt } from './source.ts';

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
  it.each([
    [20, 998.9],
    [50, 988.7],
    [100, 959],
    [130, 935.4],
  ])('at %s °C weighs about %s kg/m³', (water_c, expected) => {
    expect(Math.abs(density_kg_m3(water_c) - expected)).toBeLessThan(2);
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

  it('never heats the secondary above the primary', () => {
    for (const secondary_kg_s of [0.1, 1, 5, 30]) {
      const heat = exchangerHeat_kw(design, {
        primary_kg_s: 20,
        primary_in_c: 100,
        secondary_kg_s,
        secondary_in_c: 40,
      });
      expect(heat).toBeLessThanOrEqual(secondary_kg_s * 4.2 * 60 + 1e-9);
    }
  });
});

describe('valve and loop', () => {
  const design = { kvs_m3_h: 40, series_kv_m3_h: 30, stroke_s: 90 };

  it('is closed at 0, full at 1, and rises by equal shares between', () => {
    expect(characteristic(0)).toBe(0);
    expect(characteristic(1)).toBe(1);
    expect(valveFlow_m3_h(design, 0, 200)).toBe(0);
    expect(valveFlow_m3_h(design, 1, 100)).toBeCloseTo(24, 9);
    expect(valveFlow_m3_h(design, 1, 400)).toBeCloseTo(48, 9);
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
});

describe('emitters', () => {
  it.each(['radiators', 'floor'] as const)('%s give their design heat at design temperatures', (kind) => {
    const emitter = emitterOf({ kind, heat_kw: 1000, supply_c: 45, return_c: 35, room_c: 18, oversize: 1 });
    const surface_c = kind === 'floor' ? 18 + 0.65 * 22 : 40;
    expect(emitted_kw(emitter, surface_c, 18)).toBeCloseTo(1000, 6);
    expect(emitted_kw(emitter, 18, 20)).toBe(0);
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
    const supplies = hours.map((_, hour) => sourceAt(course, from_s + hour * 3600).supply_c);
    expect(Math.min(...supplies)).toBeGreaterThan(83);
    expect(Math.max(...supplies)).toBeLessThan(117);
    const cold = environmentAt(course, from_s);
    expect(cold.supply_kpa - cold.return_kpa).toBeGreaterThan(150);
  });
});
