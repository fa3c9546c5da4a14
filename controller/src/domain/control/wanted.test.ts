import { describe, expect, it } from 'vitest';
import type { CircuitConfig, Schedule, SetpointName } from '../config.ts';
import { DHW, LOW, T0 } from '../testing.ts';
import { curveBasis } from '../physics/weather-curve.ts';
import { courseOf } from './course.ts';
import { HOLD_MS, wantedNow, wantedRule } from './wanted.ts';

interface Given {
  readonly outdoor_filtered_c?: number;
  readonly now?: number;
  readonly local_minute?: number;
  readonly design_flow_m3_h?: number;
}

function wanted(name: SetpointName, config: CircuitConfig, given: Given = {}) {
  const { outdoor_filtered_c, now = T0, local_minute, design_flow_m3_h } = given;
  const rule = wantedRule(name, config);
  if (!rule) throw new Error(`No wanted value for ${name}.`);
  const inputs = {
    outdoor_filtered_c,
    outdoor_c: undefined,
    primary_return_c: undefined,
    primary_power_kw: undefined,
    primary_flow_m3_h: undefined,
    circuit_return_c: undefined,
    local_minute,
  };
  const good = { value: 57, at: T0 };
  const basis = curveBasis(config);
  const course =
    basis &&
    outdoor_filtered_c !== undefined &&
    courseOf({
      basis,
      circuit: config,
      ratios: {},
      outdoor_c: outdoor_filtered_c,
      origin: { from: 'own' },
      stage: 0,
      night: undefined,
      rooms: undefined,
    });
  const circuit = { config, design_flow_m3_h, course: course || undefined, inputs };
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
    expect(wanted('supply_c', DHW).reason.params).toEqual({ value: 58 });
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

  it('names the setting that is missing', () => {
    const { kind: _kind, ...unknown } = LOW;
    const { design: _design, ...undesigned } = LOW;
    const missing = (name: SetpointName, config: CircuitConfig) =>
      wanted(name, config, { outdoor_filtered_c: 0 }).reason.params.missing;
    expect(missing('supply_c', unknown)).toBe('kind');
    expect(missing('flow_m3_h', unknown)).toBe('kind');
    expect(missing('flow_m3_h', undesigned)).toBe('design');
  });
});

describe('wanted flow', () => {
  it('is that of the design while the temperature follows the weather', () => {
    const { value, reason } = wanted('flow_m3_h', LOW, { outdoor_filtered_c: 0, design_flow_m3_h: 54.88 });
    expect(value).toBe(54.88);
    expect(reason).toEqual({ code: 'design_flow', params: { value: 54.9 } });
    expect(wanted('flow_m3_h', LOW, { design_flow_m3_h: 54.88 }).value).toBe(54.88);
  });

  it('follows the weather in the other modes', () => {
    const mixed: CircuitConfig = { ...LOW, regulation: { mode: 'mixed', exponent: 1 } };
    const { value, reason } = wanted('flow_m3_h', mixed, { outdoor_filtered_c: 0, design_flow_m3_h: 50 });
    expect(value).toBeCloseTo((50 * 18) / 28.1, 9);
    expect(reason).toEqual({ code: 'regulated_flow', params: { value: 32, ratio: 0.64, mode: 'mixed' } });
    const blind = wanted('flow_m3_h', mixed, { design_flow_m3_h: 50, now: T0 + HOLD_MS + 1 });
    expect(blind.reason).toEqual({ code: 'no_input', params: { missing: 'outdoor_c' } });
  });

  it('needs the weather where nights are without heat', () => {
    const night: Schedule = { comfort: [], night: { kind: 'off' } };
    const blind = (config: CircuitConfig) =>
      wanted('flow_m3_h', config, { design_flow_m3_h: 50, now: T0 + HOLD_MS + 1 }).value;
    expect(blind({ ...LOW, schedule: night })).toBeUndefined();
    expect(blind({ ...LOW, schedule: { ...night, night: { kind: 'setback', room_k: 3 } } })).toBe(50);
    expect(blind({ ...LOW, regulation: { mode: 'quality' } })).toBe(50);
  });
});

describe('wanted pressure', () => {
  const dp_day = [
    { from: '05:30', dp_kpa: 60 },
    { from: '22:00', dp_kpa: 40 },
  ];
  const at = (local_minute?: number) =>
    wanted('dp_kpa', { ...LOW, dp_day }, local_minute === undefined ? {} : { local_minute });

  it('is that of the step which began last, over midnight', () => {
    expect([0, 329, 330, 1319, 1320].map((minute) => at(minute).value)).toEqual([40, 40, 60, 60, 40]);
    expect(at(330).reason).toEqual({ code: 'dp_day', params: { value: 60, from: '05:30' } });
  });

  it('is held without a clock, and there is none without steps', () => {
    expect(at().reason).toMatchObject({ code: 'held', params: { missing: 'local_time' } });
    const none = wanted('dp_kpa', { ...LOW, dp_day: [] }, { local_minute: 0 });
    expect(none.reason).toEqual({ code: 'no_input', params: { missing: 'dp_day' } });
    expect(wantedRule('dp_kpa', LOW)).toBeUndefined();
  });
});
