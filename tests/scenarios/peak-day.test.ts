/** What a plan promises, on a small city: the cap is kept where without a plan it is not, and rooms stay in their band. */
import { describe, expect, it } from 'vitest';
import { PEAK_DAY, PeakRecorder } from './peak-day.ts';
import { runScenario } from './run.ts';

function highest(changes: Partial<typeof PEAK_DAY>) {
  const recorder = new PeakRecorder();
  const scenario = { ...PEAK_DAY, ...changes, recorder: () => recorder };
  const { kpis } = runScenario(scenario, { strategy: 'center', stations: 4, hours: 10 });
  return { kpis, recorder, share: Math.max(...recorder.hours) / recorder.cap_kw };
}

describe('a cap on a cold night', () => {
  it('is kept by the plan, and passed without it', () => {
    const led = highest({});
    const plain = highest(PEAK_DAY.without?.changes ?? {});
    expect(plain.share).toBeGreaterThan(1.04);
    expect(led.share).toBeLessThan(1.02);
    expect(led.recorder.rooms_k).toBeGreaterThan(0);
    expect(led.recorder.rooms_k).toBeLessThanOrEqual(1);
    expect(led.kpis.cold_kh).toBeLessThanOrEqual(plain.kpis.cold_kh + 0.1);
    expect(led.kpis.refused).toBe(0);
  });
});
