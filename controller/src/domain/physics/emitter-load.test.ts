import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadOfSupply, supplyOfLoad } from './emitter-load.ts';

const point = (supply_c: number, return_c: number) => ({ supply_c, return_c, outdoor_c: -10.1, room_c: 18 });
const RADIATORS = { kind: 'radiators', design: point(75, 50) } as const;
const FLOOR = { kind: 'floor', design: point(45, 35) } as const;

it('is the curve of quality regulation: full load at design, 57.6 °C for the load at 0 °C', () => {
  expect(supplyOfLoad(RADIATORS, 1)).toBeCloseTo(75, 9);
  expect(supplyOfLoad(RADIATORS, 18 / 28.1)).toBeCloseTo(57.6, 1);
  expect(supplyOfLoad(FLOOR, 18 / 28.1)).toBeCloseTo(35.9, 1);
  expect(loadOfSupply(RADIATORS, 17)).toBe(0);
});

it('has an inverse, for all loads and flows', () => {
  const load = fc.double({ min: 0.01, max: 1.5, noNaN: true });
  const ratio = fc.double({ min: 0.2, max: 1.2, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(RADIATORS, FLOOR), load, ratio, (emitter, q, flow_ratio) => {
      const supply_c = supplyOfLoad(emitter, q, flow_ratio);
      expect(loadOfSupply(emitter, supply_c, flow_ratio)).toBeCloseTo(q, 6);
    }),
  );
});
