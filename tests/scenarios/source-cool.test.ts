/** A source that is not warm enough, on a small city: what is there is shared, nobody falls below the floor, steps lead back. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from './run.ts';
import { ShortageRecorder, SOURCE_COOL } from './source-short.ts';

const STATIONS = 6;
/** Relative load of 8 °C in the rooms, at −11 °C outdoors: below it nobody is held. */
const FLOOR = (8 + 11) / (18 + 11);
const RECOVERS_FROM_H = 14;

describe('a source whose supply stays cool', () => {
  const recorder = new ShortageRecorder();
  let refused: number | undefined;

  beforeAll(() => {
    const scenario = { ...SOURCE_COOL, recorder: () => recorder };
    ({ refused } = runScenario(scenario, { strategy: 'center', stations: STATIONS, hours: 16 }).kpis);
  });

  it('is shared within 5 % from the third hour on, nobody below the floor', () => {
    expect(refused).toBe(0);
    expect(recorder.settled.length).toBeGreaterThanOrEqual(9);
    for (const { ordinary, priority } of recorder.settled) {
      const mean = ordinary.reduce((sum, load) => sum + load, 0) / ordinary.length;
      expect((Math.max(...ordinary) - Math.min(...ordinary)) / mean).toBeLessThan(0.05);
      expect(Math.min(...ordinary)).toBeGreaterThan(FLOOR);
      // A share that lies far below what there is helps nobody.
      expect(mean).toBeGreaterThan(0.74);
      expect(Math.min(...priority)).toBeGreaterThan(mean);
    }
  });

  it('never takes more from the source than it may give, nor in the recovery than it can', () => {
    expect(recorder.shares.short).toBeGreaterThan(0.9);
    expect(recorder.shares.short).toBeLessThan(1.005);
    expect(recorder.shares.recovery).toBeGreaterThan(0.9);
    expect(recorder.shares.recovery).toBeLessThan(1);
  });

  it('leads back in steps of a twentieth at most, 20 min apart at least', () => {
    const back = recorder.levels.filter(([at_h]) => at_h > RECOVERS_FROM_H);
    expect(back.length).toBeGreaterThanOrEqual(3);
    for (const [nth, [at_h, level]] of back.slice(1).entries()) {
      const [before_h, before] = back[nth] ?? [NaN, NaN];
      expect(level - before).toBeLessThan(0.055);
      expect(at_h - before_h).toBeGreaterThan(0.32);
    }
  });
});
