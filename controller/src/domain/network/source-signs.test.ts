import { expect, it } from 'vitest';
import { createImage } from '../image.ts';
import { stationConfig, T0 } from '../testing.ts';
import { NO_SIGNS, stepSigns, type SignInput, type SignState } from './source-signs.ts';

const MIN = 60_000;

/** Minutes from T0 on, or from an hour later where it goes on. */
function run(minutes: number, given: (minute: number) => Partial<SignInput>, from = NO_SIGNS): SignState {
  let state = from;
  const start = from === NO_SIGNS ? T0 : T0 + 60 * MIN;
  for (let minute = 0; minute < minutes; minute += 1) {
    const usual = { outdoor_c: -5, sources: [], supply_c: 100, starved: 0 };
    state = stepSigns(state, { now: start + minute * MIN, ...usual, ...given(minute) });
  }
  return state;
}

const codes = ({ signs }: SignState): string[] => signs.map(({ code }) => code);

it('a fault that the source tells speaks for a shortage', () => {
  const image = { ...createImage(), online: true, faults: ['burner_trip'] };
  const sources = [{ config: stationConfig({ id: 'plant', kind: 'source' }), image }];
  expect(codes(run(2, () => ({ sources })))).toEqual([]);
  const told = run(4, () => ({ sources }));
  expect(told.signs).toEqual([
    { code: 'source_fault', since: T0, params: { station: 'plant', fault: 'burner_trip' } },
  ]);
  expect(codes(run(1, () => ({}), told))).toEqual([]);
});

it('a supply that fell within the hour does, but not while it got warmer; until it is back', () => {
  const falls = (minute: number): number => 100 - Math.min(minute, 30) * 0.3;
  const fell = run(60, (minute) => ({ supply_c: falls(minute) }));
  expect(fell.signs[0]).toMatchObject({ code: 'supply_fell', params: { before_c: 100 } });
  expect(codes(run(60, (minute) => ({ supply_c: falls(minute), outdoor_c: -5 + minute * 0.1 })))).toEqual([]);
  expect(codes(run(12, () => ({ supply_c: 95 }), fell))).toEqual(['supply_fell']);
  expect(codes(run(1, () => ({ supply_c: 98.5 }), fell))).toEqual([]);
});

it('many stations that lack heat with their valves open do, some do not', () => {
  expect(codes(run(30, () => ({ starved: 0.15 })))).toEqual([]);
  expect(codes(run(12, () => ({ starved: 0.3 })))).toEqual([]);
  expect(codes(run(30, () => ({ starved: 0.3 })))).toEqual(['stations_starved']);
});

it('a fault of a source that is away is an old one, and a source without any speaks for none', () => {
  const source = (id: string, changes: object) => ({
    config: stationConfig({ id, kind: 'source' }),
    image: { ...createImage(), ...changes },
  });
  const away = source('old', { online: false, faults: ['burner_trip'] });
  const sound = source('sound', { online: true, faults: [] });
  expect(run(4, () => ({ sources: [away, sound] })).pending).toEqual({});
  const ill = source('ill', { online: true, faults: ['pump'] });
  expect(run(4, () => ({ sources: [away, sound, ill] })).signs[0]?.params).toEqual({
    station: 'ill',
    fault: 'pump',
  });
});

it('each sign counts from the minute on at which it has held long enough', () => {
  const starved = (minutes: number) => run(minutes, () => ({ starved: 0.2 }));
  expect(codes(starved(15))).toEqual([]);
  expect(starved(16).signs).toEqual([{ code: 'stations_starved', since: T0, params: { share: 0.2 } }]);
  expect(run(16, () => ({ starved: 0.256 })).signs[0]?.params).toEqual({ share: 0.26 });
});

it('a supply is looked at every five minutes of the last hour', () => {
  const ages = run(120, () => ({})).supply.map(([at]) => (T0 + 119 * MIN - at) / MIN);
  expect(ages).toHaveLength(12);
  expect(Math.max(...ages)).toBeLessThanOrEqual(60);
  expect(ages.slice(1).map((age, index) => (ages[index] ?? 0) - age)).toEqual(
    Array.from({ length: 11 }, () => 5),
  );
});

it('a supply fell by five kelvin, in weather that is less than one milder', () => {
  const fell = (supply_c: number, outdoor_c = -5) =>
    run(2, (minute) => (minute === 0 ? {} : { supply_c, outdoor_c })).before_c;
  expect([fell(95), fell(95.1)]).toEqual([100, undefined]);
  expect([fell(95, -4.1), fell(95, -4)]).toEqual([100, undefined]);
  const before = run(2, (minute) => (minute === 0 ? {} : { supply_c: 95 }));
  expect(run(1, () => ({ supply_c: 98 }), before).before_c).toBe(100);
  expect(run(1, () => ({ supply_c: 98.1 }), before).before_c).toBeUndefined();
});

it('a supply that is unknown, or the weather, changes nothing of what was before', () => {
  const before = run(2, (minute) => (minute === 0 ? {} : { supply_c: 95 }));
  const blind = run(1, () => ({ supply_c: undefined }), before);
  expect(blind).toMatchObject({ before_c: 100, signs: [] });
  expect(blind.supply).toEqual(before.supply);
  expect(run(1, () => ({ outdoor_c: undefined }), before)).toMatchObject({
    before_c: 100,
    supply: before.supply,
  });
});
