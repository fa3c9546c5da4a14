/** The plan's part in the cycle of the network. */
import type { NetworkState } from '../network.ts';
import { planTargets, type PlanTarget } from './plan.ts';

const NOTHING: ReadonlyMap<string, PlanTarget> = new Map();

/** What the plan asks of stations now; nothing while shaving is off. */
export const planned = ({ plan, settings }: NetworkState, now: number): ReadonlyMap<string, PlanTarget> =>
  settings.shaving?.on ? planTargets(plan.plan, now) : NOTHING;
