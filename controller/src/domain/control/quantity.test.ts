import { describe, expect, it } from 'vitest';
import type { CircuitConfig } from '../config.ts';
import { DHW, LOW, T0 } from '../testing.ts';
import { explained, limited } from './limited.ts';
import { quantitiesOf } from './quantity.ts';
import type { Given } from './rule.ts';

const limits = { supply_min_c: 30, supply_max_c: 50, flow_max_m3_h: 40, dp_min_kpa: 30, pipe_mm: 80 };
const TIGHT: CircuitConfig = { ...LOW, limits };

const given = (config: CircuitConfig): Given => ({
  now: T0,
  config,
  primary: { power_max_kw: 900 },
  meter_s: 900,
  design_flow_m3_h: 50,
  inputs: {
    outdoor_filtered_c: 0,
    outdoor_c: 0,
    primary_return_c: 45,
    primary_power_kw: 1000,
    primary_flow_m3_h: 30,
    local_minute: 600,
    circuit_return_c: 40,
  },
  position: 49,
  passed_s: 10,
  wish: undefined,
  target: 57.6,
  boosting: false,
  caps: undefined,
});

describe('what settings say of a setpoint', () => {
  it.each([LOW, TIGHT, DHW, { ...LOW, kind: undefined, limits: undefined }])(
    'is the same as when rules are asked each time: $id',
    (config) => {
      const quantities = quantitiesOf(config, 50);
      for (const quantity of quantities) {
        const { name } = quantity;
        for (const value of [20, 49.3, 90]) {
          const asked = given(config);
          const found = limited({ name, value, shape: 1 }, asked);
          const settled = { ...asked, settled: quantity };
          expect(limited({ name, value, shape: 1 }, settled)).toEqual(found);
          const start = { value, reason: { code: 'weather_curve', params: {} } } as const;
          expect(explained(name, { start, found }, settled)).toEqual(
            explained(name, { start, found }, asked),
          );
        }
      }
    },
  );

  it('is one object for all circuits of which it says the same', () => {
    const [supply, flow] = quantitiesOf(LOW, 50);
    const [same, other] = quantitiesOf({ ...LOW, id: 'high', limits: { ...limits, supply_max_c: 80 } }, 50);
    expect(same).toBe(supply);
    expect(other).not.toBe(flow);
    expect(quantitiesOf({ ...LOW, kind: 'floor' }, 50)[0]).not.toBe(supply);
    expect(quantitiesOf({ ...LOW, regulation: { mode: 'mixed' } }, 50)[1]).not.toBe(flow);
  });

  it('holds for what somebody can use', () => {
    const used = (config: CircuitConfig, design_flow_m3_h?: number) =>
      quantitiesOf(config, design_flow_m3_h).map(({ name }) => name);
    expect(used({ ...LOW, accepts: [] })).toEqual(['supply_c']);
    expect(used({ ...LOW, accepts: [] }, 50)).toEqual(['supply_c', 'flow_m3_h']);
    expect(used({ ...LOW, accepts: ['dp_kpa'] })).toEqual(['supply_c', 'dp_kpa']);
  });
});
