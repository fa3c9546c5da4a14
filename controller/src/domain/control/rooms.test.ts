import { describe, expect, it } from 'vitest';
import { Points } from '../points.ts';
import { roomSensors } from './sensors.ts';
import { MOST_K, NEW_ROOMS, stepRooms, type RoomInput, type RoomState } from './rooms.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = 1_795_305_600_000;

type Rooms = Readonly<Record<string, number | null>>;

/** What the rooms read, of all or of those that are named. */
function sensed(rooms: Rooms, at: number, named?: readonly string[]): Pick<RoomInput, 'points' | 'rooms'> {
  const points = new Points();
  for (const [id, value] of Object.entries(rooms)) {
    const quality = value === null ? 'bad' : 'good';
    points.set(`rooms.${id}.air_c`, { at, value, quality, arrived: at, live: true });
  }
  return { points, rooms: roomSensors(points, named) };
}

type Changes = Partial<RoomInput> & { readonly named?: readonly string[] };

function run(
  hours: number,
  rooms: (hour: number, state: RoomState) => Rooms,
  changes: Changes | ((hour: number) => Changes) = {},
): RoomState[] {
  const course: RoomState[] = [];
  let state = NEW_ROOMS;
  for (let now = T0; now <= T0 + hours * HOUR; now += 5 * MINUTE) {
    const hour = (now - T0) / HOUR;
    const { named, ...others } = typeof changes === 'function' ? changes(hour) : changes;
    state = stepRooms(state, {
      ...sensed(rooms(hour, state), now, named),
      period_s: 60,
      now,
      target_c: 18,
      hold: false,
      blocked: undefined,
      ...others,
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
    const last = run(1, (hour) => ({ a: alive(17, hour), b: alive(21, hour) }), { named: ['b'] }).at(-1);
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

  it.each([
    [50, 15.5],
    [100, 15.5],
    [200, 15.5],
    [200, 16.5],
  ])('brings rooms of τ %s h and %s °C near their target and does not swing', (tau_h, start_c) => {
    // Of what the emitters give, a quarter is in the air within an hour, the rest follows the walls.
    let [walls_c, air_k] = [start_c, 0];
    const gain = 0.43;
    const course = run(24 * 14, (hour, state) => {
      walls_c += ((start_c + 0.74 * gain * state.shift_k - walls_c) * (5 / 60)) / (tau_h * 0.63);
      air_k += ((0.26 * gain * state.shift_k - air_k) * (5 / 60)) / 0.7;
      return { a: walls_c + air_k + 0.01 * Math.sin(hour) };
    });
    const median = (hour: number) => course[hour * 12]?.median_c ?? NaN;
    expect(Math.abs(median(24 * 14) - 18)).toBeLessThan(0.1);
    expect(Math.max(...course.map(({ median_c }) => median_c ?? 0))).toBeLessThan(18.2);
    // Two days later less is lacking than an exact correction at once would leave (1.15 K at τ 50 h, 2.05 K at 200 h of 3 K).
    expect(18 - median(48)).toBeLessThan((18 - start_c) * Math.exp(-48 / (tau_h * 0.63)));
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
