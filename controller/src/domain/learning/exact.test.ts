/** Records of days and nights that follow their law without any scatter: what is learned of them is exact. */
import { describe, expect, it } from 'vitest';
import type { CircuitConfig } from '../config.ts';
import { alongPoints } from '../physics/six-points.ts';
import { LOW, stationConfig } from '../testing.ts';
import { NEW_PAST, packDay, type CircuitPast, type Day } from './day.ts';
import { baseLoad, lossLine, timeConstant, type CircuitRecord, type Line } from './estimate.ts';
import { NO_SUM } from './hour.ts';
import { newHour } from './learning.ts';
import { packNight, type Night } from './night.ts';
import { proposeCurve, type Proposal } from './proposal.ts';
import { newLoad } from './load.ts';
import { MIDNIGHT } from './testing.ts';
import { stationLearned } from './view.ts';

const DAY_MS = 86_400_000;
const [A_KW_K, C_KW, TAU_H] = [8, -20, 100];
/** Of the emitters, kW at 1 K. */
const K_KW = 3.2;
const WEATHER = [-4, 1, -7, -2, 3, -9, -5, 0, -1, -8, 2, -3, -6, 4, -10, -2, 1, -5, -7, 3];
const outdoorOn = (day: number): number => WEATHER[(day + WEATHER.length) % WEATHER.length] ?? 0;

interface House {
  readonly days: number;
  readonly room?: (day: number) => number;
  readonly off_kw?: (day: number) => number;
  readonly a_kw_k?: number;
  readonly tau_h?: number;
}

/** Q = a·(T − ¾·tw − ¼·tw of the day before) + c + C·(T of tomorrow − T of yesterday)/48 h. */
function daysOf({ days, room = () => 20, off_kw = () => 0, a_kw_k = A_KW_K, tau_h = TAU_H }: House): Day[] {
  return Array.from({ length: days }, (_, day) => {
    const room_c = room(day);
    const late_c = 0.75 * outdoorOn(day) + 0.25 * outdoorOn(day - 1);
    const stored_kw = (a_kw_k * tau_h * (room(day + 1) - room(day - 1))) / 48;
    const heat_kw = a_kw_k * (room_c - late_c) + C_KW + stored_kw + off_kw(day);
    const evening_kw = a_kw_k * (room_c - outdoorOn(day)) + C_KW;
    const evening = {
      outdoor_c: outdoorOn(day),
      heat_kw: evening_kw,
      room_c,
      water_c: room_c + (evening_kw / K_KW) ** (1 / 1.3),
    };
    return { at: MIDNIGHT + (day + 1) * DAY_MS, day, outdoor_c: outdoorOn(day), heat_kw, room_c, evening };
  });
}

const recordOf = (days: readonly Day[], nights: readonly Night[] = []): CircuitRecord => ({
  days,
  nights,
  summer: { days: 0, heat_kw: 0 },
});

const lineOf = (house: House): Line => {
  const line = lossLine(recordOf(daysOf(house)));
  if (!line.identifiable) throw new Error(line.why);
  return line;
};

/** Rooms that drift so far from day to day, K. */
const drifting =
  (swing_k: number) =>
  (day: number): number =>
    20 + swing_k * Math.sin(day * 0.9) + 0.5 * swing_k * Math.cos(day * 2.1);

describe('the line of a building that keeps to its law', () => {
  it('is its law, with nothing but what the model leaves out as its error', () => {
    const line = lineOf({ days: 25 });
    expect(line.a_kw_k).toBeCloseTo(A_KW_K, 6);
    expect(line.c_kw).toBeCloseTo(C_KW, 5);
    expect(line.a_error_kw_k).toBeCloseTo(0.1 * A_KW_K, 5);
    expect(line).toMatchObject({ days_used: 23, days_dropped: 0 });
    expect([...line.used]).toEqual(Array.from({ length: 23 }, (_, nth) => nth + 1));
  });

  it('counts what its mass took up while rooms drifted', () => {
    const line = lineOf({ days: 40, room: drifting(0.8) });
    expect(line.a_kw_k).toBeCloseTo(A_KW_K, 6);
    expect(line.c_kw).toBeCloseTo(C_KW, 5);
    expect(line.fit.coefficients[2]).toBeCloseTo(A_KW_K * TAU_H, 3);
  });

  it('leaves out days that are wrong, and spans over them', () => {
    const line = lineOf({ days: 40, off_kw: (day) => (day === 7 || day === 22 ? 300 : 0) });
    expect([...line.dropped]).toEqual([7, 22]);
    expect(line).toMatchObject({ days_used: 36, days_dropped: 2 });
    expect(line.a_kw_k).toBeCloseTo(A_KW_K, 6);
  });

  it('follows what is new: of two laws the later one', () => {
    const early = daysOf({ days: 60, a_kw_k: 6 });
    const late = daysOf({ days: 60 });
    const line = lossLine(recordOf([...early.slice(0, 20), ...late.slice(20)]));
    if (!line.identifiable) throw new Error(line.why);
    expect(line.a_kw_k).toBeGreaterThan(7.6);
  });

  it.each([
    [9, { why: 'too_few_days', days_used: 7 }],
    [12, { why: 'too_few_days', days_used: 10 }],
    [13, { identifiable: true, days_used: 11 }],
  ])('needs days enough: %d', (days, expected) => {
    expect(lossLine(recordOf(daysOf({ days })))).toMatchObject(expected);
  });

  it('needs days in a row: one without a room ends a row', () => {
    const holed = daysOf({ days: 24 }).map((day) =>
      day.day % 6 === 3 ? { ...day, room_c: undefined } : day,
    );
    expect(lossLine(recordOf(holed))).toMatchObject({ why: 'too_few_days', days_used: 10 });
  });

  it('is none where the weather stood still, or heat falls as it gets colder', () => {
    const still = daysOf({ days: 25 }).map((day) => ({ ...day, outdoor_c: -2 + 0.5 * (day.day % 3) }));
    expect(lossLine(recordOf(still))).toMatchObject({ why: 'no_spread', days_used: 23 });
    expect(lossLine(recordOf(daysOf({ days: 25, a_kw_k: -8 })))).toMatchObject({ why: 'not_significant' });
    expect(lossLine(recordOf([]))).toMatchObject({ why: 'too_few_days', days_used: 0 });
    const silent = daysOf({ days: 25 }).map((day) => ({ ...day, room_c: undefined }));
    expect(lossLine(recordOf(silent))).toMatchObject({ why: 'no_rooms', days_used: 0 });
  });

  it('is none where rooms drifted and no storage comes out of it', () => {
    const record = recordOf(daysOf({ days: 40, room: drifting(2), tau_h: -60 }));
    expect(lossLine(record)).toMatchObject({ why: 'not_significant' });
  });
});

const nightOf = (nth: number, { tau_h = TAU_H, heat_kw = 0 } = {}): Night => {
  const [room_c, outdoor_c] = [20 - 0.1 * nth, outdoorOn(nth)];
  const slope_k_h = -(room_c - outdoor_c - heat_kw / A_KW_K) / tau_h;
  return { at: MIDNIGHT + nth * DAY_MS, day: nth, slope_k_h, room_c, outdoor_c, heat_kw, off: heat_kw === 0 };
};
const nightsOf = (count: number, given: Parameters<typeof nightOf>[1] = {}): Night[] =>
  Array.from({ length: count }, (_, nth) => nightOf(nth, given));

const NO_LINE = { identifiable: false, why: 'no_rooms', days_used: 0 } as const;

describe('the time constant of a building that keeps to its law', () => {
  it('is its own, by nights without heat and by nights with some', () => {
    for (const heat_kw of [0, 60]) {
      const found = timeConstant(recordOf([], nightsOf(8, { heat_kw })), lineOf({ days: 25 }));
      if (!found.identifiable) throw new Error(found.why);
      expect(found.tau_h).toBeCloseTo(TAU_H, 6);
      expect(found.error_h).toBeCloseTo(0.2 * TAU_H, 6);
      expect(found).toMatchObject({ from: 'nights', days_used: 8 });
    }
  });

  it('is its own by the drift of rooms, less sure than by nights', () => {
    const days = daysOf({ days: 40, room: drifting(0.8) });
    const line = lossLine(recordOf(days));
    const found = timeConstant(recordOf(days), line);
    if (!found.identifiable) throw new Error(found.why);
    expect(found.tau_h).toBeCloseTo(TAU_H, 3);
    expect(found.error_h).toBeCloseTo(TAU_H * Math.hypot(0.1, 0.25), 2);
    expect(found.from).toBe('days');
    expect(timeConstant(recordOf(days, nightsOf(6)), line)).toMatchObject({ from: 'nights' });
    // Nights that tell nonsense leave it to the days.
    expect(timeConstant(recordOf(days, nightsOf(6, { tau_h: 2 })), line)).toMatchObject({ from: 'days' });
  });

  it('needs five nights, and without a line nights without any heat', () => {
    const line = lineOf({ days: 25 });
    expect(timeConstant(recordOf([], nightsOf(5)), NO_LINE)).toMatchObject({ from: 'nights', days_used: 5 });
    expect(timeConstant(recordOf([], nightsOf(8, { heat_kw: 60 })), NO_LINE)).toMatchObject({
      why: 'no_rooms',
    });
    expect(timeConstant(recordOf(daysOf({ days: 25 }), nightsOf(4)), line)).toMatchObject({
      why: 'no_excitation',
      days_used: 23,
    });
  });

  it.each([3, 1500, -100])('is none that no building has: %d h', (tau_h) => {
    const found = timeConstant(recordOf([], nightsOf(8, { tau_h })), NO_LINE);
    expect(found.identifiable).toBe(false);
  });

  it('says how many nights spoke against each other', () => {
    const torn = nightsOf(12).map((night, nth) => ({
      ...night,
      slope_k_h: night.slope_k_h * (nth % 3) ** 2,
    }));
    expect(timeConstant(recordOf([], torn), NO_LINE)).toMatchObject({ why: 'not_significant' });
  });
});

const EMPTY = {
  hour: newHour(0),
  rooms: new Map(),
} as const;

describe('what people see of it', () => {
  const past = (days: readonly Day[], given: Partial<CircuitPast> = {}): CircuitPast => ({
    ...NEW_PAST,
    days: days.map(packDay),
    ...given,
  });
  const seen = (own: CircuitPast, circuits: readonly CircuitConfig[] = [LOW]) => {
    const config = stationConfig({ circuits });
    const learning = { ...EMPTY, load: newLoad(config), circuits: new Map([['low', own]]) };
    return stationLearned(config, learning)[0];
  };

  it('is where the line meets the base load, with its error', () => {
    const days = daysOf({ days: 25 });
    const loss = seen(past(days))?.loss;
    if (!loss?.identifiable) throw new Error('no line');
    expect(loss.a_kw_k).toBeCloseTo(A_KW_K, 2);
    expect(loss.t0_c).toBeCloseTo(18 + C_KW / A_KW_K, 1);
    expect(loss).toMatchObject({ base_kw: null, days_used: 23, days_dropped: 0 });
    expect(loss.residual_kw).toBeLessThan(0.1);
    // The line may be turned by a tenth about the middle of what was seen.
    const line = lineOf({ days: 25 });
    const middle_k = -(line.fit.covariance[0]?.[1] ?? 0) / (line.fit.covariance[0]?.[0] ?? 1);
    expect(middle_k).toBeGreaterThan(20);
    expect(middle_k).toBeLessThan(25);
    expect(loss.t0_error_k).toBeCloseTo(0.1 * (middle_k + C_KW / A_KW_K), 1);
    const summer = seen(past(days, { summer: { days: 5, heat_kw: 4 } }))?.loss;
    expect(summer).toMatchObject({ base_kw: 4, t0_c: expect.closeTo(18 + (C_KW - 4) / A_KW_K, 1) });
    const target = { ...LOW, room_feedback: { target_c: 21 } };
    expect(seen(past(days), [target])?.loss).toMatchObject({ t0_c: expect.closeTo(21 + C_KW / A_KW_K, 1) });
  });

  it('knows the base load from five summer days on', () => {
    const record = recordOf([]);
    expect(baseLoad({ ...record, summer: { days: 4, heat_kw: 3 } })).toBeUndefined();
    expect(baseLoad({ ...record, summer: { days: 5, heat_kw: 3 } })).toBe(3);
  });

  it('tells one time constant only where rooms are the circuit’s own', () => {
    const nights = nightsOf(8).map(packNight);
    const own = past(daysOf({ days: 25 }), { nights });
    expect(seen(own)?.time_constant).toMatchObject({ identifiable: true });
    const second = { ...LOW, id: 'high' };
    expect(seen(own, [LOW, second])?.time_constant).toMatchObject({ why: 'shared_rooms', days_used: 8 });
    const named = { ...LOW, room_feedback: { rooms: ['1-101'] } };
    expect(seen(own, [named, second])?.time_constant).toMatchObject({ identifiable: true });
  });

  it('marks the days that do not count, and says where no heat is measured', () => {
    const spoilt = daysOf({ days: 30, off_kw: (day) => (day === 9 ? 300 : 0) });
    const low = seen(past(spoilt));
    expect(low?.days.filter(({ used }) => !used).map(({ day }) => day)).toEqual([9]);
    expect(low).toMatchObject({ circuit: 'low', heat_from: null, rooms_measured: true });
    const sums = { day: 0, at: MIDNIGHT, outdoor_c: NO_SUM, heat_kw: NO_SUM, room_c: NO_SUM };
    const evening = { outdoor_c: NO_SUM, heat_kw: NO_SUM, room_c: NO_SUM, water_c: NO_SUM };
    const running = { ...sums, evening };
    expect(seen(past([], { sums: running }))).toMatchObject({ heat_from: null, loss: { why: 'no_heat' } });
    const metered = { ...running, heat_kw: [300, 3] as const };
    expect(seen(past([], { sums: metered }))).toMatchObject({
      heat_from: 'meter',
      loss: { why: 'too_few_days' },
    });
    expect(stationLearned(stationConfig(), undefined)[0]).toMatchObject({
      heat_from: null,
      rooms_measured: false,
      days: [],
    });
  });
});

const sure = (found: Proposal | string): Proposal => {
  if (typeof found === 'string') throw new Error(found);
  return found;
};

describe('the curve that is proposed for it', () => {
  const wide: CircuitConfig = { ...LOW, limits: { supply_min_c: 15, supply_max_c: 85 } };
  /** Water for a room at the target, and half of the design's cooling above it. */
  const supply = (target_c: number, outdoor_c: number): number => {
    const heat_kw = Math.max(0, A_KW_K * (target_c - outdoor_c) + C_KW);
    const load = Math.min(1.2, Math.max(0, (18 - outdoor_c) / 28.1));
    return target_c + (heat_kw / K_KW) ** (1 / 1.3) + 12.5 * load;
  };

  it('is what its line and its emitters ask for, at six outdoor temperatures', () => {
    const days = daysOf({ days: 25 });
    const found = sure(proposeCurve(wide, days, lossLine(recordOf(days))));
    expect(found.proposed.map(([outdoor_c]) => outdoor_c)).toEqual([-30, -15, -5, 0, 5, 15]);
    for (const [outdoor_c, supply_c] of found.proposed)
      expect(Math.abs(supply_c - Math.min(85, supply(18, outdoor_c)))).toBeLessThan(0.06);
    expect(found).toMatchObject({ kind: 'six_points', room_c: 20, target_c: 18, days_used: 14 });
    expect(found.made_at).toBe(days.at(-1)?.at);
    // A tenth of the slope, farthest from the middle of what was seen: some degrees beyond the weather that was.
    expect(found.error_k).toBeGreaterThan(0.5);
    expect(found.error_k).toBeLessThan(3);
  });

  it('is the present curve, moved by what rooms are off, while there is no line', () => {
    const days = daysOf({ days: 7 });
    const found = sure(proposeCurve(wide, days, lossLine(recordOf(days))));
    const mean = (outdoor_c: number): number => 18 + 44.5 * Math.max(0, (18 - outdoor_c) / 28.1) ** (1 / 1.3);
    const shifts = days.map(({ evening }) => {
      const [outdoor_c = 0, water_c = 0] = [evening?.outdoor_c, evening?.water_c];
      return water_c - mean(outdoor_c) + mean(outdoor_c + 2) - 2 - mean(outdoor_c);
    });
    const shift_k = shifts.reduce((sum, one) => sum + one, 0) / 7;
    const bounded_k = Math.max(-8, Math.min(8, shift_k));
    expect(found.kind).toBe('shift');
    expect(Math.abs((found.curve.shift_k ?? 0) - bounded_k)).toBeLessThan(0.06);
    const moved_k = alongPoints(found.proposed, -5) - alongPoints(found.now, -5);
    expect(Math.abs(moved_k - bounded_k)).toBeLessThan(0.16);
    const variance = shifts.reduce((sum, one) => sum + (one - shift_k) ** 2, 0) / 6;
    expect(found.error_k).toBeCloseTo(Math.sqrt(variance / 7), 6);
    // On top of the shift that is there.
    const shifted = sure(proposeCurve({ ...wide, curve: { shift_k: 3 } }, days, NO_LINE));
    expect(shifted.curve.shift_k).toBeGreaterThanOrEqual(-5);
  });

  it('needs five evenings, and looks at the newest fourteen', () => {
    const days = daysOf({ days: 20 });
    expect(proposeCurve(wide, days.slice(0, 4), NO_LINE)).toBe('too_few_days');
    expect(sure(proposeCurve(wide, days.slice(0, 5), NO_LINE)).days_used).toBe(5);
    const moved = days.map((day) =>
      day.day < 6 && day.evening ? { ...day, evening: { ...day.evening, room_c: 12 } } : day,
    );
    expect(sure(proposeCurve(wide, moved, NO_LINE)).room_c).toBe(20);
    const dark = days.map((day) => ({ ...day, evening: undefined }));
    expect(proposeCurve(wide, dark, NO_LINE)).toBe('too_few_days');
    expect(
      proposeCurve(
        wide,
        dark.map((day) => ({ ...day, room_c: undefined })),
        NO_LINE,
      ),
    ).toBe('no_rooms');
    expect(proposeCurve(wide, [], NO_LINE)).toBe('too_few_days');
    const { design: _design, ...plain } = wide;
    expect(proposeCurve(plain, days, NO_LINE)).toBe('no_curve');
  });

  it('judges emitters by evenings with heat alone', () => {
    const days = daysOf({ days: 25 });
    const line = lossLine(recordOf(days));
    const idle = days.map((day) => {
      const { evening } = day;
      return day.day % 4 === 0 && evening ? { ...day, evening: { ...evening, heat_kw: 1 } } : day;
    });
    const [whole, without] = [days, idle].map((all) => sure(proposeCurve(wide, all, line)));
    expect(without?.proposed).toEqual(whole?.proposed);
    // With too few of them the rooms alone say it.
    const cold = days.map((day) =>
      day.day % 5 > 0 && day.evening
        ? { ...day, evening: { ...day.evening, water_c: day.evening.room_c } }
        : day,
    );
    expect(sure(proposeCurve(wide, cold, line)).kind).toBe('shift');
  });

  it('is none once rooms are near and the curve would hardly change', () => {
    const days = daysOf({ days: 25 });
    const line = lossLine(recordOf(days));
    const target = { ...wide, room_feedback: { target_c: 20 } };
    const { proposed } = sure(proposeCurve(target, days, line));
    const curve = {
      points: proposed.map(([outdoor_c, supply_c]) => [outdoor_c, supply_c] as [number, number]),
    };
    expect(proposeCurve({ ...target, curve }, days, line)).toBe('settled');
    const off = {
      points: curve.points.map(([outdoor_c, supply_c]): [number, number] => [outdoor_c, supply_c - 6]),
    };
    expect(typeof proposeCurve({ ...target, curve: off }, days, line)).toBe('object');
    // Rooms that are off are reason enough.
    expect(typeof proposeCurve({ ...wide, curve, room_feedback: { target_c: 19.6 } }, days, line)).toBe(
      'object',
    );
  });
});
