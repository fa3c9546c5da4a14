import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CircuitKind } from '../config.ts';
import { EQUIPMENT_MAXIMUM_C } from './equipment.ts';
import { alongPoints, sixPoints } from './six-points.ts';

const design = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 18 };

const points = (circuit: Parameters<typeof sixPoints>[0]) => sixPoints(circuit) ?? [];

describe('six points', () => {
  it('reads the weather curve at the six outdoor temperatures', () => {
    const curve = points({ kind: 'radiators', design, limits: { supply_min_c: 20, supply_max_c: 85 } });
    expect(curve.map(([outdoor]) => outdoor)).toEqual([-30, -15, -5, 0, 5, 15]);
    expect(curve.slice(2, 5).map(([, supply]) => supply)).toEqual([66.4, 57.6, 48.4]);
  });

  it('keeps what a person drew, with the parallel shift', () => {
    const drawn = [
      [-30, 75],
      [-15, 60],
      [-5, 50],
      [0, 45],
      [5, 40],
      [15, 28],
    ] as const;
    const limits = { supply_min_c: 30, supply_max_c: 74 };
    const curve = points({ kind: 'radiators', design, curve: { points: drawn, shift_k: 2 }, limits });
    expect(curve.map(([, supply]) => supply)).toEqual([74, 62, 52, 47, 42, 30]);
    expect(alongPoints(drawn, -10)).toBe(55);
    expect(alongPoints(drawn, 10)).toBe(34);
    expect([alongPoints(drawn, -40), alongPoints(drawn, 20)]).toEqual([75, 28]);
  });

  it('is nothing without a curve', () => {
    const limits = { supply_min_c: 30, supply_max_c: 74 };
    expect(sixPoints({ kind: 'radiators', limits })).toBeUndefined();
    expect(sixPoints({ kind: 'dhw', limits })).toBeUndefined();
  });

  it('is constant for hot water', () => {
    const curve = points({
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
          const supplies = points({ kind, design, limits }).map(([, supply]) => supply);
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

  it('are none for a heating circuit whose design makes no sense', () => {
    const limits = { supply_min_c: 20, supply_max_c: 85 };
    const turned = { ...design, supply_c: 50, return_c: 75 };
    expect(sixPoints({ kind: 'radiators', design: turned, limits })).toBeUndefined();
    expect(sixPoints({ kind: 'dhw', design: turned, limits })?.[0]).toEqual([-30, 50]);
  });
});
