/** What a plan for peak shaving costs: made in its thread as in the running center, and what the cycle notices of it. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { createPlanner } from '@heat-center/controller/adapters/planner/planner.ts';
import { learnedConstant } from '@heat-center/controller/domain/network/plan/learned.ts';
import type { PlanRequest } from '@heat-center/controller/domain/network/plan/make.ts';
import { exceeded_kw, type Plan } from '@heat-center/controller/domain/network/plan/plan.ts';
import { newLoad } from '@heat-center/controller/domain/learning/load.ts';
import { newHour } from '@heat-center/controller/domain/learning/learning.ts';
import { hoursOf, pastOf } from '@heat-center/controller/domain/learning/testing.ts';
import { LOW, stationConfig } from '@heat-center/controller/domain/testing.ts';
import type { BenchOptions } from './pipeline.ts';

const STATIONS = 1000;
const AT = 1_795_305_600_000;
const HOUR_MS = 3_600_000;
/** A tick of the event loop that is looked at, ms. */
const RESOLUTION_MS = 10;

/** Numbers from 0 to 1 that are the same in each run: a linear congruential generator. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Stations as unlike as those of a real network: enough for all classes. */
function stationsOf(): PlanRequest['stations'] {
  const random = numbers();
  return Array.from({ length: STATIONS }, (_, nth) => ({
    id: `station-${nth}`,
    stored_h: nth % 4 === 0 ? 4.9 : 0.35,
    lag_h: nth % 4 === 0 ? 4 : 0.4,
    emitted_k: 0,
    loss_kw_k: 30 + 60 * random(),
    time_constant_h: 50 + 150 * random(),
    learned: false,
    band_k: random() < 0.2 ? 0.5 : 1,
    room_k: (random() - 0.5) * 0.6,
    coldest_c: -12 - 6 * random(),
    warmest_c: 15,
    balance_c: 18,
    colder_k: 0,
  }));
}

interface Case {
  readonly words: string;
  /** Cap as a share of the day's mean, by hour of the day. */
  readonly cap?: (hour: number) => number | undefined;
  readonly price?: (hour: number) => number;
}

const CASES: readonly Case[] = [
  { words: 'a cap that is kept', cap: () => 1.05 },
  { words: 'a cap in the morning', cap: (hour) => (hour >= 5 && hour < 10 ? 1.05 : undefined) },
  { words: 'a cap that cannot be kept', cap: () => 0.98 },
  { words: 'prices of day and night', price: (hour) => (hour >= 6 && hour < 22 ? 70 : 30) },
];

/** A cold day with a milder afternoon and a morning peak of hot water. */
function requestOf({ cap, price }: Case): PlanRequest {
  const stations = stationsOf();
  const loss_kw_k = stations.reduce((sum, station) => sum + station.loss_kw_k, 0);
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const outdoor_c = -6 + 4 * Math.cos((2 * Math.PI * (hour - 15)) / 24);
    const baseline_kw = loss_kw_k * (18 - outdoor_c) * (hour >= 6 && hour < 9 ? 1.15 : 1);
    return { from: AT + hour * HOUR_MS, to: AT + (hour + 1) * HOUR_MS, outdoor_c, baseline_kw };
  });
  const mean_kw = hours.reduce((sum, { baseline_kw }) => sum + baseline_kw, 0) / hours.length;
  return {
    at: AT,
    outdoor_from: 'forecast',
    load_from: 'measured',
    response: 1,
    cap_margin: 0.02,
    stations,
    hours: hours.map((hour, nth) => {
      const share = cap?.(nth);
      return { ...hour, cap_kw: share && share * mean_kw, price_per_mwh: price?.(nth) };
    }),
  };
}

/** Runs something and tells how long it took, and the longest that the event loop was held up meanwhile, ms. */
async function watched<T>(
  work: () => Promise<T>,
): Promise<{ result: T; wall_ms: number; cpu_ms: number; held_ms: number }> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // The first tick only starts the clock.
  await setTimeout(2 * RESOLUTION_MS);
  delay.reset();
  const began = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const wall_ms = performance.now() - began;
  await setTimeout(2 * RESOLUTION_MS);
  delay.disable();
  const held_ms = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
  return { result, wall_ms, cpu_ms: (user + system) / 1000, held_ms };
}

/** Processor time of fitting what was learned of one building in 60 days, ms. */
function fit_ms(buildings: number): number {
  const config = stationConfig();
  const night = { from_h: 22, to_h: 5, left: 0.5 };
  const house = { a_kw_k: 8, gains_kw: 20, tau_h: 100, curve_room_c: 20, days: 60, scatter_kw: 4, night };
  const pasts = Array.from({ length: buildings }, (_, seed) => pastOf(hoursOf({ ...house, seed: seed + 1 })));
  const before = process.cpuUsage();
  for (const past of pasts) {
    const circuits = new Map([[LOW.id, past]]);
    learnedConstant(config, { hour: newHour(0), rooms: new Map(), load: newLoad(config), circuits });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / buildings;
}

const peakOf = (plan: Plan, of: 'baseline_kw' | 'planned_kw'): string =>
  (Math.max(...plan.hours.map((hour) => hour[of])) / 1000).toFixed(0);

export async function shavingBench({ quick, say }: BenchOptions): Promise<void> {
  const planner = createPlanner();
  // The first thread finds nothing compiled and no file in the system's memory.
  await planner.make(requestOf({ words: '' }));
  say(
    `A plan for ${STATIONS} stations and 24 h, from the request to the plan, in a thread that is started for it:\n`,
  );
  say(
    '| | classes | wall, ms | of it solving | processor, ms | event loop held, ms | peak before, MW | planned | over the cap |',
  );
  say('|---|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const one of quick ? CASES.slice(0, 1) : CASES) {
    const request = requestOf(one);
    const { result: plan, wall_ms, cpu_ms, held_ms } = await watched(() => planner.make(request));
    const figures = [
      plan.classes.length,
      ...[wall_ms, plan.solve_ms, cpu_ms, held_ms].map((ms) => ms.toFixed(0)),
    ];
    const peaks = [
      peakOf(plan, 'baseline_kw'),
      peakOf(plan, 'planned_kw'),
      (exceeded_kw(plan) / 1000).toFixed(1),
    ];
    say(`| ${[one.words, ...figures, ...peaks].join(' | ')} |`);
  }
  const idle = await watched(() => setTimeout(1000));
  say(`| nothing, for a second | – | – | – | – | ${idle.held_ms.toFixed(0)} | – | – | – |`);
  say(
    `\nFitting what was learned of a building in 60 days: ${fit_ms(quick ? 10 : 100).toFixed(2)} ms, in slices of 5 ms.`,
  );
  await planner.close();
}
