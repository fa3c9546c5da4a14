import type { CircuitSettings } from '@heat-center/api/stations.ts';
import { describe, expect, it } from 'vitest';
import {
  comfortHours,
  dayOf,
  dayRuns,
  draftOf,
  nightAt,
  scheduleOf,
  tidyTime,
  weekdayOf,
  weekOf,
  WEEKDAYS,
} from './schedule.ts';
import type { Schedule } from './schedule.ts';
import { circuitFaults, isFaulty, withSetting } from './settings.ts';

const low: CircuitSettings = { id: 'low', kind: 'radiators', accepts: ['supply_c'] };
const schedule: Schedule = {
  comfort: [
    { days: [1, 2, 3, 4, 5], from: '06:00', to: '22:00' },
    { days: [5, 6], from: '20:00', to: '02:00' },
  ],
  night: { kind: 'setback', room_k: 3, limit_c: -12 },
  boost: { supply_k: 5, for_s: 5400 },
  start: 'fixed',
  holidays: [{ from: '2026-11-26', to: '2026-11-27' }],
};
/** A Monday. */
const MONDAY = dayOf('2026-11-23');

describe('a schedule', () => {
  it('comes back as it was edited, and the first one is taken by the API', () => {
    expect(scheduleOf(draftOf(schedule))).toEqual(schedule);
    const first = scheduleOf(draftOf());
    expect(circuitFaults({ ...low, schedule: first })).toEqual([]);
  });

  it('is refused where the API would refuse it, at the field that is wrong', () => {
    const faults = (change: Partial<ReturnType<typeof draftOf>>) =>
      circuitFaults({ ...low, schedule: scheduleOf({ ...draftOf(schedule), ...change }) });
    expect(faults({ room_k: '' }).map(({ path }) => path)).toEqual(['schedule.night.room_k']);
    expect(faults({ for_min: '1' }).map(({ path }) => path)).toEqual(['schedule.boost.for_s']);
    const [period] = draftOf(schedule).comfort;
    const same = faults({ comfort: [{ ...period!, to: '06:00' }] });
    expect(same.map(({ path }) => path)).toEqual(['schedule.comfort.0']);
    const dayless = faults({ comfort: [{ ...period!, days: [] }] });
    expect(isFaulty(dayless, 'schedule.comfort.0')).toBe(true);
    expect(isFaulty(dayless, 'schedule.comfort.0.from')).toBe(false);
  });

  it('gives a week with nights past midnight and holidays', () => {
    const week = weekOf(schedule, MONDAY);
    expect(week.map(({ weekday }) => weekday)).toEqual(WEEKDAYS);
    expect(week.map(({ comfort }) => comfort)).toEqual([
      [[360, 1320]],
      [[360, 1320]],
      [[360, 1320]],
      [],
      [],
      [
        [0, 120],
        [1200, 1440],
      ],
      [[0, 120]],
    ]);
    expect(week[3]?.holiday).toBe(true);
    expect(comfortHours(week)).toBe(3 * 16 + 6 + 2);
  });

  it('joins periods that touch and takes midnight as the end of a day', () => {
    const whole: Schedule = {
      ...schedule,
      holidays: [],
      comfort: [
        { days: WEEKDAYS, from: '06:00', to: '00:00' },
        { days: WEEKDAYS, from: '00:00', to: '06:00' },
      ],
    };
    expect(comfortHours(weekOf(whole, MONDAY))).toBe(168);
    expect(weekOf(whole, MONDAY)[0]?.comfort).toEqual([[0, 1440]]);
  });

  it('fades its set-back with the cold, and shuts off only above its limit', () => {
    const night = (of: Schedule['night']): Schedule => ({ ...schedule, night: of });
    const setback = night({ kind: 'setback', room_k: 3 });
    expect(nightAt(setback, -5)).toEqual({ left_k: expect.closeTo(1.2, 5) });
    expect(nightAt(setback, 12)).toEqual({ left_k: 3 });
    expect(nightAt(setback, -20)).toEqual({ left_k: 0 });
    expect(nightAt(night({ kind: 'off' }), 0)).toEqual({ off: true });
    expect(nightAt(night({ kind: 'off', limit_c: 2 }), 2.5)).toEqual({ off: false });
  });
});

describe('typing', () => {
  it.each([
    ['6', '06:00'],
    ['630', '06:30'],
    ['22.15', '22:15'],
    ['24', '24:00'],
    ['24:30', '24:30'],
    ['late', 'late'],
  ])('%s is %s o’clock', (typed, time) => expect(tidyTime(typed)).toBe(time));

  it('knows days', () => {
    expect([weekdayOf(0), weekdayOf(MONDAY), weekdayOf(MONDAY + 6)]).toEqual([4, 1, 7]);
    expect(dayRuns([5, 1, 2, 7])).toEqual([
      [1, 2],
      [5, 5],
      [7, 7],
    ]);
  });
});

describe('one setting among all', () => {
  it('is replaced or taken away, and the rest stays', () => {
    const circuits = [low, { ...low, id: 'high' }];
    const drawn = withSetting(circuits, 'low', { key: 'schedule', value: schedule });
    expect(drawn[0]?.schedule).toBe(schedule);
    expect(drawn[1]).toBe(circuits[1]);
    expect(withSetting(drawn, 'low', { key: 'schedule', value: undefined })).toEqual(circuits);
  });
});
