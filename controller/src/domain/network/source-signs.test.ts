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
