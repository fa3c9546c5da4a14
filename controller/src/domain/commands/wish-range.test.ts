import { describe, expect, it } from 'vitest';
import type { CircuitConfig, SetpointName } from '../config.ts';
import { LOW, stationConfig } from '../testing.ts';
import { wishRange } from './wishes.ts';

const DESIGN_M3_H = (45 * 35_000) / (1000 * 1.148 * 25);
const range = (circuit: CircuitConfig, name: SetpointName) =>
  wishRange({ config: stationConfig({ circuits: [circuit] }) }, circuit, name);
const flow = (limits: Partial<NonNullable<CircuitConfig['limits']>>, circuit: CircuitConfig = LOW) =>
  range({ ...circuit, limits: { supply_min_c: 30, supply_max_c: 80, ...limits } }, 'flow_m3_h');

const { design: _design, ...undesigned } = LOW;

describe('range of a wish', () => {
  it('is that of the limits, no higher than the equipment bears', () => {
    expect(range(LOW, 'supply_c')).toEqual({ min: 30, max: 80 });
    const floor = { ...LOW, kind: 'floor' as const };
    expect(range(floor, 'supply_c')?.max).toBe(60);
  });

  it('is unknown without kind or limits', () => {
    const { limits: _limits, ...unlimited } = LOW;
    const { kind: _kind, ...unknown } = LOW;
    for (const name of ['supply_c', 'flow_m3_h', 'dp_kpa'] as const) {
      expect(range(unlimited, name)).toBeUndefined();
      expect(range(unknown, name)).toBeUndefined();
    }
  });

  it('of a pressure ends at its highest and begins at its lowest, else at nothing', () => {
    const limits = { supply_min_c: 30, supply_max_c: 80 };
    expect(range({ ...LOW, limits: { ...limits, dp_min_kpa: 20, dp_max_kpa: 90 } }, 'dp_kpa')).toEqual({
      min: 20,
      max: 90,
    });
    expect(range({ ...LOW, limits: { ...limits, dp_max_kpa: 90 } }, 'dp_kpa')).toEqual({ min: 0, max: 90 });
    expect(range({ ...LOW, limits: { ...limits, flow_max_m3_h: 90 } }, 'dp_kpa')).toBeUndefined();
  });

  it('of a flow ends at the limit, else at one and a half times the design flow', () => {
    expect(flow({ flow_min_m3_h: 10, flow_max_m3_h: 90 })).toEqual({ min: 10, max: 90 });
    expect(flow({})).toEqual({ min: 0, max: expect.closeTo(1.5 * DESIGN_M3_H, 6) });
  });

  it('of a flow is never above what the pumps give', () => {
    expect(flow({ flow_max_m3_h: 90, pump_max_m3_h: 60 })).toEqual({ min: 0, max: 60 });
    expect(flow({ flow_max_m3_h: 50, pump_max_m3_h: 60 })?.max).toBe(50);
  });

  it('of a flow is unknown where neither limit, design nor pump says it', () => {
    expect(flow({}, undesigned)).toBeUndefined();
    expect(flow({ pump_max_m3_h: 60 }, undesigned)?.max).toBe(60);
  });
});
