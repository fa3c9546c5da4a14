/** The overview's filters and order live in the address, so that it can be sent to a colleague. */
import { stationState } from '@heat-center/api/stations.ts';
import type { StationState } from '@heat-center/api/stations.ts';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { SORT_KEYS } from '../model/order.ts';
import type { SortKey } from '../model/order.ts';

export interface Choice {
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly search: string;
  readonly states: ReadonlySet<StationState>;
  readonly area: string;
}

export const STATES = stationState.options;

/** Where the interesting end of a column is its high one, the first click sorts downwards. */
const HIGH_FIRST: ReadonlySet<SortKey> = new Set([
  'deviation',
  'flow',
  'power',
  'supply',
  'return',
  'primary',
]);

export function readChoice(query: URLSearchParams): Choice {
  const asked = query.get('state')?.split(',') ?? [];
  return {
    sort: SORT_KEYS.find((key) => key === query.get('sort')) ?? 'exception',
    descending: query.get('desc') === '1',
    search: query.get('q') ?? '',
    states: new Set(STATES.filter((state) => asked.includes(state))),
    area: query.get('area') ?? '',
  };
}

export function writeChoice(choice: Choice): URLSearchParams {
  const query = new URLSearchParams();
  if (choice.sort !== 'exception') query.set('sort', choice.sort);
  if (choice.descending) query.set('desc', '1');
  if (choice.search !== '') query.set('q', choice.search);
  if (choice.states.size > 0) query.set('state', [...choice.states].join(','));
  if (choice.area !== '') query.set('area', choice.area);
  return query;
}

/** The next order after a click on a column: its own direction first, then the other. */
export function nextSort(choice: Choice, key: SortKey): Choice {
  if (choice.sort === key) return { ...choice, descending: !choice.descending };
  return { ...choice, sort: key, descending: HIGH_FIRST.has(key) };
}

export function useChoice(): [Choice, (choice: Choice) => void] {
  const [query, setQuery] = useSearchParams();
  const choice = useMemo(() => readChoice(query), [query]);
  const choose = useCallback((next: Choice) => setQuery(writeChoice(next), { replace: true }), [setQuery]);
  return [choice, choose];
}
