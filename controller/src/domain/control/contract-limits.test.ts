import { describe, expect, it } from 'vitest';
import { DHW, LOW, T0 } from '../testing.ts';
import { POWER_LIMIT, PRIMARY_FLOW_LIMIT, RETURN_LIMIT, returnMaximum } from './contract-limits.ts';
import { everything } from './range.ts';
import type { Given, Rule } from './rule.ts';

const SLIDE = [
  [-10, 55],
  [5, 40],
] as const;

const given = (changes: Partial<Given> = {}): Given => ({
  now: T0,
  config: LOW,
  primary: { return_max_c: 44, power_max_kw: 1000, flow_max_m3_h: 20 },
  meter_s: 60,
  design_flow_m3_h: 50,
  inputs: {
    outdoor_filtered_c: 0,
    outdoor_c: 0,
    primary_return_c: 48,
    primary_power_kw: 1200,
    primary_flow_m3_h: 25,
    circuit_return_c: 40,
    local_minute: 600,
  },
  position: 57,
  passed_s: 10,
  wish: undefined,
  target: 57.6,
  boosting: false,
  caps: undefined,
  ...changes,
});

function said(rule: Rule, about: Given) {
  const verdict = rule.limit(about, everything());
  return verdict && rule.params(about, verdict);
}

describe('return limit', () => {
  it('slides with the outdoor temperature, and takes the lower end while that is unknown', () => {
    expect(returnMaximum({ return_slide: SLIDE }, -20)).toBe(55);
    expect(returnMaximum({ return_slide: SLIDE }, 0)).toBe(45);
    expect(returnMaximum({ return_slide: SLIDE }, 20)).toBe(40);
    expect(returnMaximum({ return_slide: SLIDE }, undefined)).toBe(40);
    expect(returnMaximum({ return_max_c: 44 }, 0)).toBe(44);
    const slides = given({ primary: { return_slide: SLIDE } });
    expect(said(RETURN_LIMIT, slides)).toMatchObject({ return_c: 48, limit_c: 45 });
  });

  it('waits while the heat comes back', () => {
    expect(RETURN_LIMIT.limit(given(), everything())?.max).toBeLessThan(57);
    expect(RETURN_LIMIT.limit(given({ boosting: true }), everything())).toBeUndefined();
  });

  it('adapts over three transits of the network that it is in', () => {
    const lowered = (transit_s: number) => {
      const caps = { return_limit: { cap_c: 57, at: T0 - 60_000 } };
      const primary = { return_max_c: 44, transit_s };
      return 57 - (RETURN_LIMIT.limit(given({ caps, primary }), everything())?.cap?.state.cap_c ?? 0);
    };
    expect(lowered(1800)).toBeCloseTo((4 * 60) / (0.5 * 5400), 9);
    expect(lowered(3600)).toBeCloseTo(lowered(1800) / 2, 9);
  });
});

describe('power and flow limits', () => {
  it.each([
    [POWER_LIMIT, { power_kw: 1200, limit_kw: 1000 }],
    [PRIMARY_FLOW_LIMIT, { flow_m3_h: 25, limit_m3_h: 20 }],
  ])('lower the supply while passed: $code', (rule, params) => {
    const verdict = rule.limit(given(), everything());
    expect(verdict?.max).toBeLessThan(57);
    expect(said(rule, given())).toMatchObject(params);
    expect(rule.limit(given({ primary: {} }), everything())).toBeUndefined();
    expect(rule.limit(given({ config: DHW }), everything())).toBeUndefined();
  });

  it('stay as they are without a reading', () => {
    const inputs = { ...given().inputs, primary_power_kw: undefined };
    const caps = { power_limit: { cap_c: 50, at: T0 - 60_000 } };
    expect(POWER_LIMIT.limit(given({ inputs, caps }), everything())?.max).toBe(50);
    expect(POWER_LIMIT.limit(given({ inputs }), everything())).toBeUndefined();
  });

  it.each([60, 900])('bring the power to its limit and settle there, meter every %s s', (meter_s) => {
    // 20 kW a kelvin above 20 °C, felt with a lag of five minutes and told when the meter speaks.
    let power_kw = 752;
    let told_kw = power_kw;
    let caps: Given['caps'];
    let supply_c = 57.6;
    const course: number[] = [];
    for (let at = 0; at < 16 * 3600; at += 10) {
      power_kw += ((20 * (supply_c - 20) - power_kw) * 10) / 300;
      if (at % meter_s === 0) told_kw = power_kw;
      const inputs = { ...given().inputs, primary_power_kw: told_kw };
      const now = T0 + at * 1000;
      const primary = { power_max_kw: 600 };
      const left = { ...everything(), min: 30 };
      const verdict = POWER_LIMIT.limit(
        given({ now, inputs, caps, primary, meter_s, position: supply_c }),
        left,
      );
      caps = verdict?.cap && { power_limit: verdict.cap.state };
      supply_c = Math.max(30, Math.min(57.6, verdict?.max ?? 57.6));
      course.push(power_kw);
    }
    const last = course.slice(-360 * 2);
    expect(Math.abs((last.at(-1) ?? 0) - 600)).toBeLessThan(12);
    expect(Math.max(...last) - Math.min(...last)).toBeLessThan(12);
  });
});
