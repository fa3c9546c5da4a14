/** What a shortage promises, on a small city: an even share within two hours, and what happens when the center dies. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from './run.ts';
import { ShortageRecorder, SOURCE_SHORT } from './source-short.ts';

const STATIONS = 6;
/** The center dies when the third hour of the shortage is over, and stays so, h since the start. */
const DEAD_FROM_H = 5.3;

describe('a short source', () => {
  const recorder = new ShortageRecorder();
  let refused: number | undefined;
  const shifts: number[] = [];
  /** Most that the source gave while the center lived, as a share of its limit. */
  let most = 0;

  beforeAll(() => {
    const dying = {
      ...SOURCE_SHORT,
      dead: [DEAD_FROM_H, 24] as const,
      recorder: () => recorder,
      look: ({ at_h, stations }: Parameters<NonNullable<typeof SOURCE_SHORT.look>>[0]) => {
        if (at_h <= DEAD_FROM_H) most = recorder.shares.short;
        if (Math.abs(at_h - 6.5) > 0.001) return;
        for (const { commands } of stations) shifts.push(commands.shift?.offset_k ?? 0);
      },
    };
    const { kpis } = runScenario(dying, { strategy: 'center', stations: STATIONS, hours: 7.5 });
    ({ refused } = kpis);
  });

  it('is shared within 5 % from the third hour on, within the limit, and the center is obeyed', () => {
    const third = recorder.hours[2]?.ordinary ?? [];
    const mean = third.reduce((sum, load) => sum + load, 0) / third.length;
    expect((Math.max(...third) - Math.min(...third)) / mean).toBeLessThan(0.05);
    expect(refused).toBe(0);
    expect(most).toBeGreaterThan(0.9);
    expect(most).toBeLessThan(1);
  });

  it('leaves stations reduced when the center dies', () => {
    const [, , led, , alone] = recorder.hours.map(({ ordinary }) => Math.max(...ordinary));
    expect(shifts.every((offset_k) => offset_k < 0)).toBe(true);
    expect(alone).toBeLessThan((led ?? 0) + 0.08);
  });
});
