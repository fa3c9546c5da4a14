/** Has plans made when they are due and takes them in as inputs. What fails here costs the plan, nothing else. */
import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isOutdated, planRequest } from '../domain/network/plan/facts.ts';
import { learnedConstant } from '../domain/network/plan/learned.ts';
import { isPlanDue } from '../domain/network/plan/state.ts';
import type { Planner } from '../ports.ts';
import type { Runtime } from './runtime.ts';

export interface PlanningOptions {
  readonly runtime: Pick<Runtime, 'state' | 'submit'>;
  readonly planner: Planner;
  /** The center's time, ms UTC. */
  readonly now: () => number;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly everyMs?: number;
}

export interface Planning {
  /** Why there is no newer plan; undefined while all is well or shaving is off. */
  readonly trouble: string | undefined;
  close(): Promise<void>;
}

const EVERY_MS = 5000;
const FITTED_AT_ONCE = 10;
/** Between two tries, whatever changes meanwhile. */
const PAUSE_MS = 60_000;

export function startPlanning(options: PlanningOptions): Planning {
  const { runtime, planner, now, log, everyMs = EVERY_MS } = options;
  const { center } = runtime.state;
  let trouble: string | undefined;
  let working: Promise<void> | undefined;
  let askedFor = 0;
  let triedAt = Number.NEGATIVE_INFINITY;
  let isClosing = false;

  /** Fits what was learned of each building, a few at a time: the cycle goes on between them. */
  async function learn(): Promise<void> {
    let fitted = 0;
    for (const [id, { config }] of center.stations) {
      learnedConstant(config, center.network.learning.stations.get(id));
      fitted += 1;
      if (fitted % FITTED_AT_ONCE === 0) await setImmediate();
    }
  }

  async function make(at: number): Promise<void> {
    try {
      await learn();
      const request = isClosing ? undefined : planRequest(center.network, center.stations, now());
      if (!request) return;
      triedAt = at;
      const plan = await planner.make(request);
      await runtime.submit({ kind: 'plan', at: now(), plan });
      if (trouble !== undefined) log.info('plans are made again');
      trouble = undefined;
      log.info({ solve_ms: plan.solve_ms, classes: plan.classes.length }, 'a plan was made');
    } catch (error) {
      triedAt = at;
      trouble = error instanceof Error ? error.message : String(error);
      log.error({ error: trouble }, 'no plan could be made; the last one fades out');
    }
  }

  function look(): void {
    const at = now();
    const { network, stations } = center;
    const isNews = network.plan.asked_at > askedFor;
    if (working || (!isNews && at - triedAt < PAUSE_MS)) return;
    const isDue = isPlanDue(network, at) || isOutdated(network, stations, at);
    if (!isDue) return;
    askedFor = network.plan.asked_at;
    working = make(at).finally(() => {
      working = undefined;
    });
  }

  const timer = setInterval(look, everyMs);
  return {
    get trouble() {
      return center.network.settings.shaving?.on ? trouble : undefined;
    },
    async close() {
      isClosing = true;
      clearInterval(timer);
      await planner.close();
      await working;
    },
  };
}
