/**
 * The planner from the main thread's side. Each plan is made in a thread of its own, which ends with it: whatever
 * happens there the center goes on, and between two plans the solver takes no memory.
 */
import { Worker } from 'node:worker_threads';
import type { Planner } from '../../ports.ts';
import type { FromPlanner } from './protocol.ts';

export interface PlannerOptions {
  /** A thread that says nothing for so long is ended, ms. */
  readonly withinMs?: number;
  /** The thread's program; another one in tests. */
  readonly program?: URL;
}

const WITHIN_MS = 30_000;
/** Most that the thread may keep on its heap beside the solver's own memory. */
const HEAP_MB = 256;

export function createPlanner(options: PlannerOptions = {}): Planner {
  const { withinMs = WITHIN_MS, program = new URL('./worker.ts', import.meta.url) } = options;
  const working = new Set<Worker>();

  return {
    make: (request) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(program, {
          workerData: request,
          name: 'planner',
          resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
        });
        working.add(worker);
        const late = setTimeout(() => {
          reject(new Error(`there was no plan within ${withinMs / 1000} s`));
          void worker.terminate();
        }, withinMs);
        worker.once('message', (message: FromPlanner) => {
          if (message.type === 'plan') resolve(message.plan);
          else reject(new Error(message.message));
          void worker.terminate();
        });
        worker.once('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
        worker.once('exit', () => {
          clearTimeout(late);
          working.delete(worker);
          reject(new Error('the thread ended by itself'));
        });
      }),
    async close() {
      await Promise.all([...working].map((worker) => worker.terminate()));
    },
  };
}
