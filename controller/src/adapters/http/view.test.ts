import { stationRegistration } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import type { CommandRecord } from '../../domain/effects.ts';
import { createImage, type StationImage } from '../../domain/image.ts';
import type { PointValue } from '../../domain/points.ts';
import { NOW } from '../../testing/fake-center.ts';
import { STATION } from '../../testing/http-fixture.ts';
import { registerStation } from '../registry/registration.ts';
import { assess, conditionOf, DEVIATION_MS, type StationFacts, type Track } from './view.ts';

const record = registerStation(stationRegistration.parse(STATION));

function imageOf(
  change: Partial<StationImage> = {},
  points: Record<string, Partial<PointValue>> = {},
): StationImage {
  const image = Object.assign(createImage(), { online: true, heard_at: NOW, live_at: NOW }, change);
  for (const [id, point] of Object.entries(points)) {
    image.points.set(id, { at: NOW, arrived: NOW, value: 0, quality: 'good', live: true, ...point });
  }
  return image;
}

const facts = (image: StationImage | undefined, change: Partial<StationFacts> = {}): StationFacts => ({
  record,
  image,
  decisions: [],
  commands: [],
  now: NOW,
  ...change,
});
const stateOf = (given: StationFacts, before?: Track) => assess(given, before).state;

describe('state', () => {
  it('is silent until the station was heard, also when old data of it is known', () => {
    expect(stateOf(facts(undefined))).toBe('silent');
    const replayed = imageOf({ heard_at: undefined, live_at: undefined }, { outdoor_c: { live: false } });
    expect(stateOf(facts(replayed))).toBe('silent');
  });

  it('is offline before everything else', () => {
    const image = imageOf({ online: false, faults: ['pump_b_trip'], live_at: 0 });
    const track = assess(facts(image), undefined);
    expect(track).toMatchObject({ state: 'offline', state_since: NOW });
    expect(track.alarms).toEqual([{ priority: 2, code: 'offline', since: NOW }]);
  });

  it('is stale after three periods without live telemetry', () => {
    const image = imageOf({}, { 'circuits.low.supply_c': {} });
    expect(stateOf(facts(image, { now: NOW + 180_000 }))).toBe('good');
    expect(stateOf(facts(image, { now: NOW + 180_001 }))).toBe('stale');
  });

  it('waits three periods of the meter where only the meter speaks', () => {
    const image = imageOf({}, { 'primary.power_kw': {} });
    expect(stateOf(facts(image, { now: NOW + 2_700_000 }))).toBe('good');
    expect(stateOf(facts(image, { now: NOW + 2_700_001 }))).toBe('stale');
  });

  it('is faulty with faults or with a bad point that still speaks', () => {
    expect(stateOf(facts(imageOf({ faults: ['pump_b_trip'] })))).toBe('faulty');
    const bad = imageOf({}, { 'circuits.low.return_c': { quality: 'bad', value: null } });
    expect(stateOf(facts(bad))).toBe('faulty');
    const gone = imageOf({}, { 'circuits.low.return_c': { quality: 'bad', arrived: NOW - 2_700_001 } });
    expect(stateOf(facts(gone))).toBe('good');
    expect(stateOf(facts(imageOf({}, { outdoor_c: { quality: 'uncertain' } })))).toBe('good');
  });
});

describe('deviation', () => {
  const off = (supply_c: number, more: Record<string, Partial<PointValue>> = {}): StationImage =>
    imageOf(
      {},
      { 'circuits.low.supply_c': { value: supply_c }, 'circuits.low.supply_set_c': { value: 55 }, ...more },
    );

  it('is a state after ten minutes above 2 K, and over as soon as it is not', () => {
    const first = assess(facts(off(57.1)), undefined);
    expect(first).toMatchObject({ state: 'good', deviating_since: NOW });
    const at = (later: number, image: StationImage, before: Track) => {
      image.live_at = NOW + later;
      for (const [id, point] of image.points) image.points.set(id, { ...point, arrived: NOW + later });
      return assess(facts(image, { now: NOW + later }), before);
    };
    expect(at(DEVIATION_MS - 1, off(52.8), first).state).toBe('good');
    const deviating = at(DEVIATION_MS, off(52.8), first);
    expect(deviating).toMatchObject({ state: 'deviating', state_since: NOW + DEVIATION_MS });
    const later = at(DEVIATION_MS + 5000, off(52.8), deviating);
    expect(later.state_since).toBe(NOW + DEVIATION_MS);
    const back = at(DEVIATION_MS + 6000, off(57), later);
    expect(back).toMatchObject({ state: 'good', deviating_since: undefined });
  });

  const deviation = (given: StationFacts): number | null =>
    conditionOf(given, assess(given, undefined)).deviation_k;

  it('is to 0.1 K, and null where temperature or setpoint is of no use', () => {
    expect(deviation(facts(off(54.26)))).toBe(0.7);
    expect(
      deviation(facts(off(54.26, { 'circuits.low.supply_c': { value: 54, quality: 'uncertain' } }))),
    ).toBeNull();
    expect(deviation(facts(imageOf({}, { 'circuits.low.supply_c': { value: 54 } })))).toBeNull();
  });

  it('takes what was decided only where the center is obeyed', () => {
    const image = imageOf({}, { 'circuits.low.supply_c': { value: 54 } });
    const decisions = [
      {
        circuit: 'low',
        at: NOW,
        decisions: [
          {
            name: 'supply_c' as const,
            value: 57,
            wanted: 57,
            reason: { code: 'weather_curve' as const, params: {} },
            trace: [],
          },
        ],
      },
    ];
    expect(deviation(facts(image, { decisions }))).toBe(3);
    const observed = { ...record, config: { ...record.config, control: 'observe' as const } };
    expect(deviation(facts(image, { decisions, record: observed }))).toBeNull();
    image.mode = 'local';
    expect(deviation(facts(image, { decisions }))).toBeNull();
  });
});

describe('alarms', () => {
  it('keep their beginning while they last', () => {
    const image = imageOf({ faults: ['pump_b_trip'], clock_suspect: 'clock_ahead' });
    const first = assess(facts(image), undefined);
    expect(first.alarms).toEqual([
      { priority: 3, code: 'fault', since: NOW },
      { priority: 4, code: 'clock_ahead', since: NOW },
    ]);
    expect(assess(facts(image, { now: NOW + 9000 }), first).alarms).toEqual(first.alarms);
    image.faults = [];
    expect(assess(facts(image, { now: NOW + 9000 }), first).alarms).toMatchObject([{ code: 'clock_ahead' }]);
  });
});

describe('setpoints that are refused', () => {
  /** A command with the steps that it went through, the last of them its state. */
  const setpoints = (
    states: readonly CommandRecord['state'][],
    more: Partial<CommandRecord> = {},
  ): CommandRecord => ({
    id: states.join(' '),
    kind: 'setpoints',
    by: 'center',
    at: NOW,
    ends_at: NOW,
    state: states.at(-1) ?? 'pending',
    asked: {},
    steps: states.map((state) => ({ state, at: NOW })),
    ...more,
  });
  const alarms = (
    commands: readonly CommandRecord[],
    change: Partial<StationFacts> = {},
    image = imageOf(),
  ) => assess(facts(image, { commands, ...change }), undefined).alarms.map(({ code }) => code);
  const refused = setpoints(['sent', 'refused']);
  const applied = setpoints(['sent', 'accepted', 'applied']);

  it('are an alarm from the second one in a row, until one is taken', () => {
    expect(alarms([refused, refused])).toEqual(['refused']);
    expect(alarms([refused])).toEqual([]);
    expect(alarms([refused, applied, refused, refused])).toEqual([]);
    expect(alarms([applied, refused, refused])).toEqual([]);
    const replaced = setpoints(['sent', 'accepted', 'superseded']);
    expect(alarms([replaced, refused, refused])).toEqual([]);
  });

  it('are told of also while another is on its way, or was never answered', () => {
    for (const state of ['pending', 'sent', 'expired', 'superseded'] as const) {
      const silent = setpoints(['sent', state]);
      expect(alarms([silent, refused, silent, refused])).toEqual(['refused']);
    }
  });

  it('are no alarm while a station waits for heartbeats after a silence', () => {
    const waits = setpoints(['sent', 'refused'], { why: 'stale' });
    expect(alarms([waits, waits, waits])).toEqual([]);
    expect(alarms([waits, refused, waits, refused])).toEqual(['refused']);
  });

  it('are no alarm where a person asked, where nobody is led, or where the station is not remote', () => {
    const asked = setpoints(['sent', 'refused'], { by: 'li' });
    expect(alarms([asked, asked])).toEqual([]);
    const observed = { ...record, config: { ...record.config, control: 'observe' as const } };
    expect(alarms([refused, refused], { record: observed })).toEqual([]);
    expect(alarms([refused, refused], {}, imageOf({ mode: 'local' }))).toEqual([]);
  });
});

describe('curve on site', () => {
  const fallback = (image: StationImage | undefined, state?: CommandRecord['state']): string => {
    const command: CommandRecord = {
      id: 'f',
      kind: 'fallback',
      by: 'center',
      at: NOW,
      ends_at: NOW,
      state: state ?? 'applied',
      asked: {},
      steps: [],
    };
    const given = facts(image, { commands: state ? [command] : [] });
    return conditionOf(given, assess(given, undefined)).fallback;
  };

  it('is verified by its revision, pending while it is on its way, unverified otherwise', () => {
    expect(fallback(imageOf({ station_limits_rev: 1 }))).toBe('verified');
    expect(fallback(imageOf({ station_limits_rev: 0 }), 'accepted')).toBe('pending');
    expect(fallback(imageOf({ station_limits_rev: 0 }), 'refused')).toBe('unverified');
    expect(fallback(undefined)).toBe('unverified');
  });
});
