/** What the network remembers of its plan. Plain data: it is snapshotted whole. */
import type { NetworkSettings } from '../settings.ts';
import type { Plan } from './plan.ts';

export interface PlanState {
  /** The last plan that was taken, also after it has faded out: rooms come back slowly. */
  readonly plan: Plan | undefined;
  /** Settings or forecast changed then: an older plan is not up to date, ms UTC. */
  readonly asked_at: number;
}

export const NEW_PLAN_STATE: PlanState = { plan: undefined, asked_at: 0 };

/** Nothing is asked any more from `now` on; what was asked before is still known. */
function ended(plan: Plan, now: number): Plan {
  const hours = plan.hours
    .filter(({ from }) => from < now)
    .map((hour) => ({ ...hour, to: Math.min(hour.to, now) }));
  return { ...plan, hours };
}

/** What a plan rests on changed: one is wanted anew. */
export const askPlan = (state: PlanState, now: number): PlanState => ({ ...state, asked_at: now });

/** Settings changed: a plan is wanted anew, or the one in force ends. */
export function settlePlan(state: PlanState, settings: NetworkSettings, now: number): PlanState {
  const { plan } = state;
  if (settings.shaving?.on) return askPlan(state, now);
  return { ...state, plan: plan && ended(plan, now) };
}

/** Takes a plan that was made; an older one than the last is left alone. */
export function takePlan(state: PlanState, plan: Plan): PlanState {
  return state.plan && plan.made_at < state.plan.made_at ? state : { ...state, plan };
}

/** So long after an hour what it showed has been learned. */
const LEARNED_AFTER_MS = 90_000;

/** Whether a plan should be made now: there is none, its first hour has passed and was learned from, or what it rests on has changed. */
export function isPlanDue(
  network: { readonly plan: PlanState; readonly settings: NetworkSettings },
  now: number,
): boolean {
  const { plan, asked_at } = network.plan;
  if (!network.settings.shaving?.on) return false;
  const [first] = plan?.hours ?? [];
  return !plan || !first || plan.made_at < asked_at || now >= first.to + LEARNED_AFTER_MS;
}
