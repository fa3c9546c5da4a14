import { describe, expect, it } from 'vitest';
import type { StationConfig } from '../config.ts';
import { applySample, createImage } from '../image.ts';
import { remembering } from '../control/circuit-testing.ts';
import { supplyOfLoad } from '../physics/emitter-load.ts';
import { createStationState, type StationState } from '../state.ts';
import { DHW, LOW, stationConfig, T0, telemetry, type Points } from '../testing.ts';
import {
  factsOf,
  learnedGain,
  offBy,
  primaryOf,
  takesPower,
  trimmedGain,
  type Facts,
  type HeatMemory,
  type ShareStation,
} from './source-facts.ts';

const MIN = 60_000;
const POINT = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 };
/** Load of the weather at 0 °C, and the design heat of 35,000 m² then. */
const LOAD = 18 / 28.1;
const DESIGN_KW = 1575 * LOAD;
const LEASE = { id: 'c', at: T0, since: T0, circuits: {}, reasons: '', refused: false };

interface Given {
  readonly points?: Points;
  readonly config?: Partial<StationConfig>;
  readonly state?: Partial<StationState>;
  readonly mode?: 'remote' | 'local' | 'manual';
  readonly online?: boolean;
}

function stationOf({ points = {}, config, state, mode = 'remote', online = true }: Given = {}): ShareStation {
  const settings = stationConfig(config);
  const image = createImage();
  for (const sample of telemetry(T0, points).samples)
    applySample(image, sample, { arrived: T0, every_s: settings.every_s });
  Object.assign(image, { mode, online });
  const plain = { ...createStationState(T0, { epoch: 7, seq: 0 }), awaits_sample: false };
  return { config: settings, image, state: { ...plain, ...state } };
}

interface About {
  readonly before?: HeatMemory;
  readonly now?: number;
  readonly outdoor_c?: number | undefined;
  readonly usual?: typeof POINT;
}
const facts = (given: Given = {}, about: About = {}): Facts =>
  factsOf(stationOf(given), about.before, { now: T0, outdoor_c: 0, usual: undefined, ...about });

const METER: Points = { 'primary.power_kw': 900 };
const CIRCUITS: Points = {
  'circuits.low.supply_c': 57,
  'circuits.low.return_c': 41,
  'circuits.low.flow_m3_h': 50,
};
const CIRCUITS_KW = 1.148 * 50 * 16;
/** 600 kW for an hour, then 900. */
const WINDOW = {
  at: T0,
  kwh: 1000,
  power_kw: 900,
  marks: [
    [T0 - 60 * MIN, 325],
    [T0 - 15 * MIN, 775],
  ],
} as const;

describe('who takes no part', () => {
  it.each<[string, Given]>([
    ['observed', { config: { control: 'observe' } }],
    ['local', { mode: 'local' }],
    ['manual', { mode: 'manual' }],
    ['unreachable', { online: false }],
    ['unreachable', { state: { awaits_sample: true } }],
    ['unreachable', { state: { obeys_epoch: 9 } }],
    ['released', { state: { released: true } }],
    ['no_design', { config: { circuits: [], heated_area_m2: 0 } }],
    ['no_lever', { config: { circuits: [] } }],
    ['no_lever', { config: { circuits: [{ ...LOW, accepts: ['flow_m3_h'] }] } }],
    ['no_lever', { config: { circuits: [{ ...LOW, limits: undefined }] } }],
  ])('is told why: %s', (why, given) => {
    expect(facts({ points: METER, ...given }, { usual: POINT }).why).toBe(why);
  });

  it('is told without data, and where nothing says what the weather asks', () => {
    expect(facts().why).toBe('no_data');
    expect(facts({ points: METER }, { outdoor_c: undefined }).why).toBe('no_design');
    expect(facts({ points: METER, config: { circuits: [], primary_accepts: ['power_max_kw'] } }).why).toBe(
      'no_design',
    );
  });

  it('is nobody else', () => {
    expect(facts({ points: METER }).why).toBeUndefined();
    const primary = { circuits: [], primary_accepts: ['power_max_kw'] as const };
    expect(facts({ points: METER, config: primary }, { usual: POINT }).why).toBeUndefined();
    expect(takesPower(stationConfig({ primary_accepts: ['return_max_c'] }))).toBe(false);
    expect(takesPower(stationConfig())).toBe(false);
  });
});

describe('what measures the heat', () => {
  it('is the meter, where no hot water passes it', () => {
    expect(facts({ points: { ...METER, ...CIRCUITS } })).toMatchObject({
      from: 'meter',
      meter: { power_kw: 900 },
      heating: undefined,
      now_kw: 900,
    });
  });

  it('are the circuits where hot water passes the meter, and where there is none', () => {
    const config = { circuits: [LOW, DHW], heated_area_m2: 35_000 };
    expect(facts({ points: { ...METER, ...CIRCUITS }, config })).toMatchObject({
      from: 'circuits',
      meter: { power_kw: 900 },
      heating: { power_kw: expect.closeTo(CIRCUITS_KW, 9) },
    });
    expect(facts({ points: CIRCUITS })).toMatchObject({ from: 'circuits', meter: undefined });
    expect(facts({ points: METER, config })).toMatchObject({ from: 'meter', heating: undefined });
  });

  it('are temperatures where nothing else does', () => {
    const mean_c = 18 + 44.5 * LOAD ** (1 / 1.3);
    const points = { 'circuits.low.supply_c': mean_c + 8, 'circuits.low.return_c': mean_c - 8 };
    const read = facts({ points });
    expect(read.from).toBe('temperatures');
    expect(read.heating).toMatchObject({ at: T0, power_kw: expect.closeTo(DESIGN_KW, 6) });
    expect(facts({ points }, { outdoor_c: undefined }).from).toBeUndefined();
    expect(facts({}).from).toBeUndefined();
  });

  it('is remembered for three quarters of an hour', () => {
    const before = { meter: WINDOW, heating: undefined };
    expect(facts({}, { before, now: T0 + 45 * MIN }).meter).toBe(WINDOW);
    expect(facts({}, { before, now: T0 + 45 * MIN + 1 })).toMatchObject({ meter: undefined, why: 'no_data' });
  });
});

describe('loads of a station', () => {
  const read = facts({}, { before: { meter: WINDOW, gain: 0.8 } });

  it('are those of the last hour and quarter, relative to the design heat of this weather', () => {
    expect(read.at_load).toBeCloseTo(LOAD, 9);
    expect(read.design_kw).toBeCloseTo(DESIGN_KW, 9);
    expect([read.hour_kw, read.now_kw]).toEqual([675, 900]);
    expect(read.hour_load).toBeCloseTo(675 / DESIGN_KW, 9);
    expect(read.now_load).toBeCloseTo(900 / DESIGN_KW, 9);
  });

  it('count hot water with the meter, and not for the relative load', () => {
    const heating = { ...WINDOW, kwh: 500, power_kw: 450, marks: [[T0 - 60 * MIN, 0]] } as const;
    const both = facts({}, { before: { meter: WINDOW, heating } });
    expect(both.hour_kw).toBe(675);
    expect(both.hour_load).toBeCloseTo(500 / DESIGN_KW, 9);
  });

  it('follow the network’s weather, else the station’s own', () => {
    const outdoor = { value_c: -10.1, raw_c: -10.1, at: T0 };
    expect(facts({ state: { outdoor } }, { outdoor_c: undefined }).at_load).toBeCloseTo(1, 9);
    expect(facts({ state: { outdoor } }).at_load).toBeCloseTo(LOAD, 9);
    expect(facts({}, { outdoor_c: undefined })).toMatchObject({ at_load: 1, design_kw: undefined });
  });

  it('are unknown where nothing was measured', () => {
    expect(facts()).toMatchObject({
      hour_kw: undefined,
      now_kw: undefined,
      hour_load: undefined,
      now_load: undefined,
    });
  });
});

describe('what a station asks for', () => {
  const supply = (load: number) => supplyOfLoad({ kind: 'radiators', design: POINT }, load);
  const circuits = [remembering({ position: supply(0.4), good: { value: supply(0.5), at: T0 } })];

  it('is what its wanted temperatures carry, as it is known to answer to them', () => {
    const read = facts({ points: METER, state: { circuits } }, { before: { gain: 0.8 } });
    expect(read.asked).toBeCloseTo(0.4 / LOAD, 5);
    expect(read.want).toBeCloseTo((0.8 * 0.5) / LOAD, 5);
    expect(facts({ points: METER, state: { circuits } }).want).toBeCloseTo(0.5 / LOAD, 5);
  });

  it('is its design where it asks for no temperature', () => {
    expect(facts({ points: METER })).toMatchObject({ asked: undefined, want: 1, gain: undefined });
    expect(facts({ points: METER, config: { circuits: [], heated_area_m2: 0 } }).want).toBeUndefined();
  });

  it('says whether it is starved, and whether it is led', () => {
    const starved = { 'circuits.low.supply_set_c': 60, 'circuits.low.supply_c': 50 };
    expect(facts({ points: starved })).toMatchObject({ starved: true, led: false });
    expect(facts({ points: METER, state: { lease: LEASE } })).toMatchObject({ starved: false, led: true });
    expect(facts({ points: starved, config: { circuits: [], heated_area_m2: 0 } }).starved).toBe(false);
  });
});

describe('what is learned of an unlimited station', () => {
  const learned = (changes: Partial<Facts>, passed_min = 120) =>
    learnedGain(
      { ...facts({ points: METER }), hour_load: 0.9, asked: 1, at_load: 0.6, ...changes },
      passed_min * MIN,
    );

  it('is what it takes for what it is told: at first whole, then within two hours', () => {
    expect(learned({ gain: undefined })).toBe(0.9);
    expect(learned({ gain: 1 })).toBeCloseTo(1 - 0.1 * (1 - Math.exp(-1)), 9);
    expect(learned({ gain: undefined, asked: 0.75 })).toBeCloseTo(1.2, 9);
    expect(learned({ gain: undefined, asked: undefined })).toBe(0.9);
  });

  it('is nothing while it is unknown or too warm to tell', () => {
    expect(learned({ gain: 1.1, hour_load: undefined })).toBe(1.1);
    expect(learned({ gain: 1.1, asked: 0.149 })).toBe(1.1);
    expect(learned({ gain: 1.1, at_load: 0.15 })).toBe(1.1);
    expect(learned({ gain: undefined, asked: 0.15 })).toBe(2);
  });

  it('is bounded: far from 1 the settings are wrong', () => {
    expect(learned({ gain: undefined, hour_load: 0.1 })).toBe(0.4);
    expect(learned({ gain: undefined, hour_load: 5 })).toBe(2);
  });
});

describe('how far a load is from its share', () => {
  it('is a logarithm, bounded on both sides', () => {
    expect(offBy(0.88, 0.8)).toBeCloseTo(Math.log(1.1), 9);
    expect(offBy(0.4, 0.8)).toBe(-0.3);
    expect(offBy(1.6, 0.8)).toBe(0.3);
  });

  it('is trimmed over three quarters of an hour and three periods of the meter', () => {
    const held = { ...facts({ points: METER, config: { every_s: { default: 10, meter: 900 } } }), gain: 1 };
    expect(trimmedGain(held, 0.1, 90 * MIN)).toBeCloseTo(Math.exp(0.1), 9);
    expect(trimmedGain({ ...held, gain: undefined }, -0.1, 90 * MIN)).toBeCloseTo(Math.exp(-0.1), 9);
    expect(trimmedGain({ ...held, gain: 1.9 }, 0.3, 90 * MIN)).toBe(2);
  });
});

describe('the primary side', () => {
  it('is what is measured there', () => {
    const points = { 'primary.flow_m3_h': 30, 'primary.return_c': 45, 'primary.supply_c': 90 };
    const station = stationOf({ points });
    expect(primaryOf(station, T0)).toEqual({ flow_m3_h: 30, return_c: 45, supply_c: 90 });
    expect(primaryOf(station, T0 + MIN)).toEqual({ flow_m3_h: 30, return_c: undefined, supply_c: undefined });
  });
});
