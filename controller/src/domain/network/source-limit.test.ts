import { describe, expect, it } from 'vitest';
import { T0 } from '../testing.ts';
import { isInForce, limitPower } from './source-limit.ts';

const SIDE = { flow_m3_h: 1000, return_c: 50 };
const limit = { reason: 'test', power_max_kw: 60_000 };

describe('a limit of the source', () => {
  it('holds from its beginning to its end', () => {
    const timed = { ...limit, from: T0, until: T0 + 10 };
    expect([-1, 0, 9, 10].map((past) => isInForce(timed, T0 + past))).toEqual([false, true, true, false]);
    expect(isInForce(limit, T0)).toBe(true);
    expect(isInForce(undefined, T0)).toBe(false);
  });

  it('of a supply temperature is what the flow carries above the return', () => {
    const supply = { reason: 'test', supply_max_c: 90 };
    expect(limitPower({ limit: supply }, SIDE, T0)).toBeCloseTo(1.148 * 1000 * 40, 6);
    expect(limitPower({ limit: supply, flow_max_m3_h: 800 }, SIDE, T0)).toBeCloseTo(1.148 * 800 * 40, 6);
    expect(limitPower({ limit: supply }, { ...SIDE, return_c: 95 }, T0)).toBe(0);
    expect(limitPower({ limit: supply }, { ...SIDE, return_c: undefined }, T0)).toBeUndefined();
    expect(limitPower({ limit: supply }, { ...SIDE, flow_m3_h: undefined }, T0)).toBeUndefined();
  });

  it('is the lowest of power, supply temperature and capacity', () => {
    const both = { ...limit, supply_max_c: 90 };
    expect(limitPower({ limit: both }, SIDE, T0)).toBeCloseTo(45_920, 6);
    expect(limitPower({ limit: { ...both, power_max_kw: 40_000 } }, SIDE, T0)).toBe(40_000);
    expect(limitPower({ limit: both, capacity_kw: 30_000 }, SIDE, T0)).toBe(30_000);
  });

  it('is the capacity alone while none is in force', () => {
    expect(limitPower({ limit: { ...limit, until: T0 }, capacity_kw: 90_000 }, SIDE, T0)).toBe(90_000);
    expect(limitPower({}, SIDE, T0)).toBeUndefined();
    expect(limitPower(undefined, SIDE, T0)).toBeUndefined();
  });
});
