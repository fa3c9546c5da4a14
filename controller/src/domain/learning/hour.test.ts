import { describe, expect, it } from 'vitest';
import type { CircuitConfig, StationConfig } from '../config.ts';
import { sensorsOf } from '../control/sensors.ts';
import { applySample, createImage } from '../image.ts';
import { DHW, LOW, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import {
  heatSource,
  hourMean,
  isHeating,
  lookAt,
  type CircuitHour,
  meanOf,
  meansOf,
  newCircuitHour,
  outdoorNow,
  plus,
  seenRooms,
  stationPower,
  type Look,
  type RoomsSeen,
} from './hour.ts';

const HOUR = 3_600_000;

function lookOf(points: Points, config: Partial<StationConfig> = {}, now = T0): Look {
  const settings = stationConfig(config);
  const image = createImage();
  for (const sample of telemetry(now, points).samples)
    applySample(image, sample, { arrived: now, every_s: settings.every_s });
  return { config: settings, image, state: {}, now };
}

function lookTo(before: CircuitHour, look: Look, seen: RoomsSeen): CircuitHour {
  const [sensors] = sensorsOf(look.config, look.image).circuits;
  if (!sensors) throw new Error('The station has a circuit.');
  const hour = structuredClone(before);
  lookAt(hour, sensors, { look, seen });
  return hour;
}

const WATER: Points = { 'circuits.low.supply_c': 57, 'circuits.low.return_c': 41 };
const at = (points: Points, config: Partial<StationConfig> = {}, seen: RoomsSeen = new Map()) =>
  lookTo(newCircuitHour(), lookOf(points, config), seen);

describe('means of an hour', () => {
  it('need thirty looks', () => {
    expect(plus(plus([0, 0], 4), undefined)).toEqual([4, 1]);
    expect([meanOf([6, 3]), meanOf([0, 0]), meanOf([6, 3], 4)]).toEqual([2, undefined, undefined]);
    expect([hourMean([60, 30]), hourMean([60, 29])]).toEqual([2, undefined]);
    const hour = { heat_kw: [300, 30], water_c: [1500, 30], room_c: [400, 20] } as const;
    expect(meansOf(hour)).toEqual({ heat_kw: 10, water_c: 50, room_c: undefined });
  });
});

describe('heat of a station', () => {
  const primary = { 'primary.flow_m3_h': 30, 'primary.supply_c': 90, 'primary.return_c': 50 };

  it('is the meter’s power, else its flow and temperatures', () => {
    expect(stationPower(lookOf({ 'primary.power_kw': 900, ...primary }))).toBe(900);
    expect(stationPower(lookOf(primary))).toBeCloseTo(1.148 * 30 * 40, 9);
    expect(stationPower(lookOf({ ...primary, 'primary.return_c': 95 }))).toBe(0);
    for (const point of Object.keys(primary))
      expect(stationPower(lookOf({ ...primary, [point]: null }))).toBeUndefined();
  });

  it('is that of a circuit alone where there is one', () => {
    expect([heatSource(stationConfig()), heatSource(stationConfig({ circuits: [LOW, DHW] }))]).toEqual([
      'meter',
      'circuit',
    ]);
    expect([isHeating(LOW), isHeating(DHW), isHeating({ id: 'x', accepts: [] })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a look at a circuit', () => {
  const flow = { 'circuits.low.flow_m3_h': 50 };

  it('adds heat and mean water temperature', () => {
    const look = at({ ...WATER, 'primary.power_kw': 900 });
    expect(look).toEqual({ heat_kw: [900, 1], water_c: [49, 1], room_c: [0, 0] });
    const twice = lookTo(look, lookOf({ ...WATER, 'primary.power_kw': 800 }), new Map());
    expect(twice).toMatchObject({ heat_kw: [1700, 2], water_c: [98, 2] });
  });

  it('takes the heat of the circuit itself where the meter tells none, or sees others too', () => {
    expect(at({ ...WATER, ...flow }).heat_kw[0]).toBeCloseTo(1.148 * 50 * 16, 9);
    const two = at({ ...WATER, ...flow, 'primary.power_kw': 900 }, { circuits: [LOW, DHW] });
    expect(two.heat_kw[0]).toBeCloseTo(1.148 * 50 * 16, 9);
    expect(at({ ...WATER, 'primary.power_kw': 900 }, { circuits: [LOW, DHW] }).heat_kw).toEqual([0, 0]);
    expect(at({ 'circuits.low.supply_c': 40, 'circuits.low.return_c': 41, ...flow }).heat_kw).toEqual([0, 1]);
  });

  it('learns of rooms alone without both temperatures of the water', () => {
    const rooms = { 'rooms.1.air_c': 20, 'primary.power_kw': 900 };
    for (const point of Object.keys(WATER))
      expect(at({ ...WATER, ...rooms, [point]: null })).toEqual({
        heat_kw: [0, 0],
        water_c: [0, 0],
        room_c: [20, 1],
      });
  });
});

describe('rooms', () => {
  const rooms: Points = { 'rooms.1.air_c': 18, 'rooms.2.air_c': 20, 'rooms.3.air_c': 21 };
  const room = (points: Points, circuit: CircuitConfig = LOW, seen?: RoomsSeen) =>
    at({ ...WATER, ...points }, { circuits: [circuit] }, seen).room_c;

  it('count with their median, those of the circuit where they are named', () => {
    expect(room(rooms)).toEqual([20, 1]);
    expect(room(rooms, { ...LOW, room_feedback: { rooms: ['1', '3'] } })).toEqual([19.5, 1]);
    expect(room({})).toEqual([0, 0]);
  });

  it('count between 5 and 35 °C', () => {
    const one = (room_c: number) => room({ 'rooms.1.air_c': room_c })[1];
    expect([4.9, 5, 35, 35.1].map(one)).toEqual([0, 1, 1, 0]);
  });

  it('count for a day without any change', () => {
    const seen = (ago_ms: number): RoomsSeen => new Map([['1', { room_c: 18, changed_at: T0 - ago_ms }]]);
    expect(room({ 'rooms.1.air_c': 18 }, LOW, seen(24 * HOUR - 1))).toEqual([18, 1]);
    expect(room({ 'rooms.1.air_c': 18 }, LOW, seen(24 * HOUR))).toEqual([0, 0]);
  });

  it('are seen to change', () => {
    const before: RoomsSeen = new Map([
      ['1', { room_c: 18, changed_at: T0 - HOUR }],
      ['2', { room_c: 19, changed_at: T0 - HOUR }],
      ['gone', { room_c: 19, changed_at: T0 - HOUR }],
    ]);
    const seen = seenRooms(before, lookOf({ 'rooms.1.air_c': 18, 'rooms.2.air_c': 20, outdoor_c: 1 }));
    expect([...seen]).toEqual([
      ['1', { room_c: 18, changed_at: T0 - HOUR }],
      ['2', { room_c: 20, changed_at: T0 }],
    ]);
  });
});

describe('the weather at a station', () => {
  const doubted = { ...lookOf({ outdoor_c: -3 }), state: { network: { outdoor_doubted: true } } };

  it('is its own sensor’s, else the median of the network', () => {
    expect(outdoorNow(lookOf({ outdoor_c: -3 }), 5)).toBe(-3);
    expect(outdoorNow(doubted, 5)).toBe(5);
    expect(outdoorNow(lookOf({}), 5)).toBe(5);
    expect(outdoorNow(lookOf({}), undefined)).toBeUndefined();
  });

  it('is credible between −50 and 45 °C', () => {
    const of = (median_c: number) => outdoorNow(lookOf({}), median_c);
    expect([-50.1, -50, 45, 45.1].map(of)).toEqual([undefined, -50, 45, undefined]);
  });
});
