import { describe, expect, it } from 'vitest';
import type { CircuitConfig, SetpointName } from '../config.ts';
import { DHW, LOW, T0 } from '../testing.ts';
import { curveBasis } from '../physics/weather-curve.ts';
import { courseOf } from './course.ts';
import { HOLD_MS, wantedNow, wantedRule } from './wanted.ts';

interface Given {
  readonly outdoor_filtered_c?: number;
  readonly now?: number;
}

function wanted(name: SetpointName, config: CircuitConfig, { outdoor_filtered_c, now = T0 }: Given = {}) {
  const rule = wantedRule(name, config);
  if (!rule) throw new Error(`No wanted value for ${name}.`);
  const inputs = {
    outdoor_filtered_c,
    outdoor_c: undefined,
    primary_return_c: undefined,
    primary_power_kw: undefined,
    primary_flow_m3_h: undefined,
    circuit_return_c: undefined,
    local_minute: undefined,
  };
  const good = { value: 57, at: T0 };
  const basis = curveBasis(config);
  const course =
    basis &&
    outdoor_filtered_c !== undefined &&
    courseOf({
      basis,
      regulation: undefined,
      ratios: {},
      outdoor_c: outdoor_filtered_c,
      origin: { from: 'own' },
      stage: 0,
      night: undefined,
      rooms: undefined,
    });
  const circuit = { config, design_flow_m3_h: undefined, course: course || undefined, inputs };
  return wantedNow(rule, circuit, { good, now });
}

describe('wanted value', () => {
  it('follows the weather in heating circuits', () => {
    const { value, reason } = wanted('supply_c', LOW, { outdoor_filtered_c: 0 });
    expect(value).toBeCloseTo(57.6, 1);
    expect(reason).toEqual({ code: 'weather_curve', params: { outdoor_c: 0, value: 57.6 } });
  });

  it('is constant for hot water, in all weathers and without a sensor', () => {
    expect(wanted('supply_c', DHW)).toMatchObject({ value: 58, reason: { code: 'constant' } });
    expect(wantedRule('flow_m3_h', DHW)).toBeUndefined();
  });

  it('is held for 30 min without its input, then there is none', () => {
    const held = wanted('supply_c', LOW, { now: T0 + HOLD_MS });
    expect(held).toMatchObject({
      value: 57,
      reason: { code: 'held', params: { since: T0, missing: 'outdoor_c' } },
    });
    const none = wanted('supply_c', LOW, { now: T0 + HOLD_MS + 1 });
    expect(none).toMatchObject({ value: undefined, reason: { code: 'no_input' } });
  });

  it('does not stand in for a missing setting', () => {
    const { design: _design, ...bare } = LOW;
    expect(wanted('supply_c', bare, { outdoor_filtered_c: 0 }).reason).toEqual({
      code: 'no_input',
      params: { missing: 'design' },
    });
    expect(wanted('flow_m3_h', LOW).reason.params).toEqual({ missing: 'heated_area_m2' });
  });
});
