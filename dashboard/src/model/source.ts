/** A short source as a person limits it, and its stations in the order in which they need looking at; pure. */
import type { ShareState, SourceSettings, SourceStation, SourceView } from '@heat-center/api/source.ts';
import { typedNumber } from './schedule.ts';

export type SourceLimit = NonNullable<SourceSettings['limit']>;

/** How long a limit holds, s; `open`: until somebody ends it. */
export const LIMIT_HOLDS = { open: null, h4: 14_400, h12: 43_200, h24: 86_400, d3: 259_200 } as const;
export type LimitHold = keyof typeof LIMIT_HOLDS;

/** As typed: one of the two at least. */
export interface LimitDraft {
  readonly power_max_kw: string;
  readonly supply_max_c: string;
  readonly hold: LimitHold;
  readonly reason: string;
}

export function limitOf({ power_max_kw, supply_max_c, hold, reason }: LimitDraft, now: number): SourceLimit {
  const hold_s = LIMIT_HOLDS[hold];
  return {
    ...(power_max_kw.trim() === '' ? {} : { power_max_kw: typedNumber(power_max_kw) }),
    ...(supply_max_c.trim() === '' ? {} : { supply_max_c: typedNumber(supply_max_c) }),
    ...(hold_s === null ? {} : { until: Math.round(now) + hold_s * 1000 }),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
}

/** What a limit leaves of what the source gives now, as a share; null where either is unknown. */
export function leftBy({ power_max_kw }: SourceLimit, { total_kw }: Pick<SourceView, 'total_kw'>) {
  return power_max_kw === undefined || total_kw === null || total_kw <= 0 ? null : power_max_kw / total_kw;
}

const URGENCY: Record<ShareState, number> = { starved: 0, floor: 1, limited: 2, open: 3, left_out: 4 };

/** Who does not get even its share first, then who is held lowest; those that are left out last. */
export const bySource = (stations: readonly SourceStation[]): SourceStation[] =>
  stations.toSorted(
    (a, b) =>
      URGENCY[a.state] - URGENCY[b.state] ||
      (a.load ?? Infinity) - (b.load ?? Infinity) ||
      a.id.localeCompare(b.id),
  );
