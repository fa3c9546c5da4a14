import { describe, expect, it } from 'vitest';
import { LOW, stationConfig } from '../../testing.ts';
import { buildingsOf } from './buildings.ts';
import { emissionOf, stepEmission } from './emission.ts';

const RADIATORS = emissionOf(LOW);
const FLOOR = emissionOf({ ...LOW, kind: 'floor' });

describe('the heat that a plan moves', () => {
  it('is more at once than in the end: 1.9 times by the curve of 75/50, 2.2 times of a floor', () => {
    // tm − tn is 44.5 K, half of the cooling 12.5 K: (1 + 44.5/(1.3·12.5))/2.
    expect(1 + RADIATORS.stored_h / RADIATORS.lag_h).toBeCloseTo(1.869, 3);
    expect(1 + FLOOR.stored_h / FLOOR.lag_h).toBeCloseTo(1 / 0.45, 6);
    const first = stepEmission(0, { colder_k: -4, hours: 0.001, emission: RADIATORS });
    expect(first.heat_k).toBeCloseTo(-4 * 1.869, 1);
  });

  it('comes back when the plan ends, and no heat is lost or made', () => {
    let [emitted_k, sum_kh, asked_kh] = [0, 0, 0];
    const heat: number[] = [];
    for (let hour = 0; hour < 60; hour += 1) {
      const colder_k = hour < 4 ? -4 : 0;
      const step = stepEmission(emitted_k, { colder_k, hours: 1, emission: FLOOR });
      ({ emitted_k } = step);
      heat.push(step.heat_k);
      sum_kh += step.heat_k;
      asked_kh += colder_k;
    }
    expect(heat[0]).toBeLessThan(-8);
    expect(heat[3]).toBeGreaterThan(-7);
    expect(heat[4]).toBeGreaterThan(2);
    expect(sum_kh).toBeCloseTo(asked_kh, 4);
  });

  it('is stored by each circuit of a station by what it loses', () => {
    const half = { heated_area_m2: 10_000 };
    const circuits = [
      { ...LOW, ...half },
      { ...LOW, ...half, id: 'floor', kind: 'floor' as const },
    ];
    const { moved } = buildingsOf(stationConfig({ circuits }));
    expect(moved?.stored_h).toBeCloseTo((RADIATORS.stored_h + FLOOR.stored_h) / 2, 6);
    expect(moved?.lag_h).toBeGreaterThan(3);
  });
});
