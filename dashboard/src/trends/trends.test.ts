import { describe, expect, it } from 'vitest';
import { MOST, readChoice, writeChoice } from './choice.ts';
import { panelsOf } from './lines.ts';
import type { TrendLine } from './lines.ts';

const line = (point: string, key = point): TrendLine => ({
  key,
  name: key,
  series: { point, unit: '', total: 0, points: [] },
  every_s: { default: 10, meter: 60 },
  style: 0,
  earlier: false,
});

describe('the trends view', () => {
  it('keeps stations, points, span, comparison and end in the address', () => {
    const choice = {
      picks: [
        { id: 'yingze-1', point: 'circuits.low.supply_c' },
        { id: 'binhe-2', point: 'rooms.5-2-301.air_c' },
      ],
      span: 'd7',
      earlier: 'd1',
      end: 1_795_305_600_000,
    } as const;
    expect(readChoice(new URLSearchParams(writeChoice(choice).toString()))).toEqual(choice);
  });

  it('follows the present and shows nothing where the address says nothing usable', () => {
    expect(readChoice(new URLSearchParams('lines=a,~b,c~&end=soon&span=x'))).toEqual({
      picks: [],
      span: 'h24',
      earlier: 'none',
      end: null,
    });
  });

  it('shows no more lines than there are colours', () => {
    const lines = Array.from({ length: 20 }, (_, n) => `s-${n}~outdoor_c`).join(',');
    expect(readChoice(new URLSearchParams({ lines })).picks).toHaveLength(MOST);
  });

  it('puts lines of one unit together and each state by itself', () => {
    const panels = panelsOf([
      line('circuits.low.supply_c', 'a'),
      line('primary.flow_m3_h', 'b'),
      line('circuits.low.supply_c', 'c'),
      line('circuits.low.follows', 'd'),
    ]);
    expect(panels.map(({ unit, lines }) => [unit, lines.map(({ key }) => key).join('')])).toEqual([
      ['°C', 'ac'],
      ['m³/h', 'b'],
      ['', 'd'],
    ]);
  });
});
