import { sourceLimit, sourceLimitBody } from '@heat-center/api/source.ts';
import type { SourcePreview, SourceStation } from '@heat-center/api/source.ts';
import { describe, expect, it } from 'vitest';
import { byLoss, bySource, effectOf, LIMIT_HOLDS, limitOf } from './source.ts';

const draft = { power_max_kw: '', supply_max_c: '', hold: 'open', reason: ' ' } as const;

describe('a limit of the source', () => {
  it('says what was typed and nothing else', () => {
    expect(limitOf({ ...draft, power_max_kw: '6500' })).toEqual({ power_max_kw: 6500 });
    const limit = limitOf({ ...draft, supply_max_c: '85', reason: 'boiler 2' });
    expect(limit).toEqual({ supply_max_c: 85, reason: 'boiler 2' });
    expect(sourceLimit.safeParse(limit).success).toBe(true);
    expect(sourceLimit.safeParse(limitOf(draft)).success).toBe(false);
  });

  it('may hold for each of the times that are offered', () => {
    for (const hold_s of Object.values(LIMIT_HOLDS)) {
      if (hold_s === null) continue;
      expect(sourceLimitBody.safeParse({ power_max_kw: 1, hold_s }).success).toBe(true);
    }
  });
});

describe('what a limit would do', () => {
  type Station = SourcePreview['stations'][number];
  const station = (id: string, less_kw: number | null, other: Partial<Station> = {}): Station => ({
    id,
    priority: 'ordinary',
    state: 'limited',
    why: null,
    power_kw: 1000,
    less_kw,
    ...other,
  });
  const stations = [
    station('a', 200),
    station('b', 300),
    station('c', 0, { state: 'open' }),
    station('d', 50, { priority: 'school' }),
    station('e', 0.2, { priority: 'hospital' }),
    station('f', null, { state: 'left_out', why: 'local' }),
    station('g', null),
  ];

  it('is told for those who give, who are spared, who take no part', () => {
    expect(effectOf(stations)).toEqual({
      ordinary: { count: 2, power_kw: 2000, less_kw: 500 },
      priority: { count: 1, power_kw: 1000, less_kw: 50 },
      spared: { ordinary: 1, priority: 1 },
      left_out: 1,
      unknown: 1,
    });
  });

  it('lists first who loses most of what it has', () => {
    const small = station('z', 100, { power_kw: 200 });
    expect(byLoss([...stations, small]).map(({ id }) => id)).toEqual([
      'z',
      'b',
      'a',
      'd',
      'e',
      'c',
      'f',
      'g',
    ]);
  });
});

describe('stations of a short source', () => {
  const station = (id: string, state: SourceStation['state'], load: number | null): SourceStation => ({
    id,
    priority: 'ordinary',
    state,
    why: null,
    power_kw: null,
    design_kw: null,
    load,
    load_from: null,
    share: null,
    floor: null,
    after: null,
  });

  it('come in the order in which somebody should look at them', () => {
    const stations = [
      station('e', 'left_out', null),
      station('d', 'open', 0.5),
      station('b', 'limited', 0.7),
      station('c', 'limited', 0.8),
      station('a', 'starved', 0.6),
    ];
    expect(bySource(stations).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
