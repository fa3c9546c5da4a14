import { describe, expect, it } from 'vitest';
import { DAYS_KEPT, NEW_PAST, packDay, takeHour, unpackDay, type CircuitPast, type Day } from './day.ts';
import type { Hour } from './hour.ts';
import { unpackNight } from './night.ts';

const HOUR = 3_600_000;
const DAY = 20_779;

/** Hours from midnight of a day on, each taken in with its local time. */
function past(
  count: number,
  of: (nth: number) => Partial<Hour> | undefined = () => ({}),
  from: CircuitPast = NEW_PAST,
): CircuitPast {
  let now = from;
  for (let nth = 0; nth < count; nth += 1) {
    const changes = of(nth);
    if (!changes) continue;
    const plain: Hour = { at: (nth + 1) * HOUR, outdoor_c: 0, heat_kw: 100, water_c: 50, room_c: 20 };
    const local = { day: DAY + Math.floor(nth / 24), weekday: 1, minute: (nth % 24) * 60 + 30 };
    now = takeHour(now, { ...plain, ...changes }, local);
  }
  return now;
}
const daysOf = ({ days }: CircuitPast): Day[] => days.map(unpackDay);

describe('a day', () => {
  it('is closed by the first hour of the next with its means', () => {
    const of = (nth: number) => ({ outdoor_c: nth < 12 ? -4 : 2, heat_kw: nth < 12 ? 110 : 90, room_c: 19 });
    expect(past(24, of).days).toEqual([]);
    const [day] = daysOf(past(25, of));
    expect(day).toMatchObject({ at: 24 * HOUR, day: DAY, outdoor_c: -1, heat_kw: 100, room_c: 19 });
  });

  it('needs twenty hours with heat, and as many with rooms for its room', () => {
    const missing = (hours: number, what: Partial<Hour>) =>
      daysOf(past(25, (nth) => (nth < hours ? what : {})));
    expect(missing(4, { heat_kw: undefined })).toHaveLength(1);
    expect(missing(5, { heat_kw: undefined })).toHaveLength(0);
    expect(missing(4, { room_c: undefined })[0]?.room_c).toBe(20);
    expect(missing(5, { room_c: undefined })[0]?.room_c).toBeUndefined();
  });

  it('has an evening from four to eight with three whole hours', () => {
    const isEvening = (nth: number) => nth >= 16 && nth < 20;
    const warm = { outdoor_c: 5, heat_kw: 80, room_c: 22, water_c: 40 };
    const of = (nth: number) => (isEvening(nth) ? warm : {});
    expect(daysOf(past(25, of))[0]?.evening).toEqual(warm);
    const gaps = (hours: number, what: Partial<Hour>) =>
      daysOf(past(25, (nth) => ({ ...of(nth), ...(nth >= 16 && nth < 16 + hours ? what : {}) })))[0]?.evening;
    expect(gaps(1, { room_c: undefined })).toEqual(warm);
    expect(gaps(2, { room_c: undefined })).toBeUndefined();
    expect(gaps(2, { water_c: undefined })).toBeUndefined();
  });

  it('above 20 °C is summer: counted, and kept as a mean that forgets', () => {
    const summer = (heat_kw: readonly number[]) =>
      past(24 * heat_kw.length + 1, (nth) => ({
        outdoor_c: 20.1,
        heat_kw: heat_kw[Math.floor(nth / 24)] ?? 0,
      }));
    expect(summer([12])).toMatchObject({ days: [], summer: { days: 1, heat_kw: 12 } });
    expect(summer([12, 6]).summer).toEqual({ days: 2, heat_kw: 9 });
    const long = summer([...Array.from({ length: 20 }, () => 10), 20]).summer;
    expect(long).toEqual({ days: 21, heat_kw: expect.closeTo(11, 9) });
    expect(past(25, () => ({ outdoor_c: 20 })).days).toHaveLength(1);
  });

  it('is kept for sixty', () => {
    const { days } = past(24 * 63 + 1);
    expect(days).toHaveLength(DAYS_KEPT);
    expect(days.map(unpackDay).at(-1)?.day).toBe(DAY + 62);
  });

  it('comes back from what is packed, to a hundredth, with what it lacks', () => {
    const evening = { outdoor_c: -1.25, heat_kw: 80, room_c: 20.5, water_c: 45.75 };
    const day: Day = { at: 24 * HOUR, day: DAY, outdoor_c: -3.21, heat_kw: 100.5, room_c: 20.25, evening };
    expect(unpackDay(packDay(day))).toEqual(day);
    const bare = { ...day, room_c: undefined, evening: undefined };
    expect(unpackDay(packDay(bare))).toEqual(bare);
    expect(unpackDay([])).toEqual({
      at: 0,
      day: 0,
      outdoor_c: 0,
      heat_kw: 0,
      room_c: undefined,
      evening: undefined,
    });
  });
});

describe('nights', () => {
  const night = (nth: number) => (nth >= 22 && nth < 30 ? { heat_kw: 0, room_c: 20 - 0.2 * (nth - 22) } : {});

  it('are what has less than seven tenths of the usual heat, noted when the heat is back', () => {
    expect(past(30, night).nights).toEqual([]);
    const [noted] = past(31, night).nights.map(unpackNight);
    expect(noted).toMatchObject({ day: DAY + 1, slope_k_h: -0.2, off: true, at: 30 * HOUR });
    expect(past(31, night).run).toBeUndefined();
    expect(past(31, (nth) => (nth >= 22 && nth < 30 ? { heat_kw: 71 } : {})).nights).toEqual([]);
  });

  it('are forgotten where the heat was not measured meanwhile', () => {
    const of = (nth: number) => (nth === 27 ? { heat_kw: undefined } : night(nth));
    expect(past(31, of).nights).toEqual([]);
  });

  it('do not count into the usual heat, which follows by a forty-eighth an hour', () => {
    expect(past(30, night).usual_kw).toBe(100);
    expect(past(1, () => ({ heat_kw: 50 })).usual_kw).toBe(50);
    expect(past(2, (nth) => ({ heat_kw: nth === 0 ? 100 : 196 })).usual_kw).toBeCloseTo(102, 9);
  });

  it('that do not end are no nights: the usual heat comes down', () => {
    const long = past(40, (nth) => (nth >= 10 ? { heat_kw: 20 } : {}));
    expect(long.usual_kw).toBeLessThan(90);
    expect(past(41, (nth) => (nth >= 10 && nth < 40 ? { heat_kw: 20 } : {})).nights).toEqual([]);
  });
});
