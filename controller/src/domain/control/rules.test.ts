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
