/** The planner's thread: one request, one plan. Started by `planner.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { makePlan, type PlanRequest } from '../../domain/network/plan/make.ts';
import { createSolver } from './highs.ts';
import type { FromPlanner } from './protocol.ts';

const request: PlanRequest = workerData;
if (!parentPort) throw new Error('worker.ts runs as a worker thread only');
const port = parentPort;
const post = (message: FromPlanner): void => port.postMessage(message);

try {
  const solve = await createSolver();
  const began = performance.now();
  const plan = makePlan(request, solve);
  post({ type: 'plan', plan: { ...plan, solve_ms: Math.round(performance.now() - began) } });
} catch (error) {
  post({ type: 'refusal', message: error instanceof Error ? error.message : String(error) });
}
