/** What comes back after a trip, on a small city: shared in steps, and never more than the source can give. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runScenario } from './run.ts';
import { SOURCE_TRIP, TripRecorder } from './source-trip.ts';

const STATIONS = 6;

describe('a source whose burners were out', () => {
  const recorder = new TripRecorder();
  let refused: number | undefined;

  beforeAll(() => {
    const scenario = { ...SOURCE_TRIP, recorder: () => recorder };
    ({ refused } = runScenario(scenario, { strategy: 'center', stations: STATIONS, hours: 12 }).kpis);
  });

  it('is never asked for more than it can give as shares are raised', () => {
    expect(refused).toBe(0);
    expect(recorder.most.is_kw).toBeGreaterThan(0.8 * recorder.most.may_kw);
    expect(recorder.most.is_kw).toBeLessThan(recorder.most.may_kw);
  });

  it('leads back in steps', () => {
    expect(recorder.levels.length).toBeGreaterThan(6);
    // The first is the floor, which all are back at at once.
    for (const [nth, [at_h, level]] of recorder.levels.slice(1).entries()) {
      const [before_h, before] = recorder.levels[nth] ?? [NaN, NaN];
      expect(level - before).toBeGreaterThan(0);
      expect(level - before).toBeLessThan(0.055);
      expect(at_h - before_h).toBeGreaterThan(0.32);
    }
  });
});
