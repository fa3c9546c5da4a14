import { describe, expect, it } from 'vitest';
import { centerNow, heardAt, heldOver, UNKNOWN_TIME } from './center-time.ts';

describe("the center's time", () => {
  it('is unknown before a heartbeat', () => {
    expect(centerNow(UNKNOWN_TIME, 5)).toBeUndefined();
  });

  it('follows the least delayed heartbeat of ten minutes', () => {
    let time = heardAt(UNKNOWN_TIME, 1_000_000, 100);
    time = heardAt(time, 1_005_000, 9100);
    expect(centerNow(time, 10_100)).toBe(1_010_000);
    time = heardAt(time, 1_010_000, 10_090);
    expect(centerNow(time, 10_100)).toBe(1_010_010);
  });

  it('queued heartbeats do not make an old command look young', () => {
    let time = heardAt(UNKNOWN_TIME, 0, 0);
    for (const at of [5000, 10_000, 15_000]) time = heardAt(time, at, 60_000);
    expect(centerNow(time, 60_000)).toBe(60_000);
  });

  it('is that of a center started again whose clock was set back, but not of one that was merely late', () => {
    const time = heardAt(UNKNOWN_TIME, 7_200_000, 0);
    expect(heldOver(time, 3_600_000, 60_000)).toBe(UNKNOWN_TIME);
    expect(heldOver(time, 7_200_000, 60_000)).toBe(time);
  });

  it('forgets after ten minutes, and keeps no more than it needs', () => {
    let time = heardAt(UNKNOWN_TIME, 10_000, 0);
    for (let mono_ms = 5000; mono_ms <= 600_000; mono_ms += 5000) time = heardAt(time, mono_ms, mono_ms);
    expect(centerNow(time, 600_000)).toBe(610_000);
    expect(centerNow(time, 600_001)).toBe(600_001);
    expect(centerNow(time, 1_200_001)).toBeUndefined();
    expect(time).toHaveLength(2);
  });
});
