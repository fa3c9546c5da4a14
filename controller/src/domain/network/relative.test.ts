import { describe, expect, it } from 'vitest';
import type { CircuitConfig } from '../config.ts';
import { sensorsOf } from '../control/sensors.ts';
import { applySample, createImage } from '../image.ts';
import { createStationState, type StationState } from '../state.ts';
import { LOW, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import { warmthOf } from './relative.ts';

/** By design at 0 °C. */
const SUPPLY_C = 57.598;
const HALF_K = 12.5 * (18 / 28.1);
const MEAN_C = SUPPLY_C - HALF_K;
const EXCESS_K = MEAN_C - 18;

interface Given {
  readonly points?: Points;
  readonly circuit?: CircuitConfig;
  readonly outdoor_c?: number | undefined;
  readonly area_m2?: number;
  readonly state?: Partial<StationState>;
}

function warmth({ points = {}, circuit = LOW, area_m2 = 35_000, state, ...about }: Given = {}) {
  const config = stationConfig({ circuits: [circuit], heated_area_m2: area_m2 });
  const image = createImage();
  const said = { 'circuits.low.supply_c': MEAN_C + 8, 'circuits.low.return_c': MEAN_C - 8, ...points };
  for (const sample of telemetry(T0, said).samples)
    applySample(image, sample, { arrived: T0, every_s: config.every_s });
  const station = { config, image, state: { ...createStationState(T0, { epoch: 1, seq: 0 }), ...state } };
  const [sensors] = sensorsOf(config, image).circuits;
  if (!sensors) throw new Error('A station with one circuit has its sensors.');
  return warmthOf({ station, sensors, outdoor_c: 0, now: T0, ...about });
}
const pair = (mean_c: number, half_k = 8): Points => ({
  'circuits.low.supply_c': mean_c + half_k,
  'circuits.low.return_c': mean_c - half_k,
});

describe('relative warmth', () => {
  it('is the excess of the mean water temperature over that of the design', () => {
    const asDesigned = warmth();
    expect(asDesigned.relative).toBeCloseTo(1, 3);
    expect(asDesigned).toMatchObject({ why: undefined, mean_c: expect.closeTo(MEAN_C, 6) });
    expect(asDesigned.design_mean_c).toBeCloseTo(MEAN_C, 2);
    expect(asDesigned.excess_k).toBeCloseTo(EXCESS_K, 2);
    expect(warmth({ points: pair(18 + 0.8 * EXCESS_K) }).relative).toBeCloseTo(0.8, 3);
  });

  it('counts what the curve and the plan ask for as asked', () => {
    const shifted = { ...LOW, curve: { shift_k: 6 } };
    expect(warmth({ circuit: shifted }).design_mean_c).toBeGreaterThan(MEAN_C + 4);
    expect(warmth({ circuit: shifted }).relative).toBeLessThan(0.9);
    const plan = { colder_k: 4, room_k: 0, until: T0 };
    expect(warmth({ state: { network: { plan } } }).relative).toBeLessThan(0.95);
  });

  it('is credible between 0.3 and 1.7, with a return no warmer than its supply', () => {
    const at = (relative: number) => warmth({ points: pair(18 + relative * EXCESS_K) });
    expect([0.29, 0.31, 1.69, 1.71].map((relative) => at(relative).why)).toEqual([
      'implausible',
      undefined,
      undefined,
      'implausible',
    ]);
    expect(at(0.29)).toMatchObject({ relative: undefined, mean_c: expect.closeTo(18 + 0.29 * EXCESS_K, 6) });
    expect(warmth({ points: pair(MEAN_C, -0.5) }).why).toBeUndefined();
    expect(warmth({ points: pair(MEAN_C, -0.51) }).why).toBe('implausible');
  });
});

describe('what stands against a judgement', () => {
  it('is a missing design or area', () => {
    const { design: _design, ...undesigned } = LOW;
    const nothing = { relative: undefined, mean_c: undefined, design_mean_c: undefined, excess_k: 0 };
    expect(warmth({ circuit: undesigned })).toEqual({ ...nothing, why: 'no_design' });
    expect(warmth({ area_m2: 0 })).toEqual({ ...nothing, why: 'no_design' });
  });

  it('is a missing temperature', () => {
    for (const point of ['supply_c', 'return_c'])
      expect(warmth({ points: { [`circuits.low.${point}`]: null } })).toMatchObject({
        why: 'no_data',
        mean_c: undefined,
        excess_k: expect.closeTo(EXCESS_K, 2),
      });
    expect(warmth({ outdoor_c: undefined })).toMatchObject({ why: 'no_data', excess_k: 0 });
  });

  it('is mild weather: less than eight kelvin above the room', () => {
    expect(warmth({ outdoor_c: 15.1 }).why).toBe('mild');
    expect(warmth({ outdoor_c: 14.9, points: pair(28, 2) }).why).toBeUndefined();
  });

  it('is water that stands still: less than a tenth of the design flow', () => {
    const flow = (flow_m3_h: number) => warmth({ points: { 'circuits.low.flow_m3_h': flow_m3_h } }).why;
    expect([flow(5.4), flow(5.5)]).toEqual(['flow_off', undefined]);
  });
});
