import { describe, expect, it } from 'vitest';
import type { Hour } from './hour.ts';
import { isNight, isTooLong, nightOf, packNight, slopeOf, unpackNight, type Night } from './night.ts';
import { packed, sure, unpacked } from './packed.ts';

const HOUR = 3_600_000;
const hour = (nth: number, changes: Partial<Hour> = {}): Hour => ({
  at: nth * HOUR,
  outdoor_c: -2 - nth,
  heat_kw: 0,
  water_c: undefined,
  room_c: 20 - 0.2 * nth,
  ...changes,
});
const run = (count: number, of: (nth: number) => Partial<Hour> = () => ({})) => ({
  hours: Array.from({ length: count }, (_, nth) => hour(nth, of(nth))),
});

describe('a night', () => {
  it('begins below seven tenths of the usual heat and is too long after fourteen hours', () => {
    expect([isNight(0.69), isNight(0.7)]).toEqual([true, false]);
    expect([isTooLong(undefined), isTooLong(run(14)), isTooLong(run(15))]).toEqual([false, false, true]);
    expect(nightOf(run(15), 100, 7)).toBeUndefined();
  });

  it('tells how rooms fell from its fourth hour on', () => {
    expect(nightOf(run(8), 100, 7)).toEqual({
      at: 7 * HOUR,
      day: 7,
      slope_k_h: expect.closeTo(-0.2, 9),
      room_c: expect.closeTo(19, 9),
      outdoor_c: -7,
      heat_kw: 0,
      off: true,
    });
    const walls = nightOf(
      run(8, (nth) => (nth < 3 ? { room_c: 25 } : {})),
      100,
      7,
    );
    expect(walls?.slope_k_h).toBeCloseTo(-0.2, 9);
  });

  it('says nothing with fewer than three hours then, or where a room was not measured', () => {
    expect(nightOf(run(5), 100, 7)).toBeUndefined();
    expect(nightOf(run(6), 100, 7)).toBeDefined();
    expect(nightOf(run(0), 100, 7)).toBeUndefined();
    const gap = run(8, (nth) => (nth === 5 ? { room_c: undefined } : {}));
    expect(nightOf(gap, 100, 7)).toBeUndefined();
  });

  it('is one without heat up to a twentieth of the usual', () => {
    const off = (heat_kw: number) =>
      nightOf(
        run(8, () => ({ heat_kw })),
        100,
        7,
      );
    expect([off(5)?.off, off(5.1)?.off]).toEqual([true, false]);
    expect(off(30)?.heat_kw).toBe(30);
    const unmeasured = nightOf(
      run(8, () => ({ heat_kw: undefined })),
      100,
      7,
    );
    expect(unmeasured?.heat_kw).toBe(0);
  });
});

describe('a slope', () => {
  it('is that of least squares, by the hour', () => {
    expect(slopeOf([1, 3, 5, 7])).toBe(2);
    expect(slopeOf([1, 2, 2])).toBe(0.5);
    expect(slopeOf([4])).toBe(0);
    expect(slopeOf([])).toBe(0);
  });
});

describe('what is packed', () => {
  const night: Night = {
    at: 500_000 * HOUR,
    day: 20_779,
    slope_k_h: -0.1234,
    room_c: 19.25,
    outdoor_c: -3.5,
    heat_kw: 120.75,
    off: true,
  };

  it('are whole numbers that come back to a hundredth', () => {
    expect(packNight(night)).toEqual([500_000, 20_779, -1234, 1925, -350, 12_075, 1]);
    expect(unpackNight(packNight(night))).toEqual(night);
    expect(unpackNight(packNight({ ...night, off: false })).off).toBe(false);
    expect([packed(1.234), packed(undefined)]).toEqual([123, null]);
    expect([unpacked(123), unpacked(null), unpacked(undefined)]).toEqual([1.23, undefined, undefined]);
    expect([sure(123), sure(null), sure(undefined)]).toEqual([1.23, 0, 0]);
  });

  it('of which something is missing counts as nothing', () => {
    expect(unpackNight([])).toEqual({
      at: 0,
      day: 0,
      slope_k_h: 0,
      room_c: 0,
      outdoor_c: 0,
      heat_kw: 0,
      off: false,
    });
  });
});
