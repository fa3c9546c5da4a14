import { describe, expect, it } from 'vitest';
import { DAYS_KEPT, packDay, unpackDay } from './day.ts';
import { packNight, unpackNight } from './night.ts';
import { lossLine, timeConstant } from './estimate.ts';
import { HOUR_MS, type Hour } from './hour.ts';
import { hoursOf, MIDNIGHT, pastOf, type Building } from './testing.ts';
import { recordOf } from './view.ts';

const HOUSE: Building = {
  a_kw_k: 8,
  gains_kw: 20,
  tau_h: 100,
  curve_room_c: 20,
  days: 45,
  scatter_kw: 4,
};

const learned = (hours: Iterable<Hour>) => {
  const record = recordOf(pastOf(hours));
  const line = lossLine(record);
  return { record, line, tau: timeConstant(record, line) };
};

const OFF = { from_h: 22, to_h: 5, left: 0 };

describe('the loss line with room sensors', () => {
  it('is found within its error, for many buildings', () => {
    let within = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const { line } = learned(hoursOf({ ...HOUSE, seed }));
      if (!line.identifiable) throw new Error(line.why);
      expect(Math.abs(line.a_kw_k - 8)).toBeLessThan(1.4);
      expect(Math.abs(line.c_kw + 20)).toBeLessThan(32);
      if (Math.abs(line.a_kw_k - 8) < 2 * line.a_error_kw_k) within += 1;
    }
    expect(within).toBeGreaterThanOrEqual(34);
  });

  it('is not bent by spoilt days, missing days and a meter that goes mad', () => {
    const spoilt = [...hoursOf(HOUSE)]
      .filter(({ at }) => {
        const day = Math.floor((at - MIDNIGHT - 1) / (24 * HOUR_MS));
        return day < 10 || (day > 13 && day !== 30);
      })
      .map((hour) => {
        const day = Math.floor((hour.at - MIDNIGHT - 1) / (24 * HOUR_MS));
        if (day === 6) return { ...hour, heat_kw: 8_000_001 };
        if (day === 20 || day === 33) return { ...hour, heat_kw: 0 };
        return hour;
      });
    const { line } = learned(spoilt);
    if (!line.identifiable) throw new Error(line.why);
    expect(Math.abs(line.a_kw_k - 8)).toBeLessThan(0.8);
    expect(line.days_dropped).toBeGreaterThanOrEqual(3);
    expect(line.days_used).toBeGreaterThan(25);
  });

  it('says what is missing instead of guessing', () => {
    expect(learned(hoursOf({ ...HOUSE, sensors: false })).line).toMatchObject({ why: 'no_rooms' });
    expect(learned(hoursOf({ ...HOUSE, days: 5 })).line).toMatchObject({ why: 'too_few_days' });
    const dead = [...hoursOf(HOUSE)].map((hour) => ({ ...hour, heat_kw: undefined }));
    expect(learned(dead).line).toMatchObject({ why: 'too_few_days' });
    const level = [...hoursOf(HOUSE)].map((hour) => ({ ...hour, outdoor_c: (hour.room_c ?? 0) - 22 }));
    expect(learned(level).line).toMatchObject({ why: 'no_spread' });
    const wild = [...hoursOf({ ...HOUSE, scatter_kw: 120 })];
    expect(learned(wild).line).toMatchObject({ identifiable: false, why: 'not_significant' });
  });

  it('keeps no more than its days', () => {
    expect(pastOf(hoursOf({ ...HOUSE, days: 90 })).days).toHaveLength(DAYS_KEPT);
  });
});

describe('the time constant', () => {
  it('is found from nights without heat', () => {
    for (const tau_h of [50, 100, 200]) {
      const { tau } = learned(hoursOf({ ...HOUSE, tau_h, night: OFF }));
      if (!tau.identifiable) throw new Error(tau.why);
      expect(Math.abs(tau.tau_h / tau_h - 1)).toBeLessThan(0.25);
      expect(tau.error_h).toBeLessThan(0.25 * tau_h);
    }
  });

  it('is found from nights with half the heat, where the line is known', () => {
    const { line, tau } = learned(hoursOf({ ...HOUSE, night: { ...OFF, left: 0.5 } }));
    expect(line.identifiable).toBe(true);
    if (!tau.identifiable) throw new Error(tau.why);
    expect(Math.abs(tau.tau_h - 100)).toBeLessThan(25);
  });

  it('is found from the drift of rooms, where nothing is set back', () => {
    const { tau } = learned(hoursOf({ ...HOUSE, days: 60, pushed_kw: 20 }));
    if (!tau.identifiable) throw new Error(tau.why);
    expect(tau.from).toBe('days');
    expect(Math.abs(tau.tau_h - 100)).toBeLessThan(Math.max(3 * tau.error_h, 20));
  });

  it('is not identifiable where rooms stand still', () => {
    const still = [...hoursOf(HOUSE)].map((hour) => ({ ...hour, room_c: 20 + (hour.at % 7) / 1000 }));
    const { tau } = learned(still);
    expect(tau).toMatchObject({ identifiable: false, why: 'no_excitation' });
  });
});

describe('the errors that are told', () => {
  const nights = [undefined, OFF, { ...OFF, left: 0.5 }];
  const grid = [60, 100, 160].flatMap((tau_h) =>
    nights.flatMap((night) =>
      [20, 45].flatMap((days) =>
        [1, 2, 3].map((seed) => {
          const pushed = seed === 2 ? { pushed_kw: 15 } : {};
          const house = { ...HOUSE, ...pushed, tau_h, days, seed: seed + tau_h + days };
          return { tau_h, ...learned(hoursOf(night ? { ...house, night } : house)) };
        }),
      ),
    ),
  );
  const shareWithin = (off: readonly number[]) => off.filter((one) => Math.abs(one) < 2).length / off.length;

  it('hold the slope within two of them in nine of ten cases', () => {
    const off = grid.flatMap(({ line }) =>
      line.identifiable ? [(line.a_kw_k - 8) / line.a_error_kw_k] : [],
    );
    expect(off.length).toBeGreaterThan(0.85 * grid.length);
    expect(shareWithin(off)).toBeGreaterThanOrEqual(0.9);
  });

  it('hold the time constant within two of them in nine of ten cases', () => {
    const off = grid.flatMap(({ tau, tau_h }) =>
      tau.identifiable ? [(tau.tau_h - tau_h) / tau.error_h] : [],
    );
    expect(off.length).toBeGreaterThan(0.6 * grid.length);
    expect(shareWithin(off)).toBeGreaterThanOrEqual(0.9);
  });
});

describe('a station without room sensors', () => {
  it('says nothing while the heat merely traces the curve', () => {
    const { line, tau } = learned(hoursOf({ ...HOUSE, sensors: false }));
    expect(line).toMatchObject({ identifiable: false, why: 'no_rooms' });
    expect(tau).toMatchObject({ identifiable: false, why: 'no_rooms' });
  });

  it.each([0, 0.5])('says nothing by nights with %d of the heat either', (left) => {
    const { line, tau } = learned(hoursOf({ ...HOUSE, sensors: false, night: { ...OFF, left } }));
    expect(line).toMatchObject({ identifiable: false, why: 'no_rooms' });
    expect(tau).toMatchObject({ identifiable: false, why: 'no_rooms' });
  });
});

describe('what is kept', () => {
  it('is the same again after packing, to a hundredth', () => {
    const day = {
      at: MIDNIGHT,
      day: 20_000,
      outdoor_c: -12.34,
      heat_kw: 1234.56,
      room_c: undefined,
      evening: { outdoor_c: -1, heat_kw: 200.5, room_c: 20.25, water_c: 50.75 },
    };
    expect(unpackDay(packDay(day))).toEqual(day);
    expect(unpackDay(packDay({ ...day, evening: undefined }))).toEqual({ ...day, evening: undefined });
    const night = {
      at: MIDNIGHT,
      day: 20_000,
      slope_k_h: -0.2345,
      room_c: 19,
      outdoor_c: -3,
      heat_kw: 0,
      off: true,
    };
    expect(unpackNight(packNight(night))).toEqual(night);
  });
});
