import { describe, expect, it } from 'vitest';
import { fakeStation } from '../../test/fake-stations.ts';
import { circuitsOf } from '../model/deviation.ts';
import { schemeLayout } from './scheme-layout.ts';
import type { Scheme, SchemeValue } from './scheme-layout.ts';
import { sourceLayout } from './source-layout.ts';
import { defaultPoints, withSetpoint } from './trend-choice.ts';

const AT = 1_795_305_600_000;
const three = fakeStation(0, AT);
const one = fakeStation(1, AT);
const layoutOf = (view: typeof one, width: number): Scheme =>
  schemeLayout({ circuits: circuitsOf(view), points: view.points }, width);

/** About the box that a value of five signs with its unit takes. */
function box({ x, y, anchor }: SchemeValue): [number, number, number, number] {
  const width = 52;
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return [left, y - 11, left + width, y + 2];
}

const overlap = (a: SchemeValue, b: SchemeValue): boolean => {
  const [aLeft, aTop, aRight, aBottom] = box(a);
  const [bLeft, bTop, bRight, bBottom] = box(b);
  return aLeft < bRight && bLeft < aRight && aTop < bBottom && bTop < aBottom;
};

describe('the scheme', () => {
  it('puts the same thing at the same place on every station', () => {
    const places = (scheme: Scheme) => new Map(scheme.values.map(({ point, x, y }) => [point, `${x} ${y}`]));
    const few = places(layoutOf(one, 900));
    const many = places(layoutOf(three, 900));
    // The one tank stands below the last circuit.
    few.delete('tank_pct');
    for (const [point, place] of few) expect(many.get(point), point).toBe(place);
  });

  it('stacks circuits at equal distances and gives each an exchanger and a building', () => {
    const { symbols, height } = layoutOf(three, 900);
    const tops = symbols.filter(({ kind }) => kind === 'exchanger').map(({ y }) => y);
    expect(tops).toHaveLength(3);
    expect((tops[1] ?? 0) - (tops[0] ?? 0)).toBe((tops[2] ?? 0) - (tops[1] ?? 0));
    expect(symbols.filter(({ kind }) => kind === 'building')).toHaveLength(3);
    expect(height).toBeGreaterThan(tops[2] ?? 0);
  });

  it.each([350, 390, 700, 900, 1400])('keeps values apart and inside at %s px', (width) => {
    const { values } = layoutOf(three, width);
    for (const [index, value] of values.entries()) {
      const [left, , right] = box(value);
      expect(left, value.point).toBeGreaterThanOrEqual(-10);
      expect(right, value.point).toBeLessThanOrEqual(width + 1);
      for (const other of values.slice(index + 1)) {
        expect(overlap(value, other), `${value.point} over ${other.point}`).toBe(false);
      }
    }
  });

  it('draws a station of which nothing is known', () => {
    const { symbols, titles } = schemeLayout({ circuits: [], points: {} }, 900);
    expect(symbols.some(({ kind }) => kind === 'exchanger')).toBe(true);
    expect(symbols.some(({ kind }) => kind === 'pump')).toBe(true);
    expect(titles).toHaveLength(1);
  });

  it('draws each pump that the station has', () => {
    const pumps = layoutOf(one, 900).symbols.filter(({ kind }) => kind === 'pump');
    expect(pumps.map(({ point }) => point)).toEqual([
      'circuits.low.pumps.a.running',
      'circuits.low.pumps.b.running',
    ]);
  });
});

describe('the scheme of a source', () => {
  it.each([350, 390, 700, 900])('keeps values apart and inside at %s px', (width) => {
    const { values, symbols } = sourceLayout(width);
    expect(symbols.map(({ kind }) => kind)).toEqual(['boiler', 'header', 'header', 'pump', 'meter']);
    for (const [index, value] of values.entries()) {
      const [left, , right] = box(value);
      expect(left, value.point).toBeGreaterThanOrEqual(-10);
      expect(right, value.point).toBeLessThanOrEqual(width + 1);
      for (const other of values.slice(index + 1)) {
        expect(overlap(value, other), `${value.point} over ${other.point}`).toBe(false);
      }
    }
  });
});

describe('the trend', () => {
  it('shows a quantity with its setpoint where there is one', () => {
    expect(withSetpoint('circuits.low.flow_m3_h', { 'circuits.low.flow_set_m3_h': 1 })).toEqual([
      'circuits.low.flow_m3_h',
      'circuits.low.flow_set_m3_h',
    ]);
    expect(withSetpoint('circuits.low.flow_m3_h', {})).toEqual(['circuits.low.flow_m3_h']);
    expect(withSetpoint('primary.supply_c', {})).toEqual(['primary.supply_c']);
  });

  it('starts with what the station measures', () => {
    expect(defaultPoints(one)).toEqual([
      'circuits.low.supply_c',
      'circuits.low.supply_set_c',
      'circuits.low.return_c',
      'primary.return_c',
    ]);
    expect(defaultPoints({ ...one, circuits: [], points: { outdoor_c: [AT, 1, 'good'] } })).toEqual([
      'outdoor_c',
    ]);
  });
});
