/** The log's filter lives in the address. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';

export const SPANS = { h24: 86_400_000, d7: 604_800_000, d30: 2_592_000_000, all: null } as const;
export type Span = keyof typeof SPANS;
export const SPAN_KEYS = Object.keys(SPANS).filter((key): key is Span => key in SPANS);

export interface LogChoice {
  readonly by: string;
  readonly action: string;
  readonly subject: string;
  readonly span: Span;
}

export const NO_FILTER: LogChoice = { by: '', action: '', subject: '', span: 'd7' };

export function readLogChoice(query: URLSearchParams): LogChoice {
  return {
    by: query.get('by') ?? '',
    action: query.get('action') ?? '',
    subject: query.get('subject') ?? '',
    span: SPAN_KEYS.find((key) => key === query.get('span')) ?? NO_FILTER.span,
  };
}

export function writeLogChoice(choice: LogChoice): URLSearchParams {
  const query = new URLSearchParams();
  for (const key of ['by', 'action', 'subject'] as const) {
    if (choice[key] !== '') query.set(key, choice[key]);
  }
  if (choice.span !== NO_FILTER.span) query.set('span', choice.span);
  return query;
}

/** The question to the API: records before number `before`, none when it is undefined. */
export function auditQueryOf(choice: LogChoice, now: number, before?: number): URLSearchParams {
  const query = new URLSearchParams();
  for (const key of ['by', 'action', 'subject'] as const) {
    if (choice[key] !== '') query.set(key, choice[key]);
  }
  const length = SPANS[choice.span];
  if (length !== null) query.set('from', String(Math.round(now - length)));
  if (before !== undefined) query.set('before', String(before));
  return query;
}

export function useLogChoice(): [LogChoice, (choice: LogChoice) => void] {
  const [query, setQuery] = useSearchParams();
  const choice = useMemo(() => readLogChoice(query), [query]);
  const choose = useCallback(
    (next: LogChoice) => setQuery(writeLogChoice(next), { replace: true }),
    [setQuery],
  );
  return [choice, choose];
}
