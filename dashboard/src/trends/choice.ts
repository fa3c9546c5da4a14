/** What the trends view shows lives in the address. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

/** Length of the time axis, s. */
export const SPANS = { h6: 21_600, h24: 86_400, d3: 259_200, d7: 604_800, d30: 2_592_000 } as const;
export type Span = keyof typeof SPANS;
export const SPAN_KEYS = Object.keys(SPANS).filter((key): key is Span => key in SPANS);

/** How much earlier the compared lines are, s. */
export const EARLIER = { none: 0, d1: 86_400, d7: 604_800 } as const;
export type Earlier = keyof typeof EARLIER;
export const EARLIER_KEYS = Object.keys(EARLIER).filter((key): key is Earlier => key in EARLIER);

/** A point of a station. */
export interface Pick {
  readonly id: string;
  readonly point: string;
}

/** As many as there are colours and dashes; with earlier ones beside them, half. */
export const MOST = 8;

export interface Choice {
  readonly picks: readonly Pick[];
  readonly span: Span;
  readonly earlier: Earlier;
  /** End of the time axis, ms UTC; null follows the present. */
  readonly end: number | null;
}

/** Neither ids of stations nor those of points hold it. */
const BETWEEN = '~';

export const keyOf = ({ id, point }: Pick): string => id + BETWEEN + point;

export function readChoice(query: URLSearchParams): Choice {
  const picks: Pick[] = [];
  for (const key of (query.get('lines') ?? '').split(',')) {
    const [id = '', point = ''] = key.split(BETWEEN);
    if (id !== '' && point !== '' && picks.length < MOST) picks.push({ id, point });
  }
  const end = Number(query.get('end') ?? Number.NaN);
  return {
    picks,
    span: SPAN_KEYS.find((key) => key === query.get('span')) ?? 'h24',
    earlier: EARLIER_KEYS.find((key) => key === query.get('earlier')) ?? 'none',
    end: Number.isSafeInteger(end) && end > 0 ? end : null,
  };
}

export function writeChoice({ picks, span, earlier, end }: Choice): URLSearchParams {
  const query = new URLSearchParams();
  if (picks.length > 0) query.set('lines', picks.map(keyOf).join(','));
  if (span !== 'h24') query.set('span', span);
  if (earlier !== 'none') query.set('earlier', earlier);
  if (end !== null) query.set('end', String(end));
  return query;
}

export function useChoice(): [Choice, (choice: Choice) => void] {
  const [query, setQuery] = useSearchParams();
  const choice = useMemo(() => readChoice(query), [query]);
  const choose = useCallback((next: Choice) => setQuery(writeChoice(next), { replace: true }), [setQuery]);
  return [choice, choose];
}
