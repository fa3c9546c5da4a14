import { describe, expect, it } from 'vitest';
import type { SetpointName } from '../config.ts';
import { DHW, LOW, T0 } from '../testing.ts';
import type { Inputs } from './circuit.ts';
import { everything } from './range.ts';
import type { Given, Rule } from './rule.ts';
import { RULES } from './rules.ts';

const WARM: Inputs = {
  outdoor_filtered_c: 8,
  outdoor_c: 8,
  primary_return_c: 45,
  primary_power_kw: 900,
  primary_flow_m3_h: 30,
  local_minute: 600,
  circuit_return_c: 40,
};

const given = (changes: Partial<Given> = {}): Given => ({
  now: T0,
  config: LOW,
  primary: undefined,
  design_flow_m3_h: 50,
  inputs: WARM,
  position: 50,
  passed_s: 10,
  wish: undefined,
  target: 57.6,
  meter_s: 900,
  boosting: false,
  caps: undefined,
  ...changes,
});

function rule(code: Rule['code'], name: SetpointName = 'supply_c'): Rule {
  const found = RULES[name].find((candidate) => candidate.code === code);
  if (!found) throw new Error(`No rule ${code} for ${name}.`);
  return found;
}

const limit = (code: Rule['code'], changes?: Partial<Given>, name?: SetpointName) =>
  rule(code, name).limit(given(changes), everything());

function params(code: Rule['code'], changes: Partial<Given>) {
  const verdict = limit(code, changes);
  return verdict && rule(code).params(given(changes), verdict);
}

describe('rules', () => {
  it('stand in the order of safety', () => {
    expect(RULES.supply_c.map(({ code }) => code)).toEqual([
      'equipment_maximum',
      'frost',
      'hard_limits',
      'ramp',
      'short_source',
      'primary_flow_limit',
      'power_limit',
      'return_limit',
      'wish',
    ]);
  });

  it('read no measurement that they do not declare', () => {
    const primary = {
      return_slide: [
        [-10, 40],
        [5, 35],
      ] as const,
      power_max_kw: 800,
      flow_max_m3_h: 25,
    };
    const config = { ...LOW, limits: { supply_min_c: 30, supply_max_c: 80, return_max_c: 35 } };
    for (const candidate of Object.values(RULES).flat()) {
      const read = new Set<string>();
      const inputs = new Proxy(WARM, {
        get(target, name) {
          read.add(String(name));
          return Reflect.get(target, name) as unknown;
        },
      });
      const about = given({ inputs, primary, config });
      const verdict = candidate.limit(about, everything());
      if (verdict) candidate.params(about, verdict);
      expect([...read].filter((name) => !candidate.inputs.some((input) => input === name))).toEqual([]);
    }
  });

  it('know the maximum of each kind', () => {
    expect(limit('equipment_maximum')?.max).toBe(85);
    expect(limit('equipment_maximum', { config: { ...LOW, kind: 'floor' } })?.max).toBe(60);
    expect(limit('equipment_maximum', { config: DHW })?.max).toBe(65);
  });

  it.each([
    ['outdoor', { ...WARM, outdoor_c: 2.9 }],
    ['return', { ...WARM, circuit_return_c: 9.9 }],
    ['outdoor_missing', { ...WARM, outdoor_c: undefined }],
    ['return_missing', { ...WARM, circuit_return_c: undefined }],
  ])('count as frost: %s', (cause, inputs) => {
    expect(params('frost', { inputs })).toEqual({ min: 30, cause });
    expect(limit('frost', { inputs }, 'flow_m3_h')?.min).toBe(10);
  });

  it('let frost alone when it is warm', () => {
    expect(limit('frost')).toBeUndefined();
    expect(limit('frost', {}, 'flow_m3_h')).toBeUndefined();
  });

  it('keep a fifth of the design flow in frost where no lowest flow is set', () => {
    const config = { ...LOW, limits: { supply_min_c: 30, supply_max_c: 80 } };
    const inputs = { ...WARM, outdoor_c: -5 };
    expect(limit('frost', { config, inputs }, 'flow_m3_h')?.min).toBe(10);
    expect(limit('frost', { config, inputs, design_flow_m3_h: undefined }, 'flow_m3_h')).toBeUndefined();
  });

  it('keep hot water above its hygiene minimum as far as its own maximum allows', () => {
    expect(limit('hard_limits', { config: DHW })).toMatchObject({ min: 55, max: 65 });
    const cool = { ...DHW, limits: { supply_min_c: 40, supply_max_c: 50 } };
    expect(limit('hard_limits', { config: cool })).toMatchObject({ min: 50, max: 50 });
  });

  it('ramp from the setpoint in force at 1 K/min unless told otherwise', () => {
    expect(limit('ramp')?.min).toBeCloseTo(50 - 1 / 6, 9);
    expect(limit('ramp')?.max).toBeCloseTo(50 + 1 / 6, 9);
    const config = { ...LOW, limits: { supply_min_c: 30, supply_max_c: 80, ramp_k_per_min: 6 } };
    expect(limit('ramp', { config })?.max).toBeCloseTo(51, 9);
    expect(limit('ramp', { position: undefined })).toBeUndefined();
  });

  it('limit by the worse of primary and secondary return', () => {
    const primary = { return_max_c: 44 };
    const config = { ...LOW, limits: { supply_min_c: 30, supply_max_c: 80, return_max_c: 37 } };
    expect(params('return_limit', { primary, config })).toMatchObject({ return_c: 40, limit_c: 37 });
    expect(limit('return_limit', { config: { ...DHW, limits: config.limits }, primary })).toBeUndefined();
  });

  it('neither ease nor forget a return limit while its measurement is missing', () => {
    const inputs = { ...WARM, primary_return_c: undefined };
    const caps = { return_limit: { cap_c: 52, at: T0 - 10_000 } };
    const verdict = limit('return_limit', { inputs, caps, primary: { return_max_c: 44 } });
    expect(verdict?.max).toBe(52);
  });
});

describe('a ramp', () => {
  const shown = (name: SetpointName, changes: Partial<Given> = {}) => {
    const verdict = limit('ramp', changes, name);
    return verdict && rule('ramp', name).params(given(changes), verdict);
  };

  it('moves the flow by a tenth of its design a minute, a pressure by 10 kPa', () => {
    expect(limit('ramp', { passed_s: 30 }, 'flow_m3_h')).toEqual({ min: 47.5, max: 52.5 });
    expect(limit('ramp', { passed_s: 30 }, 'dp_kpa')).toEqual({ min: 45, max: 55 });
    expect(limit('ramp', { design_flow_m3_h: undefined }, 'flow_m3_h')).toBeUndefined();
    const { limits: _limits, ...unlimited } = LOW;
    expect(limit('ramp', { config: unlimited, passed_s: 60 })).toEqual({ min: 49, max: 51 });
  });

  it('is told in hundredths, for temperatures with its pace', () => {
    expect(shown('supply_c')).toEqual({ min: 49.83, max: 50.17, rate_k_per_min: 1 });
    expect(shown('flow_m3_h')).toEqual({ min: 49.17, max: 50.83 });
  });
});

describe('limits that people set', () => {
  const LIMITS = { supply_min_c: 30, supply_max_c: 80 };
  const said = (code: Rule['code'], name: SetpointName, config: Given['config']) => {
    const verdict = limit(code, { config }, name);
    return verdict && rule(code, name).params(given({ config }), verdict);
  };

  it('are told as they are, open ends left out', () => {
    expect(said('hard_limits', 'supply_c', LOW)).toEqual({ min: 30, max: 80 });
    expect(said('equipment_maximum', 'supply_c', LOW)).toEqual({ max: 85 });
    expect(said('flow_limits', 'flow_m3_h', { ...LOW, limits: { ...LIMITS, flow_min_m3_h: 12 } })).toEqual({
      min: 12,
    });
    expect(
      said('equipment_maximum', 'flow_m3_h', { ...LOW, limits: { ...LIMITS, pump_max_m3_h: 60 } }),
    ).toEqual({
      max: 60,
    });
    expect(said('hard_limits', 'dp_kpa', { ...LOW, limits: { ...LIMITS, dp_max_kpa: 90 } })).toEqual({
      max: 90,
    });
    expect(said('hard_limits', 'dp_kpa', { ...LOW, limits: { ...LIMITS, dp_min_kpa: 20 } })).toEqual({
      min: 20,
    });
  });

  it('say nothing where there are none', () => {
    expect(limit('hard_limits', { config: { ...LOW, limits: LIMITS } }, 'dp_kpa')).toBeUndefined();
    const { limits: _limits, kind: _kind, ...bare } = LOW;
    for (const name of ['supply_c', 'flow_m3_h', 'dp_kpa'] as const)
      for (const { code } of RULES[name].filter(({ code }) => code !== 'ramp' && code !== 'flow_limits'))
        expect(limit(code, { config: bare }, name)).toBeUndefined();
    expect(limit('flow_limits', { config: bare }, 'flow_m3_h')).toEqual({ min: 10, max: undefined });
    const unsized = { config: bare, design_flow_m3_h: undefined };
    expect(limit('flow_limits', unsized, 'flow_m3_h')).toBeUndefined();
  });

  it('give way to a wish, which names who asked', () => {
    const wish = { value: 55, by: 'li', until: T0 };
    expect(limit('wish', { wish })).toEqual({ min: 55, max: 55 });
    expect(params('wish', { wish })).toEqual(wish);
    expect(limit('wish')).toBeUndefined();
  });
});

describe('frost', () => {
  it('is none at just 3 °C outdoors and 10 °C in the return', () => {
    expect(limit('frost', { inputs: { ...WARM, outdoor_c: 3, circuit_return_c: 10 } })).toBeUndefined();
  });
});
