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

describe('a return limit of several', () => {
  const limited = (return_max_c: number) => ({
    ...LOW,
    limits: { supply_min_c: 30, supply_max_c: 80, return_max_c },
  });
  const caps = { return_limit: { cap_c: 50, at: T0 - 10_000 } };
  const withReturns = (primary_return_c?: number, circuit_return_c?: number) => ({
    ...given().inputs,
    primary_return_c,
    circuit_return_c,
  });

  it('is the one that is passed by most', () => {
    // The primary return passes its limit by 4 K.
    expect(said(RETURN_LIMIT, given({ config: limited(37) }))).toEqual({
      max: 55,
      return_c: 48,
      limit_c: 44,
    });
    expect(said(RETURN_LIMIT, given({ config: limited(35) }))).toEqual({
      max: 54.5,
      return_c: 40,
      limit_c: 35,
    });
  });

  it('is none where there is no limit', () => {
    expect(RETURN_LIMIT.limit(given({ primary: undefined }), everything())).toBeUndefined();
    const { limits: _limits, ...unlimited } = LOW;
    const bare = given({ config: unlimited, primary: undefined, caps });
    expect(RETURN_LIMIT.limit(bare, everything())).toBeUndefined();
    expect(returnMaximum(undefined, 0)).toBeUndefined();
  });

  it.each([
    ['kept', 40],
    ['just kept', 44],
  ])('stays as it is while one of two is unknown and the other %s', (_what, primary_return_c) => {
    const inputs = withReturns(primary_return_c);
    const about = given({ config: limited(45), inputs, caps });
    expect(RETURN_LIMIT.limit(about, everything())?.max).toBe(50);
  });

  it('eases where both are known and kept, tightens where one of two is passed', () => {
    const config = limited(45);
    const eased = given({ config, inputs: withReturns(40, 40), caps });
    expect(RETURN_LIMIT.limit(eased, everything())?.max).toBeGreaterThan(51.9);
    const passed = given({ config, inputs: withReturns(48), caps });
    expect(RETURN_LIMIT.limit(passed, everything())?.max).toBeLessThan(48.1);
  });
});

describe('the limit of a meter', () => {
  const highest = (changes: Partial<Given> = {}) => POWER_LIMIT.limit(given(changes), everything())?.max;

  it('takes emitters to give by (1 + b) of what their excess temperature falls by', () => {
    // A fifth too much at 39 K above the room: 39·0.2/1.3 = 6 K, half of it at once.
    expect(highest()).toBeCloseTo(57 - 3, 9);
    const { design: _design, ...undesigned } = LOW;
    expect(highest({ config: undesigned })).toBeCloseTo(57 - 3, 9);
    const design = { supply_c: 75, return_c: 50, outdoor_c: -10.1, room_c: 20 };
    expect(highest({ config: { ...LOW, design } })).toBeCloseTo(57 - (37 * 0.2) / 1.3 / 2, 9);
  });

  it('begins at what is wanted where no setpoint is in force', () => {
    expect(highest({ position: undefined })).toBeCloseTo(57.6 - (39.6 * 0.2) / 1.3 / 2, 9);
  });

  it('counts more than twice the limit as twice', () => {
    expect(highest({ inputs: { ...given().inputs, primary_power_kw: 9000 } })).toBeCloseTo(57 - 15, 9);
  });

  it.each([
    [60, 1800],
    [900, 2700],
  ])('adapts over three periods of a meter, ten minutes at least: %s s', (meter_s, adaptation_s) => {
    const caps = { power_limit: { cap_c: 57, at: T0 - 60_000 } };
    const cap = POWER_LIMIT.limit(given({ meter_s, caps }), everything())?.cap;
    expect(cap?.state.cap_c).toBeCloseTo(57 - (6 * 60) / adaptation_s, 9);
  });

  it('is told without a reading too', () => {
    const inputs = { ...given().inputs, primary_power_kw: undefined, primary_flow_m3_h: undefined };
    const cap = { cap_c: 50, at: T0 - 60_000 };
    const caps = { power_limit: cap, primary_flow_limit: cap };
    expect(said(POWER_LIMIT, given({ inputs, caps }))).toEqual({ max: 50, limit_kw: 1000 });
    expect(said(PRIMARY_FLOW_LIMIT, given({ inputs, caps }))).toEqual({ max: 50, limit_m3_h: 20 });
  });
});
