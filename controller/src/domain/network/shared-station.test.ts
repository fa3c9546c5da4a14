import { describe, expect, it } from 'vitest';
import type { StationConfig } from '../config.ts';
import type { ReasonCode } from '@heat-center/contract/reasons.ts';
import { newCircuit } from '../control/circuit.ts';
import { createImage } from '../image.ts';
import { createStationState } from '../state.ts';
import { DHW, LOW, stationConfig, T0 } from '../testing.ts';
import { factsOf, learnedGain, trimmedGain, type Facts } from './source-facts.ts';
import { sharedStation, type SharedStation } from './shared-station.ts';

const MIN = 60_000;
const CLAIM = { design_kw: 1000, want: 1, floor: 0.5, priority: false };
const PLACE = { nth: 0, of: 1, passed_ms: MIN, until: undefined, now: T0 };
/** Load of the weather at 0 °C. */
const LOAD = 18 / 28.1;

interface Station {
  readonly config?: Partial<StationConfig>;
  /** Reason that decides the supply temperature. */
  readonly reason?: ReasonCode;
}

/** A station that takes its whole share of the design heat, led, with a meter that spoke just now. */
function factsFor(changes: Partial<Facts> = {}, { config, reason = 'short_source' }: Station = {}): Facts {
  const outdoor = { value_c: 0, raw_c: 0, at: T0 };
  const decision = {
    name: 'supply_c',
    value: 50,
    wanted: 57,
    reason: { code: reason, params: {} },
    trace: [],
  } as const;
  const state = {
    ...createStationState(T0, { epoch: 7, seq: 0 }),
    awaits_sample: false,
    outdoor,
    circuits: [{ ...newCircuit('low', T0), decisions: [decision] }],
  };
  const station = {
    config: stationConfig({ every_s: { default: 10, meter: 60 }, ...config }),
    image: Object.assign(createImage(), { online: true }),
    state,
  };
  const before = { meter: { at: T0, kwh: 0, power_kw: 900, marks: [] } };
  const facts = factsOf(station, before, { now: T0, outdoor_c: 0, usual: undefined });
  return { ...facts, led: true, hour_load: 1, now_load: 0.8, asked: 1, gain: 1, ...changes };
}

type Given = Partial<Parameters<typeof sharedStation>[1]>;
const shared = (facts: Facts, given: Given = {}): SharedStation =>
  sharedStation(facts, { claim: CLAIM, level: 0.8, normal: 1, was: undefined, place: PLACE, ...given });
/** Held for an hour at a share of 0.8. */
const HELD: SharedStation = {
  state: 'limited',
  bound_at: T0 - 60 * MIN,
  target: { share: 0.8, load: 0.8 * LOAD, slow_load: 0.8 * LOAD },
};

describe('a station in a short source', () => {
  it('that takes no part is only shown', () => {
    const left = shared(factsFor({ why: 'local', gain: 1.1 }), { claim: undefined });
    expect(left).toMatchObject({
      state: 'left_out',
      why: 'local',
      gain: 1.1,
      load: 1,
      power_kw: 900,
      from: undefined,
    });
    expect(left).not.toHaveProperty('target');
    expect(shared(factsFor({ hour_kw: 800 }), { claim: undefined }).power_kw).toBe(800);
  });

  it('is open and learns while nothing is limited', () => {
    const facts = factsFor({ gain: 1, hour_load: 1.2 });
    const open = shared(facts, { level: undefined });
    expect(open).toMatchObject({ state: 'open', floor: 0.5, gain: learnedGain(facts, MIN) });
    expect(open.gain).toBeGreaterThan(1);
    expect(open).not.toHaveProperty('target');
    expect(shared({ ...facts, led: false }, { level: undefined }).gain).toBe(1);
  });

  it('that wants less than its share is open too, and held to nothing but the share', () => {
    const facts = factsFor({ hour_load: 1.2 });
    const open = shared(facts, { claim: { ...CLAIM, want: 0.8 } });
    expect(open).toMatchObject({ state: 'open', primary: undefined, target: { share: 0.8 } });
    expect(open.gain).toBe(learnedGain(facts, MIN));
  });

  it('is limited above its floor, and at it', () => {
    expect(shared(factsFor()).state).toBe('limited');
    expect(shared(factsFor(), { level: 0.5 })).toMatchObject({ state: 'floor', target: { share: 0.5 } });
    expect(shared(factsFor(), { level: 0.3 })).toMatchObject({ state: 'floor', target: { share: 0.5 } });
  });

  it('is starved where it gets less than its share although its valve is open', () => {
    expect(shared(factsFor({ starved: true, now_load: 0.7 })).state).toBe('starved');
    expect(shared(factsFor({ starved: true, now_load: 0.8 })).state).toBe('limited');
    expect(shared(factsFor({ starved: true, now_load: undefined })).state).toBe('limited');
  });
});

describe('the load that a station is held to', () => {
  it('is its share of the weather’s load, for what it takes for what it is told', () => {
    expect(shared(factsFor()).target?.load).toBeCloseTo(0.8 * LOAD, 9);
    expect(shared(factsFor({ gain: 1.25 })).target?.load).toBeCloseTo((0.8 / 1.25) * LOAD, 9);
    expect(shared(factsFor({ gain: undefined })).target?.load).toBeCloseTo(0.8 * LOAD, 9);
    const nothing = shared(factsFor(), { level: 0.05, claim: { ...CLAIM, floor: 0 } });
    expect(nothing.target?.load).toBeCloseTo(0.15 * LOAD, 9);
  });

  it('comes slowly to screeds: from where it was, else from what was asked', () => {
    const slow = (given: Given, facts = factsFor()) =>
      shared(facts, { place: { ...PLACE, passed_ms: 0 }, ...given }).target?.slow_load;
    expect(slow({ was: { ...HELD, target: { share: 0.8, load: 0.5, slow_load: 0.6 } } })).toBe(0.6);
    expect(slow({}, factsFor({ asked: 0.9 }))).toBeCloseTo(0.9 * LOAD, 9);
    expect(slow({}, factsFor({ asked: undefined }))).toBeCloseTo(LOAD, 9);
  });

  it('goes along as the shift of its own curve', () => {
    expect(shared(factsFor()).after?.offset_k).toBeLessThan(0);
    expect(shared(factsFor(), { place: { ...PLACE, until: T0 + 10 * 60 * MIN } }).after?.for_s).toBe(36_000);
  });
});

describe('since when the share decides', () => {
  const bound = (given: Given & { facts?: Facts }) => shared(given.facts ?? factsFor(), given).bound_at;

  it('is since now, or since before', () => {
    expect(bound({})).toBe(T0);
    expect(bound({ was: HELD })).toBe(HELD.bound_at);
  });

  it('is not while something else decides, on the way there, or while nobody leads', () => {
    expect(bound({ facts: factsFor({}, { reason: 'frost' }), was: HELD })).toBeUndefined();
    expect(bound({ facts: factsFor({}, { reason: 'ramp' }) })).toBeUndefined();
    expect(bound({ facts: factsFor({}, { reason: 'ramp' }), was: HELD })).toBe(HELD.bound_at);
    expect(bound({ facts: factsFor({ led: false }), was: HELD })).toBeUndefined();
  });

  it('begins anew where the share moved by more than four hundredths', () => {
    expect(bound({ was: HELD, level: 0.8 * 1.039 })).toBe(HELD.bound_at);
    expect(bound({ was: HELD, level: 0.8 * 1.041 })).toBeUndefined();
    expect(bound({ was: HELD, level: 0.8 * 0.959 })).toBeUndefined();
  });
});

describe('feedback', () => {
  it('answers a load that is off at once in part, and slowly for the rest', () => {
    const facts = factsFor({ now_load: 0.88 });
    const { gain, target } = shared(facts, { was: HELD });
    const off = Math.log(1.1);
    expect(gain).toBe(trimmedGain(facts, off, MIN));
    expect(gain).toBeGreaterThan(1);
    expect(target?.load).toBeCloseTo(((0.8 * LOAD) / (gain ?? 1)) * Math.exp(-0.3 * off), 9);
  });

  it.each<[string, Partial<Facts>, SharedStation]>([
    ['before setpoints have been there for 25 min', {}, { ...HELD, bound_at: T0 - 25 * MIN + 1 }],
    ['before the share decided', {}, { ...HELD, bound_at: undefined }],
    ['without a load', { now_load: undefined }, HELD],
    ['to make up for a starved valve', { now_load: 0.7, starved: true }, HELD],
    ['to a load of before', { meter: { at: T0 - 40 * MIN, kwh: 0, power_kw: 900, marks: [] } }, HELD],
  ])('does not answer %s', (_what, changes, was) => {
    const { gain, target } = shared(factsFor({ now_load: 0.88, ...changes }), { was });
    expect(gain).toBe(1);
    expect(target?.load).toBeCloseTo(0.8 * LOAD, 9);
  });

  it('answers from 25 min on, by the circuits where those are measured', () => {
    const was = { ...HELD, bound_at: T0 - 25 * MIN };
    expect(shared(factsFor({ now_load: 0.88 }), { was }).gain).toBeGreaterThan(1);
    const heating = { at: T0 - 40 * MIN, kwh: 0, power_kw: 500, marks: [] };
    expect(shared(factsFor({ now_load: 0.88, heating }), { was }).gain).toBe(1);
  });

  it('lowers a starved one that takes too much all the same', () => {
    expect(shared(factsFor({ now_load: 0.88, starved: true }), { was: HELD }).gain).toBeGreaterThan(1);
  });
});

describe('a limit of power', () => {
  const power = (config: Partial<StationConfig>, given: Given = {}) =>
    shared(factsFor({}, { config }), given).primary;
  const takes = { primary_accepts: ['power_max_kw'] as const };
  const design_kw = 1575 * LOAD;

  it('is the share where no circuit is led, and a little more where one is', () => {
    expect(power({ ...takes, circuits: [LOW] })).toEqual({
      power_max_kw: Math.round(1.08 * 0.8 * design_kw),
    });
    const facts = factsFor({ design_kw }, { config: { ...takes, circuits: [] } });
    expect(shared(facts).primary).toEqual({ power_max_kw: Math.round(0.8 * design_kw) });
  });

  it('is told to nobody who does not take it, who is open, or who makes hot water', () => {
    expect(power({})).toBeUndefined();
    expect(power({ ...takes, circuits: [LOW, DHW] })).toBeUndefined();
    expect(power(takes, { claim: { ...CLAIM, want: 0.8 } })).toBeUndefined();
    expect(shared(factsFor({ design_kw: undefined }, { config: takes })).primary).toBeUndefined();
    expect(shared(factsFor({ design: undefined }, { config: takes })).primary).toBeUndefined();
  });
});
