import { describe, expect, it } from 'vitest';
import { curveBasis, weatherCurve } from '../physics/weather-curve.ts';
import { LOW, T0 } from '../testing.ts';
import type { CircuitConfig } from '../config.ts';
import { notesOf } from './corrections.ts';
import { courseOf, type CourseInput } from './course.ts';
import type { NightState } from './night.ts';
import { NEW_ROOMS } from './rooms.ts';
import { NEW_START } from './start-time.ts';

const BASIS = curveBasis(LOW);
const curve_c = (outdoor_c: number): number => (BASIS ? weatherCurve(BASIS, outdoor_c).supply_c : Number.NaN);
const PLAIN_C = curve_c(0);

const NIGHT: NightState = {
  phase: 'night',
  since: T0,
  comfort_at: T0 + 3_600_000,
  setback_k: 0,
  off: false,
  start: NEW_START,
};

function course(changes: Partial<CourseInput> = {}) {
  if (!BASIS) throw new Error('The circuit has no curve.');
  const found = courseOf({
    basis: BASIS,
    circuit: LOW,
    ratios: {},
    outdoor_c: 0,
    origin: { from: 'own' },
    stage: 0,
    night: undefined,
    rooms: undefined,
    ...changes,
  });
  return { ...found, notes: notesOf(found) };
}

const entry = (code: string, params: Record<string, unknown>) => ({
  reason: { code, params },
  binding: false,
  overridden: false,
});
const MIXED: CircuitConfig = { ...LOW, regulation: { mode: 'mixed', exponent: 1 } };
const FLATS = { ...LOW, room_feedback: { target_c: 20.04 } };
const rooms = (shift_k: number, median_c?: number) => ({
  circuit: FLATS,
  rooms: { ...NEW_ROOMS, shift_k, median_c, valid: 3 },
});

describe('course', () => {
  it('is the curve where nothing corrects it', () => {
    expect(PLAIN_C).toBeCloseTo(57.6, 1);
    const plain = { curve_c: PLAIN_C, supply_c: PLAIN_C, ratio: 1, mode: 'quality', stage: 0, notes: [] };
    expect(course()).toMatchObject(plain);
    expect(course({ night: { ...NIGHT, phase: 'comfort' } })).toMatchObject(plain);
    expect(course({ origin: undefined })).toMatchObject(plain);
  });

  it('with a set-back is the curve of milder weather, lowered by as much', () => {
    const { supply_c, notes, curve_c: before_c } = course({ night: { ...NIGHT, setback_k: 3 } });
    expect(supply_c).toBeCloseTo(curve_c(3) - 3, 9);
    expect(before_c).toBe(PLAIN_C);
    const shift_k = Math.round((curve_c(3) - 3 - PLAIN_C) * 10) / 10;
    expect(notes).toEqual([entry('setback', { shift_k, room_k: 3, until: T0 + 3_600_000 })]);
  });

  it('without an end in sight names none', () => {
    const { notes } = course({ night: { ...NIGHT, setback_k: 3, comfort_at: undefined } });
    expect(notes[0]?.reason.params).not.toHaveProperty('until');
  });

  it('at a night without heat is the room target with a fifth of the flow, whatever else corrects it', () => {
    const off = course({ night: { ...NIGHT, off: true }, ...rooms(2) });
    expect(off).toMatchObject({ curve_c: PLAIN_C, supply_c: 18, ratio: 0.2, mode: 'off', stage: 0 });
    const shift_k = Math.round((18 - PLAIN_C) * 10) / 10;
    expect(off.notes).toEqual([entry('night_off', { shift_k, until: T0 + 3_600_000 })]);
  });

  it('tells of heat that comes back before comfort begins, and of the boost', () => {
    const boost = { shift_k: 5, until: T0 + 600_000 };
    const { supply_c, notes } = course({ night: { ...NIGHT, phase: 'warm_up', boost } });
    expect(supply_c).toBeCloseTo(PLAIN_C + 5, 9);
    expect(notes).toEqual([
      entry('early_start', { until: T0 + 3_600_000 }),
      entry('boost', { shift_k: 5, until: T0 + 600_000 }),
    ]);
  });

  it('tells of heat that comes back early, also where nothing else corrects it', () => {
    const { supply_c, notes } = course({ night: { ...NIGHT, phase: 'warm_up' } });
    expect(supply_c).toBe(PLAIN_C);
    expect(notes).toEqual([entry('early_start', { until: T0 + 3_600_000 })]);
  });

  it('is raised by what rooms lack', () => {
    const { supply_c, notes } = course({ ...rooms(2.04, 19.46) });
    expect(supply_c).toBeCloseTo(PLAIN_C + 2.04, 9);
    expect(notes).toEqual([entry('rooms', { shift_k: 2, room_c: 19.5, target_c: 20, rooms: 3 })]);
    expect(course({ ...rooms(2) }).notes).toEqual([entry('rooms', { shift_k: 2, target_c: 20, rooms: 3 })]);
  });

  it('is moved by the balance, with the warmths that it follows where both are known', () => {
    const { supply_c, notes } = course({ balance: { shift_k: -1.5, relative: 1.0162, reference: 0.984 } });
    expect(supply_c).toBeCloseTo(PLAIN_C - 1.5, 9);
    expect(notes).toEqual([entry('balance', { shift_k: -1.5, relative: 1.02, reference: 0.98 })]);
    for (const known of [{ relative: 1 }, { reference: 1 }, {}])
      expect(course({ balance: { shift_k: 1, ...known } }).notes).toEqual([entry('balance', { shift_k: 1 })]);
  });

  it('by a plan is that of colder weather and warmer rooms', () => {
    const { supply_c, notes } = course({ plan: { colder_k: 2, room_k: 0.5, until: T0 + 1 } });
    expect(supply_c).toBeCloseTo(curve_c(-2) + 0.5, 9);
    const shift_k = Math.round((curve_c(-2) + 0.5 - PLAIN_C) * 10) / 10;
    expect(shift_k).toBeGreaterThan(3);
    expect(notes).toEqual([entry('plan', { shift_k, room_k: 0.5, until: T0 + 1 })]);
  });

  it('tells where an outdoor temperature comes from that is not the own one', () => {
    const origin = { from: 'network', outdoor_c: -1.26, why: 'stale' } as const;
    const { supply_c, notes } = course({ origin });
    expect(supply_c).toBe(PLAIN_C);
    expect(notes).toEqual([
      entry('outdoor_substitute', { source: 'network', outdoor_c: -1.3, why: 'stale' }),
    ]);
  });

  it('adds up its corrections', () => {
    const { supply_c, notes } = course({
      night: { ...NIGHT, setback_k: 3 },
      ...rooms(2),
      balance: { shift_k: -1 },
    });
    expect(supply_c).toBeCloseTo(curve_c(3) - 3 + 2 - 1, 9);
    expect(notes.map(({ reason }) => reason.code)).toEqual(['setback', 'rooms', 'balance']);
  });

  it('with less flow needs a higher supply for the same mean temperature', () => {
    const mean_c = PLAIN_C - 12.5 * (18 / 28.1);
    const mixed = course({ circuit: MIXED });
    expect(mixed.ratio).toBeCloseTo(18 / 28.1, 9);
    expect(mixed.supply_c).toBeCloseTo(mean_c + 12.5, 9);
    expect(mixed).toMatchObject({ mode: 'mixed', notes: [] });
    const bounded = course({ circuit: MIXED, ratios: { min: 0.8 } });
    expect(bounded.ratio).toBe(0.8);
  });

  it('stays at its stage of flow within the hysteresis', () => {
    // Relative load 0.77: above the bound of the first stage, within its hysteresis.
    const at = (stage: number) =>
      course({ circuit: { ...LOW, regulation: { mode: 'stepped' } }, outdoor_c: -3.64, stage });
    expect(at(0)).toMatchObject({ ratio: 1, stage: 0 });
    expect(at(1)).toMatchObject({ ratio: 0.75, stage: 1 });
  });
});
