/** The plan as people see it. */
import type { NetworkState } from '../network.ts';
import { notPlanned, type NotPlannedWhy, type PlanSubject } from './facts.ts';
import { exceeded_kw, isOver, OVER_AFTER_MS, outcomeOf, type Plan, type PlanOutcome } from './plan.ts';

export interface PlanSummary {
  readonly status: 'off' | 'waiting' | 'lapsed' | PlanOutcome;
  /** Undefined while shaving is off or nothing was planned yet. */
  readonly plan: Plan | undefined;
  readonly until: number | undefined;
  readonly exceeded_kw: number | undefined;
  /** Heat that comes at another time, kWh. */
  readonly shifted_kwh: number | undefined;
  /** Cost saved over the plan, in the currency of the prices. */
  readonly saved: number | undefined;
  readonly left_out: readonly { readonly id: string; readonly why: NotPlannedWhy }[];
}

const HOUR_MS = 3_600_000;

function figuresOf(plan: Plan): Pick<PlanSummary, 'shifted_kwh' | 'saved'> {
  let moved_kwh = 0;
  let saved = 0;
  for (const { from, to, baseline_kw, planned_kw, price_per_mwh } of plan.hours) {
    const less_kwh = ((baseline_kw - planned_kw) * (to - from)) / HOUR_MS;
    moved_kwh += Math.abs(less_kwh);
    saved += (less_kwh / 1000) * (price_per_mwh ?? 0);
  }
  const isPriced = plan.hours.some(({ price_per_mwh }) => price_per_mwh !== undefined);
  // What comes at another time is missing once and more once.
  return { shifted_kwh: moved_kwh / 2, saved: isPriced ? saved : undefined };
}

export function planSummary(
  network: NetworkState,
  stations: ReadonlyMap<string, PlanSubject>,
  now: number,
): PlanSummary {
  const { shaving } = network.settings;
  const none = { plan: undefined, until: undefined, exceeded_kw: undefined, shifted_kwh: undefined };
  if (!shaving?.on) return { status: 'off', ...none, saved: undefined, left_out: [] };
  const left_out = [];
  for (const [id, subject] of stations) {
    const why = subject.config.kind === 'station' && notPlanned(subject, { shaving, network, now });
    if (why) left_out.push({ id, why });
  }
  const { plan } = network.plan;
  if (!plan) return { status: 'waiting', ...none, saved: undefined, left_out };
  return {
    status: isOver(plan, now) ? 'lapsed' : outcomeOf(plan),
    plan,
    until: plan.made_at + OVER_AFTER_MS,
    exceeded_kw: exceeded_kw(plan),
    ...figuresOf(plan),
    left_out,
  };
}
