import { describe, expect, it } from 'vitest';
import { loadLines, loadSum } from './load.ts';

const HOUR = 3_600_000;
const hours = [500, 700, 600].map((load_kw, place) => ({
  at: (place + 1) * HOUR,
  outdoor_c: -place,
  load_kw,
  error_kw: 550,
}));

describe('a load forecast', () => {
  it('stands in the middle of its hours, with its error and never below nothing', () => {
    const lines = new Map(loadLines(hours).map(({ key, series }) => [key, series.points]));
    expect(lines.get('load')?.[0]).toEqual([HOUR / 2, 500, 'good']);
    expect(lines.get('high')?.map(([, value]) => value)).toEqual([1050, 1250, 1150]);
    expect(lines.get('low')?.map(([, value]) => value)).toEqual([0, 150, 50]);
    expect(loadLines([])).toEqual([]);
  });

  it('is summed up over the hours that it has', () => {
    expect(loadSum(hours, 2)).toEqual({ hours: 2, kwh: 1200, peak_kw: 700, peak_at: 2 * HOUR });
    expect(loadSum(hours, 24)).toBeNull();
  });
});
