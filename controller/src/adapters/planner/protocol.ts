/** What the planner's thread answers. It is started with the request and ends with the answer. */
import type { Plan } from '../../domain/network/plan/plan.ts';

export type FromPlanner =
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'refusal'; readonly message: string };
