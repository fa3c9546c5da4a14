import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CircuitKind } from '../config.ts';
import { EQUIPMENT_MAXIMUM_C } from './equipment.ts';
import { sixPoints } from './six-points.ts';

const design = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 };

describe('six points', () => {
  it('reads the weather curve at the six outdoor temperatures', () => {
    const curve = sixPoints({ kind: 'radiators', design, limits: { supply_min_c: 20, supply_max_c: 85 } });
    expect(curve.map(([outdoor]) => outdoor)).toEqual([-30, -15, -5, 0, 5, 15]);
    expect(curve.slice(2, 5).map(([, supply]) => supply)).toEqual([66.4, 57.6, 48.4]);
  });

  it('is constant for hot water', () => {
    const curve = sixPoints({
      kind: 'dhw',
      design: { ...design, supply_c: 58 },
      limits: { supply_min_c: 50, supply_max_c: 60 },
    });
    expect(new Set(curve.map(([, supply]) => supply))).toEqual(new Set([58]));
  });

  it('stays within the limits and never rises with the outdoor temperature', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<CircuitKind>('radiators', 'floor', 'ventilation', 'dhw'),
        fc.double({ min: 10, max: 40, noNaN: true }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (kind, min, span) => {
          const limits = { supply_min_c: min, supply_max_c: min + span };
          const supplies = sixPoints({ kind, design, limits }).map(([, supply]) => supply);
          for (const supply of supplies) {
            expect(supply).toBeLessThanOrEqual(Math.min(limits.supply_max_c, EQUIPMENT_MAXIMUM_C[kind]));
            expect(supply).toBeGreaterThanOrEqual(Math.min(limits.supply_min_c, EQUIPMENT_MAXIMUM_C[kind]));
          }
          expect(supplies).toEqual(supplies.toSorted((a, b) => b - a));
        },
      ),
      { seed: 7 },
    );
  });
});
