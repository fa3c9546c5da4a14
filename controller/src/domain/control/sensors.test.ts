import { describe, expect, it } from 'vitest';
import { applySample, createImage } from '../image.ts';
import { NO_POINT } from '../points.ts';
import { LOW, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import { sensorsOf, stationInputs } from './sensors.ts';

const EVERY = { default: 10, meter: 900 };
const OUTDOOR = { filtered_c: -1, own_c: -2, from: undefined };

function imageOf(points: Points) {
  const image = createImage();
  for (const sample of telemetry(T0, points).samples)
    applySample(image, sample, { arrived: T0, every_s: EVERY });
  return image;
}

const POINTS: Points = {
  outdoor_c: -2,
  'primary.return_c': 45,
  'primary.power_kw': 900,
  'primary.flow_m3_h': 30,
  'circuits.low.supply_c': 57,
  'circuits.low.return_c': 41,
};

describe('what control reads of a station', () => {
  const config = stationConfig();
  const image = imageOf(POINTS);
  const clock = { offset_min: 480 };
  const at = (now: number, given: Partial<Parameters<typeof stationInputs>[2]> = {}) =>
    stationInputs({ config, image, now }, sensorsOf(config, image), { outdoor: OUTDOOR, clock, ...given });

  it('is every point by its own name, and the minute on the wall', () => {
    expect(at(T0)).toEqual({
      outdoor_filtered_c: -1,
      outdoor_c: -2,
      primary_return_c: 45,
      primary_power_kw: 900,
      primary_flow_m3_h: 30,
      local_minute: (T0 / 60_000 + 480) % 1440,
    });
    expect(at(T0, { clock: undefined }).local_minute).toBeUndefined();
  });

  it('of the meter is fit for three of its own periods, all else for three of the others', () => {
    const late = at(T0 + 31_000);
    expect(late).toMatchObject({ primary_return_c: undefined, primary_power_kw: 900, primary_flow_m3_h: 30 });
    expect(at(T0 + 2_701_000)).toMatchObject({ primary_power_kw: undefined, primary_flow_m3_h: undefined });
  });

  it('is the measured outdoor temperature and each setpoint as it is', () => {
    const sensors = sensorsOf(config, image);
    const [low] = sensors.circuits;
    expect(image.points.latest(sensors.outdoor_c)).toBe(-2);
    expect(low && [low.return_c, low.is.supply_c].map((place) => image.points.latest(place))).toEqual([
      41, 57,
    ]);
    expect(low?.set.supply_c).toBe(NO_POINT);
  });

  it('is found again when a point is new, or the settings are', () => {
    const growing = imageOf({ outdoor_c: 0 });
    const value = (from: typeof config) =>
      growing.points.latest(sensorsOf(from, growing).circuits[0]!.return_c);
    expect(value(config)).toBeNaN();
    const [sample] = telemetry(T0, { 'circuits.low.return_c': 40, 'circuits.high.return_c': 39 }).samples;
    if (sample) applySample(growing, sample, { arrived: T0, every_s: EVERY });
    expect(value(config)).toBe(40);
    const other = stationConfig({ circuits: [{ ...LOW, id: 'high' }] });
    expect(value(other)).toBe(39);
  });
});
