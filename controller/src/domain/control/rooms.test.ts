import { describe, expect, it } from 'vitest';
import { createImage } from '../image.ts';
import { MOST_K, NEW_ROOMS, stepRooms, type RoomInput, type RoomState } from './rooms.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = 1_795_305_600_000;

type Rooms = Readonly<Record<string, number | null>>;

function imageOf(rooms: Rooms, at: number) {
  const image = createImage();
  for (const [id, value] of Object.entries(rooms)) {
    const quality = value === null ? 'bad' : 'good';
    image.points.set(`rooms.${id}.air_c`, { at, value, quality, arrived: at, live: true });
  }
  return image;
}

function run(
  hours: number,
  rooms: (hour: number, state: RoomState) => Rooms,
  changes: Partial<RoomInput> | ((hour: number) => Partial<RoomInput>) = {},
): RoomState[] {
  const course: RoomState[] = [];
  let state = NEW_ROOMS;
  for (let now = T0; now <= T0 + hours * HOUR; now += 5 * MINUTE) {
    const hour = (now - T0) / HOUR;
    state = stepRooms(state, {
      image: imageOf(rooms(hour, state), now),
      period_s: 60,
      rooms: undefined,
      now,
      target_c: 18,
      hold: false,
      blocked: undefined,
      ...(typeof changes === 'function' ? changes(hour) : changes),
    });
    course.push(state);
  }
  return course;
}

/** A reading that lives: it moves a little. */
const alive = (value: number, hour: number): number => value + 0.1 * Math.sin(hour);

describe('room correction', () => {
  it('takes the median, without what failed, is dead or no lived-in flat', () => {
    const last = run(30, (hour) => ({
      a: alive(17, hour),
      b: alive(17.4, hour),
      c: alive(20, hour),
      dead: 12,
      failed: null,
      boiler: alive(41, hour),
    })).at(-1);
    expect(last?.valid).toBe(3);
    expect(last?.median_c).toBeCloseTo(17.4, 0);
  });

  it('hears only the rooms that were named', () => {
    const last = run(1, (hour) => ({ a: alive(17, hour), b: alive(21, hour) }), { rooms: ['b'] }).at(-1);
    expect(last).toMatchObject({ valid: 1 });
    expect(last?.median_c).toBeCloseTo(21, 0);
  });

  it('is slow and never more than 8 K, whatever the rooms say', () => {
    const course = run(80, (hour) => ({ a: alive(8, hour) }));
    for (const [index, { shift_k }] of course.entries()) {
      expect(Math.abs(shift_k)).toBeLessThanOrEqual(MOST_K);
      const before = course[index - 1]?.shift_k ?? 0;
      expect(Math.abs(shift_k - before)).toBeLessThanOrEqual(1 / 12 + 1e-9);
    }
    expect(course.at(-1)?.shift_k).toBe(MOST_K);
  });

  it.each([50, 100, 200])('brings rooms of τ %s h near their target and does not swing', (tau_h) => {
    let room_c = 15.5;
    const gain = 0.43;
    const course = run(24 * 14, (hour, state) => {
      room_c += ((15.5 + gain * state.shift_k - room_c) * (5 / 60)) / (tau_h * 0.57);
      return { a: alive(room_c, hour) };
    });
    expect(Math.abs(room_c - 18)).toBeLessThan(0.3);
    expect(Math.max(...course.map(({ median_c }) => median_c ?? 0))).toBeLessThan(18.5);
  });

  it('does not wind up while a limit stands in the way', () => {
    const course = run(60, (hour) => ({ a: alive(16, hour) }), { blocked: 'up' });
    expect(course.at(-1)).toMatchObject({ shift_k: 0, integral_k: 0 });
  });

  it('holds at night, and for half an hour without rooms; then it fades', () => {
    const cold = (hour: number): Rooms => (hour < 6 ? { a: alive(17, hour) } : { a: null });
    const course = run(12, cold);
    const at = (hour: number) => course[hour * 12]?.shift_k ?? Number.NaN;
    const reached = at(6);
    expect(reached).toBeGreaterThan(2);
    expect(course[6 * 12 + 5]?.shift_k).toBeCloseTo(reached, 1);
    expect(at(8)).toBeLessThan(reached - 0.9);
    expect(course.at(-1)?.shift_k).toBeGreaterThanOrEqual(0);
    const held = run(
      12,
      (hour) => ({ a: alive(15, hour) }),
      (hour) => ({ hold: hour > 3 }),
    );
    expect(held.at(-1)?.shift_k).toBeCloseTo(held[37]?.shift_k ?? 0, 9);
  });
});
