import { sourceLimit } from '@heat-center/api/source.ts';
import type { SourceStation } from '@heat-center/api/source.ts';
import { describe, expect, it } from 'vitest';
import { bySource, leftBy, limitOf } from './source.ts';

const NOW = 1_795_305_600_000.4;
const draft = { power_max_kw: '', supply_max_c: '', hold: 'open', reason: ' ' } as const;

describe('a limit of the source', () => {
  it('says what was typed and nothing else', () => {
    expect(limitOf({ ...draft, power_max_kw: '6500' }, NOW)).toEqual({ power_max_kw: 6500 });
    const timed = limitOf({ ...draft, supply_max_c: '85', hold: 'h4', reason: 'boiler 2' }, NOW);
    expect(timed).toEqual({ supply_max_c: 85, until: 1_795_320_000_000, reason: 'boiler 2' });
    expect(sourceLimit.safeParse(timed).success).toBe(true);
    expect(sourceLimit.safeParse(limitOf(draft, NOW)).success).toBe(false);
  });

  it('leaves a share of what is given now', () => {
    expect(leftBy({ power_max_kw: 600 }, { total_kw: 800 })).toBe(0.75);
    expect(leftBy({ supply_max_c: 85 }, { total_kw: 800 })).toBeNull();
    expect(leftBy({ power_max_kw: 600 }, { total_kw: null })).toBeNull();
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
