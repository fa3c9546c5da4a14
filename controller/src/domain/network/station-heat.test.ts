import { describe, expect, it } from 'vitest';
import type { CircuitConfig, StationConfig } from '../config.ts';
import { applySample, createImage } from '../image.ts';
import { remembering } from '../control/circuit-testing.ts';
import { supplyOfLoad } from '../physics/emitter-load.ts';
import { createStationState } from '../state.ts';
import { DHW, LOW, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import {
  carried,
  circuitsReading,
  floorLoad,
  heatDesign,
  isStarved,
  loadAt,
  meterReading,
  positions,
  wanted,
  warmth,
  type HeatCase,
  type HeatDesign,
} from './station-heat.ts';

const POINT = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 };
const FLOOR: CircuitConfig = {
  ...LOW,
  id: 'floor',
  kind: 'floor',
  design: { ...POINT, supply_c: 45, return_c: 35 },
  heated_area_m2: 10_000,
};
const BOTH = stationConfig({ circuits: [LOW, DHW, FLOOR] });
const EVERY = { default: 10, meter: 900 };

function designOf(config: StationConfig): HeatDesign {
  const design = heatDesign(config);
  if (!design) throw new Error('The station has no design.');
  return design;
}

function seen(points: Points, config = stationConfig(), now = T0): HeatCase {
  const image = createImage();
  for (const sample of telemetry(T0, points).samples)
    applySample(image, sample, { arrived: T0, every_s: EVERY });
  return { config, image, now };
}

describe('what a station is built for', () => {
  it('is the heat of its heating circuits by area and index', () => {
    const design = designOf(BOTH);
    expect(design.circuits.map(({ circuit, design_kw }) => [circuit.id, design_kw])).toEqual([
      ['low', 17_500 * 0.045],
      ['floor', 450],
    ]);
    expect(design).toMatchObject({ design_kw: 787.5 + 450, makesHotWater: true, point: POINT });
    const great = { ...FLOOR, heated_area_m2: 30_000, heat_index_w_m2: 60 };
    expect(designOf(stationConfig({ circuits: [LOW, great] }))).toMatchObject({
      design_kw: 787.5 + 1800,
      point: great.design,
      makesHotWater: false,
    });
  });

  it('is that of its area where no circuit tells it', () => {
    const { kind: _kind, ...unknown } = LOW;
    const { design: _design, ...undesigned } = LOW;
    for (const circuits of [[], [unknown], [undesigned], [DHW]])
      expect(heatDesign(stationConfig({ circuits }))).toMatchObject({
        circuits: [],
        design_kw: 1575,
        point: undefined,
      });
    expect(heatDesign(stationConfig({ circuits: [], heated_area_m2: 0 }))).toBeUndefined();
    expect(
      heatDesign(stationConfig({ circuits: [{ ...LOW, heated_area_m2: 0 }], heated_area_m2: 0 })),
    ).toBeUndefined();
  });
});

describe('loads', () => {
  it('are those of the weather, never below 0.15', () => {
    expect(loadAt(POINT, 0)).toBeCloseTo(18 / 28.1, 9);
    expect(loadAt(POINT, 17)).toBe(0.15);
  });

  it('of a floor are what rooms lose at its temperature', () => {
    expect(floorLoad(POINT, -10, 8)).toBeCloseTo(18 / 28, 9);
    expect(floorLoad(POINT, 10, 8)).toBe(0);
    expect(floorLoad(POINT, 0, 20)).toBe(1);
    expect(floorLoad(POINT, 17.5, 18)).toBe(0.5);
  });
});

describe('the heat meter', () => {
  it('tells its power, and its counter where that is of the same time', () => {
    expect(meterReading(seen({ 'primary.power_kw': 900, 'primary.energy_kwh': 12_000 }))).toEqual({
      at: T0,
      power_kw: 900,
      counter_kwh: 12_000,
    });
    const later = seen({ 'primary.power_kw': 900 });
    const [sample] = telemetry(T0 + 1, { 'primary.energy_kwh': 12_001 }).samples;
    if (sample) applySample(later.image, sample, { arrived: T0, every_s: EVERY });
    expect(meterReading(later)).toEqual({ at: T0, power_kw: 900, counter_kwh: undefined });
    expect(meterReading(seen({ 'primary.power_kw': 900 }))?.counter_kwh).toBeUndefined();
  });

  it('counts for three of its own periods', () => {
    expect(meterReading(seen({ 'primary.power_kw': 900 }, undefined, T0 + 2_700_000))?.power_kw).toBe(900);
    expect(meterReading(seen({ 'primary.power_kw': 900 }, undefined, T0 + 2_700_001))).toBeUndefined();
    expect(meterReading(seen({}))).toBeUndefined();
  });
});

describe('heat of the circuits', () => {
  const low = { 'circuits.low.supply_c': 57, 'circuits.low.return_c': 41, 'circuits.low.flow_m3_h': 50 };
  const floor = {
    'circuits.floor.supply_c': 30,
    'circuits.floor.return_c': 31,
    'circuits.floor.flow_m3_h': 40,
  };
  const reading = (points: Points) => circuitsReading(seen(points, BOTH), designOf(BOTH));

  it('is what their water loses, nothing where it comes back warmer', () => {
    expect(reading({ ...low, ...floor })).toEqual({ at: T0, power_kw: expect.closeTo(1.148 * 50 * 16, 9) });
    expect(reading({ ...low, ...floor, 'circuits.floor.return_c': 25 })?.power_kw).toBeCloseTo(
      1.148 * (50 * 16 + 40 * 5),
      9,
    );
  });

  it.each(['supply_c', 'return_c', 'flow_m3_h'])('is unknown while the %s of one is', (point) => {
    expect(reading({ ...low, ...floor, [`circuits.floor.${point}`]: null })).toBeUndefined();
  });

  it('is unknown where there is no circuit', () => {
    const bare = stationConfig({ circuits: [] });
    expect(circuitsReading(seen({}, bare), designOf(bare))).toBeUndefined();
  });
});

describe('relative load by temperatures', () => {
  // 18 °C, 44.5 K at the design point, load 18/28.1 at 0 °C.
  const mean_c = 18 + 44.5 * (18 / 28.1) ** (1 / 1.3);
  const low = { 'circuits.low.supply_c': mean_c + 8, 'circuits.low.return_c': mean_c - 8 };

  it('is 1 as designed, and in proportion to the excess', () => {
    expect(warmth(seen(low, BOTH), designOf(BOTH), 0)).toBeCloseTo(1, 9);
    const half = {
      'circuits.low.supply_c': 18 + (mean_c - 18) / 2 + 8,
      'circuits.low.return_c': 18 + (mean_c - 18) / 2 - 8,
    };
    expect(warmth(seen(half, BOTH), designOf(BOTH), 0)).toBeCloseTo(0.5, 9);
  });

  it('is weighted by design heat, and never negative', () => {
    const cold = { 'circuits.floor.supply_c': 18, 'circuits.floor.return_c': 18 };
    expect(warmth(seen({ ...low, ...cold }, BOTH), designOf(BOTH), 0)).toBeCloseTo(787.5 / 1237.5, 9);
    expect(
      warmth(seen({ 'circuits.low.supply_c': 10, 'circuits.low.return_c': 9 }, BOTH), designOf(BOTH), 0),
    ).toBe(0);
  });

  it('is unknown without a pair of temperatures', () => {
    expect(warmth(seen({ 'circuits.low.supply_c': 50 }, BOTH), designOf(BOTH), 0)).toBeUndefined();
    expect(warmth(seen({ 'circuits.low.return_c': 50 }, BOTH), designOf(BOTH), 0)).toBeUndefined();
  });
});

describe('what supply temperatures carry', () => {
  const design = designOf(BOTH);
  const supply = (load: number) => supplyOfLoad({ kind: 'radiators', design: POINT }, load);

  it('is the mean by design heat of those that are known', () => {
    expect(carried(design, () => undefined)).toBeUndefined();
    expect(carried(design, (id) => (id === 'low' ? supply(0.6) : undefined))).toBeCloseTo(0.6, 6);
    expect(carried(design, (id) => (id === 'low' ? supply(0.6) : 18))).toBeCloseTo((0.6 * 787.5) / 1237.5, 6);
  });

  it('is read from outputs and from what is wanted', () => {
    const state = {
      ...createStationState(T0, { epoch: 1, seq: 0 }),
      circuits: [remembering({ position: 50, good: { value: 55, at: T0 } })],
    };
    expect([positions(state)('low'), wanted(state)('low')]).toEqual([50, 55]);
    expect([positions(state)('high'), wanted(state)('high')]).toEqual([undefined, undefined]);
  });
});

describe('a starved circuit', () => {
  const starved = (points: Points) => isStarved(seen(points, BOTH), designOf(BOTH));
  const low = { 'circuits.low.supply_set_c': 57, 'circuits.low.supply_c': 54.9 };

  it('lacks more than two kelvin although its valve is open', () => {
    expect(starved({ ...low, 'circuits.low.valve_pct': 95 })).toBe(true);
    expect(starved({ ...low, 'circuits.low.valve_pct': 94 })).toBe(false);
    expect(starved(low)).toBe(true);
    expect(starved({ ...low, 'circuits.low.supply_c': 55 })).toBe(false);
  });

  it('is not one of which setpoint or temperature is unknown', () => {
    expect(starved({ 'circuits.low.supply_set_c': 57 })).toBe(false);
    expect(starved({ 'circuits.low.supply_c': 20 })).toBe(false);
    expect(starved({ 'circuits.floor.supply_set_c': 40, 'circuits.floor.supply_c': 30 })).toBe(true);
  });
});
