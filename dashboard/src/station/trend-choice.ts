/** Points and span of the trend live in the address. */
import type { StationView } from '@heat-center/api/stations.ts';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { circuitsOf } from '../model/deviation.ts';

export const SPANS = { h1: 3600, h6: 21_600, h24: 86_400, h48: 172_800, d7: 604_800 } as const;
export type Span = keyof typeof SPANS;
export const SPAN_KEYS = Object.keys(SPANS).filter((key): key is Span => key in SPANS);

export const MOST_POINTS = 8;

export interface TrendChoice {
  readonly points: readonly string[];
  readonly span: Span;
  readonly choose: (points: readonly string[], span: Span) => void;
  /** Shows one point, with its setpoint where it has one. */
  readonly show: (point: string) => void;
}

const SETPOINT_OF: Readonly<Record<string, string>> = {
  supply_c: 'supply_set_c',
  flow_m3_h: 'flow_set_m3_h',
  dp_kpa: 'dp_set_kpa',
};

/** A circuit's quantity together with its setpoint in force, where the station reports one. */
export function withSetpoint(point: string, known: Readonly<Record<string, unknown>>): readonly string[] {
  const parts = point.split('.');
  const set = SETPOINT_OF[parts[2] ?? ''];
  if (parts[0] !== 'circuits' || parts.length !== 3 || set === undefined) return [point];
  const setPoint = `circuits.${parts[1]}.${set}`;
  return setPoint in known ? [point, setPoint] : [point];
}

/** What says most about a station at a glance. */
export function defaultPoints(view: StationView): readonly string[] {
  const [circuit] = circuitsOf(view);
  const wanted = [
    ...(view.kind === 'source' ? ['primary.supply_c'] : []),
    ...(circuit === undefined ? [] : withSetpoint(`circuits.${circuit}.supply_c`, view.points)),
    `circuits.${circuit}.return_c`,
    'primary.return_c',
  ];
  const found = wanted.filter((point) => point in view.points);
  return found.length > 0 ? found : Object.keys(view.points).slice(0, 2);
}

export function useTrendChoice(view: StationView | undefined): TrendChoice {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('points');
  const span = SPAN_KEYS.find((key) => key === query.get('span')) ?? 'h6';
  // The defaults depend on which points there are, not on their values.
  const names = view ? Object.keys(view.points).toSorted().join(',') : '';
  const points = useMemo(() => {
    if (asked !== null) return asked === '' ? [] : asked.split(',').slice(0, MOST_POINTS);
    return view ? defaultPoints(view) : [];
    // oxlint-disable-next-line react/exhaustive-deps -- `names` stands for what matters of the view
  }, [asked, names]);

  const choose = useCallback(
    (next: readonly string[], nextSpan: Span) => {
      setQuery({ points: next.slice(0, MOST_POINTS).join(','), span: nextSpan }, { replace: true });
    },
    [setQuery],
  );
  const known = view?.points;
  const show = useCallback(
    (point: string) => choose(withSetpoint(point, known ?? {}), span),
    [choose, known, span],
  );
  return { points, span, choose, show };
}
