import { describe, expect, it } from 'vitest';
import { formatDifference, formatNumber } from './number.ts';
import { freshFor, nameIn, pointName } from './point.ts';
import { ageOf, formatTime, localHours } from './time.ts';

describe('numbers', () => {
  it('have the digits asked for, a minus as wide as a digit, and no negative zero', () => {
    expect(formatNumber(1170.4, 0, 'en')).toBe('1,170');
    expect(formatNumber(-3.14, 1, 'en')).toBe('−3.1');
    expect(formatNumber(-0.04, 1, 'en')).toBe('0.0');
    expect(formatNumber(55, 1, 'zh')).toBe('55.0');
  });

  it('show the sign of a difference, except of none', () => {
    expect([1.25, -1.25, 0.01].map((value) => formatDifference(value, 1, 'en'))).toEqual([
      '+1.3',
      '−1.3',
      '0.0',
    ]);
  });
});

describe('times', () => {
  it('count in the unit that a person would use', () => {
    const ages = [-500, 8000, 59_999, 60_000, 3_599_999, 7_200_000, 90_000_000].map(ageOf);
    expect(ages.map(({ n, unit }) => `${n} ${unit}`)).toEqual([
      '0 s',
      '8 s',
      '59 s',
      '1 min',
      '59 min',
      '2 h',
      '1 d',
    ]);
  });

  it('are those of the site, whatever zone this machine is in', () => {
    const at = Date.UTC(2026, 10, 21, 18, 11, 7);
    expect(formatTime(at, 'clock', { zone: 'Asia/Shanghai', language: 'en' })).toBe('02:11:07');
    expect(formatTime(at, 'full', { zone: 'Asia/Shanghai', language: 'en' })).toContain('GMT+8');
  });

  it('find the local midnights, also across both clock changes', () => {
    const zone = 'Europe/Belgrade';
    const spring = localHours({ from: Date.UTC(2026, 2, 28), to: Date.UTC(2026, 2, 31), zone, step_h: 24 });
    expect(spring).toEqual([Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22), Date.UTC(2026, 2, 30, 22)]);
    const autumn = localHours({
      from: Date.UTC(2026, 9, 24),
      to: Date.UTC(2026, 9, 26, 12),
      zone,
      step_h: 24,
    });
    expect(autumn).toEqual([Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23)]);
  });

  it('mark whole local hours where the zone is not a whole hour off', () => {
    const span = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 2), zone: 'Asia/Kolkata', step_h: 1 };
    expect(localHours(span)).toEqual([Date.UTC(2026, 0, 1, 0, 30), Date.UTC(2026, 0, 1, 1, 30)]);
  });
});

describe('points', () => {
  it('have a name in both languages, and their id when the catalogue lacks them', () => {
    expect(pointName('circuits.low.supply_c', 'en')).toBe('Secondary supply temperature, low');
    expect(pointName('circuits.low.supply_c', 'zh')).toBe('二次侧供水温度（low）');
    expect(pointName('circuits.low.suply_c', 'en')).toBe('circuits.low.suply_c');
  });

  it('are fresh for three of their own periods', () => {
    const every_s = { default: 60, meter: 900 };
    expect(freshFor('circuits.low.supply_c', every_s)).toBe(180_000);
    expect(freshFor('primary.power_kw', every_s)).toBe(2_700_000);
  });

  it('fall back to the other language of a name', () => {
    expect(nameIn({ zh: '东山三号' }, 'en', 'dongshan-3')).toBe('东山三号');
    expect(nameIn({}, 'en', 'dongshan-3')).toBe('dongshan-3');
  });
});
