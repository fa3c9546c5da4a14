import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';

const T0 = 1_795_305_600_000;
const HOUR = 3_600_000;

/** A machine whose clocks are set by hand. */
function machine(wall = T0) {
  const state = { wall, monotonic: 0, boot: 0 };
  const clock = createClock({
    wall: () => state.wall,
    monotonic: () => state.monotonic,
    boot: () => state.boot,
  });
  const pass = (ms: number): number => {
    state.wall += ms;
    state.monotonic += ms;
    state.boot += ms;
    return clock.now();
  };
  return { state, clock, pass };
}

describe('clock', () => {
  it('follows the wall, never steps back, and meets a wall that was set back a little', () => {
    const { state, clock, pass } = machine();
    expect(pass(100)).toBe(T0 + 100);
    state.wall -= 1900;
    let before = clock.now();
    expect(before).toBe(T0 + 100);
    for (let i = 0; i < 100; i += 1) {
      const now = pass(300);
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
    expect(clock.now()).toBe(state.wall);
    state.wall += 1900;
    expect(clock.now()).toBe(state.wall);
    expect(clock.off_ms).toBe(0);
  });

  it.each([HOUR, -HOUR, 24 * HOUR, -24 * HOUR, -T0, 2.49e12])(
    'goes on as if nothing had happened when the wall jumps by %d ms, and says so',
    (jump) => {
      const { state, clock, pass } = machine();
      pass(5000);
      state.wall += jump;
      expect(pass(0.4)).toBe(T0 + 5000);
      for (let i = 0; i < 1000; i += 1) pass(100.3);
      expect(clock.now()).toBe(T0 + 5000 + 100_300);
      expect(clock.off_ms).toBe(Math.round(jump));
      state.wall = T0 + 5000 + 100_300;
      expect(pass(1000)).toBe(state.wall);
      expect(clock.off_ms).toBe(0);
    },
  );

  it('takes the time that passed while the machine slept', () => {
    const { state, clock, pass } = machine();
    pass(5000);
    state.wall += HOUR;
    state.boot += HOUR;
    expect(clock.now()).toBe(T0 + 5000 + HOUR);
    expect(clock.off_ms).toBe(0);
  });

  it('begins with the wall, but waits out a small step back and believes no clock before 2000', () => {
    const { state, clock } = machine();
    clock.begin(T0 + 30_000);
    expect(clock.now()).toBe(T0 + 30_000);
    clock.begin(T0 + HOUR);
    expect(clock.now()).toBe(T0);
    state.wall = 1000;
    clock.begin(T0);
    expect(clock.now()).toBe(T0);
    expect(clock.off_ms).toBe(1000 - T0);
    expect(() => clock.begin(undefined)).toThrow(/1970/);
  });
});
