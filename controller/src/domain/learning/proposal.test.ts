import { describe, expect, it } from 'vitest';
import type { CircuitConfig } from '../config.ts';
import { alongPoints } from '../physics/six-points.ts';
import { LOW } from '../testing.ts';
import { lossLine } from './estimate.ts';
import { proposeCurve, type Proposal } from './proposal.ts';
import { EMITTER_KW, hoursOf, pastOf, type Building } from './testing.ts';
import { recordOf } from './view.ts';

/** Water by which a room of `curve_room_c` is had; the circuit's own design asks for something else. */
const HOUSE: Building = { a_kw_k: 8, gains_kw: 20, tau_h: 100, curve_room_c: 20, days: 40, scatter_kw: 3 };
const CIRCUIT: CircuitConfig = { ...LOW, limits: { supply_min_c: 25, supply_max_c: 85 } };

function proposed(house: Building, circuit: CircuitConfig = CIRCUIT) {
  const record = recordOf(pastOf(hoursOf(house)));
  return proposeCurve(circuit, record.days, lossLine(record));
}

const sure = (found: Proposal | string): Proposal => {
  if (typeof found === 'string') throw new Error(found);
  return found;
};

describe('a proposed curve', () => {
  it('gives the rooms their target, from the learned line and emitters', () => {
    const found = sure(proposed(HOUSE));
    expect(found.kind).toBe('six_points');
    expect(found.room_c).toBeCloseTo(20, 0);
    expect(found.target_c).toBe(18);
    // What 18 °C in the rooms takes at −5 °C, from the building's own figures: mean water, and half of 25 K · Q above it.
    const heat_kw = 8 * 23 - 20;
    const water_c = 18 + (heat_kw / EMITTER_KW) ** (1 / 1.3);
    const half_k = (12.5 * 23) / 28.1;
    expect(Math.abs(alongPoints(found.proposed, -5) - (water_c + half_k))).toBeLessThan(2);
    expect(found.error_k).toBeLessThan(2);
    expect(found.curve).toEqual({ points: found.proposed });
  });

  it('never rises with the outdoor temperature and keeps to the limits', () => {
    const limits = { supply_min_c: 40, supply_max_c: 50 };
    const { proposed: points } = sure(proposed(HOUSE, { ...CIRCUIT, limits }));
    expect(points).toHaveLength(6);
    for (const [index, [, supply_c]] of points.entries()) {
      expect(supply_c).toBeGreaterThanOrEqual(40);
      expect(supply_c).toBeLessThanOrEqual(50);
      expect(supply_c).toBeLessThanOrEqual(points[index - 1]?.[1] ?? 50);
    }
  });

  it('is a shift while the line is not known', () => {
    const design = { supply_c: 57, return_c: 40, outdoor_c: -10.1, room_c: 18 };
    const found = sure(proposed({ ...HOUSE, days: 7 }, { ...CIRCUIT, design }));
    expect(found.kind).toBe('shift');
    // Rooms are 2 K too warm with water that is not the design's: what was added to the curve counts too.
    const water_c = 20 + ((8 * 22 - 20) / EMITTER_KW) ** (1 / 1.3);
    const mean_c = alongPoints(found.proposed, -2) - (8.5 * 20) / 28.1;
    expect(mean_c).toBeLessThan(water_c);
    expect(Math.abs(mean_c - (18 + ((8 * 20 - 20) / EMITTER_KW) ** (1 / 1.3)))).toBeLessThan(3);
    expect(Math.abs(found.curve.shift_k ?? 0)).toBeLessThanOrEqual(8);
  });

  it('is none without rooms, too early, for hot water, or where all is well', () => {
    expect(proposed({ ...HOUSE, sensors: false })).toBe('no_rooms');
    expect(proposed({ ...HOUSE, days: 3 })).toBe('too_few_days');
    expect(proposed(HOUSE, { ...CIRCUIT, kind: 'dhw' })).toBe('no_curve');
    const { curve } = sure(proposed(HOUSE, { ...CIRCUIT, room_feedback: { target_c: 20 } }));
    expect(proposed(HOUSE, { ...CIRCUIT, curve, room_feedback: { target_c: 20 } })).toBe('settled');
  });
});
