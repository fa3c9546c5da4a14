/** The clock by which a station stamps what it measures: its machine's, but no jump of it. */
import { EARLIEST_AT, LATEST_AT } from '@heat-center/contract/limits.ts';
import type { Clock } from './station.ts';

/** A step beyond this between two readings is a jump, ms; smaller ones are followed. */
const JUMP_MS = 2000;

/** Whether a time can be one of measurement: a machine without battery starts in 1970. */
export const isCredible = (wall_ms: number): boolean => wall_ms >= EARLIEST_AT && wall_ms < LATEST_AT;

/**
 * Follows the wall clock until it jumps and goes on monotonically from there, so that no stretch of time is measured
 * twice and none is left out; a wall that comes back to it is followed again. A clock that begins beyond belief is
 * taken over as soon as it is credible.
 */
export function steadyClock(machine: Clock): Clock {
  let wall_ms = machine.wall_ms();
  let mono_ms = machine.mono_ms();
  return {
    mono_ms: machine.mono_ms,
    wall_ms: () => {
      const now_ms = machine.mono_ms();
      const expected_ms = wall_ms + now_ms - mono_ms;
      const shown_ms = machine.wall_ms();
      mono_ms = now_ms;
      const follow = Math.abs(shown_ms - expected_ms) <= JUMP_MS || !isCredible(wall_ms);
      wall_ms = follow ? shown_ms : expected_ms;
      return wall_ms;
    },
  };
}
