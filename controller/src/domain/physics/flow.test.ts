import { describe, expect, it } from 'vitest';
import { designFlow, pipeFlow } from './flow.ts';

describe('design flow', () => {
  it('is 188 m³/h for 120,000 m² at 45 W/m², 75/50', () => {
    expect(designFlow(120_000, { supply_c: 75, return_c: 50 }, 45)).toBeCloseTo(188, 0);
  });

  it('takes 45 W/m² where no heat index is known', () => {
    const design = { supply_c: 60, return_c: 45 };
    expect(designFlow(10_000, design)).toBe(designFlow(10_000, design, 45));
  });
});

describe('flow of a pipe', () => {
  it('is 99 m³/h through 100 mm at 3.5 m/s, four times as much through twice the diameter', () => {
    expect(pipeFlow(100)).toBeCloseTo(98.96, 2);
    expect(pipeFlow(200)).toBeCloseTo(4 * pipeFlow(100), 9);
  });
});
