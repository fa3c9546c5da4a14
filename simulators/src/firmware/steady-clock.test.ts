import { describe, expect, it } from 'vitest';
import { isCredible, steadyClock } from './steady-clock.ts';

const T0 = 1_795_305_600_000;

function machine(start: number) {
  const now = { wall: start, mono: 0 };
  const clock = steadyClock({ wall_ms: () => now.wall, mono_ms: () => now.mono });
  const pass = (ms: number): number => {
    now.wall += ms;
    now.mono += ms;
    return clock.wall_ms();
  };
  return { now, clock, pass };
}

describe("a station's clock", () => {
  it.each([3_600_000, -3_600_000, 86_400_000, -T0, 2.49e12])(
    'goes on when the wall jumps by %d ms',
    (jump) => {
      const { now, pass } = machine(T0);
      pass(1000);
      now.wall += jump;
      expect(pass(1000)).toBe(T0 + 2000);
      expect(pass(60_000)).toBe(T0 + 62_000);
      now.wall -= jump - 500;
      expect(pass(1000)).toBe(T0 + 63_500);
    },
  );

  it('that began in 1970 takes the time once it is set', () => {
    const { now, clock, pass } = machine(5000);
    expect(isCredible(clock.wall_ms())).toBe(false);
    now.wall = T0;
    expect(pass(1000)).toBe(T0 + 1000);
  });
});
