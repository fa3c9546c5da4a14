/** The plan's part in the cycle of the network. */
import type { NetworkState } from '../network.ts';
import { stepLoad, type LoadStation } from './load.ts';
import { planTargets, shiftedNow, type PlanTarget } from './plan.ts';
import type { PlanState } from './state.ts';

const NOTHING: ReadonlyMap<string, PlanTarget> = new Map();

/** What the plan asks of stations now; nothing while shaving is off. */
export const planned = ({ plan, settings }: NetworkState, now: number): ReadonlyMap<string, PlanTarget> =>
  settings.shaving?.on ? planTargets(plan.plan, now) : NOTHING;

/** Looks at the meters, so that there is something to plan with when shaving is switched on. */
export function stepPlan(
  { plan: state, clock }: NetworkState,
  stations: ReadonlyMap<string, LoadStation>,
  now: number,
): PlanState {
  if (!clock || now < state.load.due_at) return state;
  const shifted_kw = shiftedNow(state.plan, now);
  const load = stepLoad(state.load, { stations: stations.values(), clock, now, shifted_kw });
  return { ...state, load };
}
