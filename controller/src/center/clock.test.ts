import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';

describe('clock', () => {
  it('follows the wall, never steps back, and meets the wall again', () => {
    let wall = 1_000_000;
    let monotonic = 0;
    const clock = createClock(
      () => wall,
      () => monotonic,
    );
    const advance = (ms: number): number => {
      wall += ms;
      monotonic += ms;
      return clock.now();
    };
    expect(advance(100)).toBe(1_000_100);
    wall -= 10_000;
    let before = clock.now();
    expect(before).toBe(1_000_100);
    for (let i = 0; i < 100; i += 1) {
      const now = advance(300);
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
    expect(clock.now()).toBe(wall);
    wall += 3_600_000;
    expect(clock.now()).toBe(wall);
  });
});
