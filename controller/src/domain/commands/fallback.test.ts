import { describe, expect, it } from 'vitest';
import { DHW, LOW, stationConfig, T0 } from '../testing.ts';
import { fallbackOf, isFallbackDue } from './fallback.ts';

const tried = { id: 'f', limits_rev: 3, at: T0, tries: 1, refused: false };
const MINUTE = 60_000;

describe('fallback', () => {
  it('carries curve and limits of each circuit that has all of them', () => {
    const bare = { id: 'high', accepts: [] };
    const circuits = fallbackOf(stationConfig({ circuits: [LOW, DHW, bare] }));
    expect(Object.keys(circuits ?? {})).toEqual(['low', 'tap']);
    expect(circuits?.low?.limits).toEqual({
      supply_min_c: 30,
      supply_max_c: 80,
      flow_min_m3_h: 10,
      flow_max_m3_h: 90,
    });
    expect(circuits?.low?.curve.at(0)).toEqual([-30, 80]);
    // The hygiene minimum goes along.
    expect(circuits?.tap?.limits.supply_min_c).toBe(55);
    expect(fallbackOf(stationConfig({ circuits: [bare] }))).toBeUndefined();
  });

  it('names only limits that there are', () => {
    const limits = { supply_min_c: 30, supply_max_c: 80, return_max_c: 45 };
    const circuits = fallbackOf(stationConfig({ circuits: [{ ...LOW, limits }] }));
    expect(circuits?.low?.limits).toStrictEqual(limits);
  });

  it('leaves out a heating circuit without a design', () => {
    const { design: _design, ...undesigned } = LOW;
    expect(fallbackOf(stationConfig({ circuits: [undesigned] }))).toBeUndefined();
  });

  it('is due until the station keeps the revision', () => {
    expect(isFallbackDue({ limits_rev: 3, kept_rev: 3 }, undefined, T0)).toBe(false);
    expect(isFallbackDue({ limits_rev: 3, kept_rev: 2 }, undefined, T0)).toBe(true);
    expect(isFallbackDue({ limits_rev: 3, kept_rev: undefined }, undefined, T0)).toBe(true);
  });

  it('is tried again after a minute, then more and more rarely', () => {
    const station = { limits_rev: 3, kept_rev: undefined };
    expect(isFallbackDue(station, tried, T0 + MINUTE - 1)).toBe(false);
    expect(isFallbackDue(station, tried, T0 + MINUTE)).toBe(true);
    expect(isFallbackDue(station, { ...tried, tries: 4 }, T0 + 8 * MINUTE - 1)).toBe(false);
    expect(isFallbackDue(station, { ...tried, tries: 40 }, T0 + 60 * MINUTE)).toBe(true);
  });

  it('is not pressed on a station that takes none, until there is a new one', () => {
    const refused = { ...tried, refused: true };
    expect(isFallbackDue({ limits_rev: 3, kept_rev: undefined }, refused, T0 + 900 * MINUTE)).toBe(false);
    expect(isFallbackDue({ limits_rev: 4, kept_rev: undefined }, refused, T0)).toBe(true);
  });
});
