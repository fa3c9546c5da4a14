import { describe, expect, it } from 'vitest';
import { shareSupply_c } from '../network/short.ts';
import { DHW, LOW, T0 } from '../testing.ts';
import { everything } from './range.ts';
import type { Given } from './rule.ts';
import { SHORT_SOURCE } from './short-source.ts';

const SHORT = { share: 0.804, load: 0.7, slow_load: 0.75 };
const GIVEN: Given = {
  now: T0,
  config: LOW,
  primary: undefined,
  design_flow_m3_h: 50,
  inputs: {
    outdoor_filtered_c: 0,
    outdoor_c: 0,
    primary_return_c: 45,
    primary_power_kw: 900,
    primary_flow_m3_h: 30,
    local_minute: 600,
    circuit_return_c: 40,
  },
  position: 50,
  passed_s: 10,
  wish: undefined,
  target: 57.6,
  meter_s: 900,
  boosting: false,
  short: SHORT,
  ratio: 1,
  caps: undefined,
};
const limit = (changes: Partial<Given> = {}) => SHORT_SOURCE.limit({ ...GIVEN, ...changes }, everything());

describe('the share of a short source', () => {
  it('is a highest supply temperature and nothing else', () => {
    // 18 + 44.5·0.7^(1/1.3) + 12.5·0.7.
    expect(limit()).toEqual({ min: undefined, max: expect.closeTo(60.57, 1) });
  });

  it('is higher where less water carries it', () => {
    const { design } = LOW;
    const max = design && shareSupply_c({ kind: 'radiators', design }, SHORT, 0.6);
    expect(limit({ ratio: 0.6 })?.max).toBe(max);
    expect(max).toBeGreaterThan(limit()?.max ?? Infinity);
  });

  it('limits no hot water, nothing without kind or design, and nobody while the source is sound', () => {
    const { kind: _kind, ...unknown } = LOW;
    const { design: _design, ...undesigned } = LOW;
    for (const config of [DHW, unknown, undesigned]) expect(limit({ config })).toBeUndefined();
    expect(limit({ short: undefined })).toBeUndefined();
  });

  it('is told in percent', () => {
    expect(SHORT_SOURCE.params(GIVEN, { min: undefined, max: 60.57 })).toEqual({ max: 60.6, share_pct: 80 });
    expect(SHORT_SOURCE.params({ ...GIVEN, short: undefined }, { min: undefined, max: undefined })).toEqual(
      {},
    );
  });
});
