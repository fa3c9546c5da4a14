import { shavingSettings } from '@heat-center/api/shaving.ts';
import type { PlanView } from '@heat-center/api/shaving.ts';
import { describe, expect, it } from 'vitest';
import { planDraftOf, planLines, putIn, shavingOf } from './plan.ts';

const HOUR = 3_600_000;
const hour = (place: number, cap_kw: number | null): PlanView['hours'][number] => ({
  from: place * HOUR,
  to: (place + 1) * HOUR,
  outdoor_c: -5,
  baseline_kw: 1000 + place,
  planned_kw: 900,
  cap_kw,
  price_per_mwh: null,
});
const group = (room_k: number[]): PlanView['classes'][number] => ({
  stations: ['a'],
  time_constant_h: 100,
  learned: 0,
  band_k: 1,
  loss_kw_k: 10,
  colder_k: [0, 0],
  heat_kw: [0, 0],
  room_k,
});
const view: PlanView = {
  status: 'kept',
  made_at: 0,
  until: 1,
  outdoor_from: 'forecast',
  load_from: 'measured',
  solve_ms: 12,
  hours: [hour(0, null), hour(1, 950)],
  baseline_peak_kw: 1001,
  planned_peak_kw: 900,
  exceeded_kw: 0,
  shifted_kwh: 10,
  saved: null,
  classes: [group([0.3, -0.2]), group([0.1, -0.4])],
  left_out: [],
  trouble: null,
};

describe('the lines of a plan', () => {
  const lines = new Map(planLines(view).map(({ key, series }) => [key, series.points]));

  it('hold each hour to its end', () => {
    expect(lines.get('baseline')).toEqual([
      [0, 1000, 'good'],
      [HOUR, 1001, 'good'],
      [2 * HOUR, 1001, 'good'],
    ]);
    expect(lines.get('cap')?.map(([, value]) => value)).toEqual([null, 950, 950]);
    const morning = planLines({ ...view, hours: [hour(0, 950), hour(1, null)] });
    expect(morning.find(({ key }) => key === 'cap')?.series.points).toEqual([
      [0, 950, 'good'],
      [HOUR - 1, 950, 'good'],
      [HOUR, null, 'good'],
    ]);
  });

  it('show the rooms that are farthest off, from none on, and leave out what nobody set', () => {
    expect(lines.get('warmest')?.map(([, value]) => value)).toEqual([0, 0.3, -0.2]);
    expect(lines.get('coldest')?.map(([, value]) => value)).toEqual([0, 0.1, -0.4]);
    expect(lines.has('price')).toBe(false);
    expect(planLines({ ...view, hours: [], classes: [] })).toEqual([]);
  });
});

describe('settings of the plan', () => {
  it('come back as they were, with who is excluded', () => {
    const was = {
      on: true,
      cap_kw: Array.from({ length: 24 }, (_, place) => (place === 7 ? 900 : null)),
      comfort_band_k: 0.8,
      cap_margin: 0.03,
      excluded: ['a'],
    };
    expect(shavingOf(planDraftOf(was))).toEqual(was);
    expect(shavingSettings.safeParse(shavingOf(planDraftOf(was))).success).toBe(true);
  });

  it('need a price for every hour or for none', () => {
    const draft = planDraftOf(undefined);
    const some = shavingOf({ ...draft, on: true, price: putIn(draft.price, 0, '30 40') });
    expect(shavingSettings.safeParse(some).error?.issues[0]?.path).toEqual(['price_per_mwh', 2]);
    expect(shavingSettings.safeParse(shavingOf({ ...draft, on: true })).success).toBe(false);
  });

  it('take a pasted column from any hour on', () => {
    expect(putIn(['', '', '', '9'], 1, '5\n6\t7\n8')).toEqual(['', '5', '6', '7']);
  });
});
