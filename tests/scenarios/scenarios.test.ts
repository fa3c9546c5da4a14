import { beforeAll, describe, expect, it } from 'vitest';
import { readReferences, strayed } from './references.ts';
import { runScenario, type Outcome, type Strategy } from './run.ts';
import { SCENARIOS } from './scenarios.ts';
import { weatherOf } from './weather.ts';

const REFERENCES = readReferences();
const STRATEGIES: readonly Strategy[] = ['center', 'fixed', 'alone'];

describe.each([...SCENARIOS])('$name', (scenario) => {
  const outcomes = new Map<Strategy, Outcome>();
  beforeAll(() => {
    for (const strategy of STRATEGIES)
      outcomes.set(strategy, runScenario(scenario, { strategy, ...scenario.short }));
  });

  it.each(STRATEGIES)(
    'keeps its figures under %s (if they changed for the better: pnpm scenario --write-references)',
    (strategy) => {
      const outcome = outcomes.get(strategy);
      expect(outcome && strayed(REFERENCES[scenario.name]?.[strategy] ?? {}, outcome.kpis)).toEqual([]);
    },
  );

  it('is obeyed: stations refuse no command', () => {
    expect(outcomes.get('center')?.kpis.refused).toBe(0);
  });

  it.each(scenario.broken ? [scenario.broken] : [])('keeps what the center promises', (broken) => {
    expect(broken(outcomes.get('center')?.figures ?? [])).toEqual([]);
  });
});

describe('a run', () => {
  it('gives the same figures again', () => {
    const [scenario] = SCENARIOS;
    if (!scenario) throw new Error('there is no scenario');
    const figures = () => {
      const { kpis } = runScenario(scenario, { strategy: 'center', stations: 3, hours: 2 });
      return { ...kpis, center_s_per_day: 0 };
    };
    expect(figures()).toEqual(figures());
  });

  it('has weather that is warmest in the afternoon and dark at night', () => {
    const course = { mean_c: [[0, -4] as const], swing_k: 4, clear: 1 };
    const hours = Array.from({ length: 24 }, (_, hour) => weatherOf(course, hour));
    const warmest = hours.findIndex(
      ({ outdoor_c }) => outdoor_c === Math.max(...hours.map((one) => one.outdoor_c)),
    );
    expect(warmest).toBeGreaterThan(13);
    expect(warmest).toBeLessThan(18);
    expect(hours[2]?.sun).toBe(0);
    expect(hours[13]?.sun).toBeGreaterThan(0.9);
  });
});
