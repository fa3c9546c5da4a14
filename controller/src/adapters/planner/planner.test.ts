/** The planner's thread: it answers, and whatever becomes of it the caller is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { PlanRequest } from '../../domain/network/plan/make.ts';
import { createPlanner } from './planner.ts';

const AT = 1_795_305_600_000;
const HOUR_MS = 3_600_000;
const REQUEST: PlanRequest = {
  at: AT,
  outdoor_from: 'held',
  load_from: 'design',
  response: 1,
  cap_margin: 0,
  hours: [0, 1].map((hour) => ({
    from: AT + hour * HOUR_MS,
    to: AT + (hour + 1) * HOUR_MS,
    outdoor_c: -2,
    baseline_kw: 200,
    price_per_mwh: hour === 0 ? 10 : 30,
  })),
  stations: [
    {
      id: 'a',
      stored_h: 0,
      lag_h: 1,
      emitted_k: 0,
      loss_kw_k: 10,
      time_constant_h: 100,
      learned: false,
      band_k: 1,
      room_k: 0,
      coldest_c: -40,
      warmest_c: 17,
      balance_c: 18,
      colder_k: 0,
    },
  ],
};

const dir = mkdtempSync(join(tmpdir(), 'heat-planner-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function program(text: string): URL {
  const file = join(dir, `${text.length}.mjs`);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

describe('the planner', () => {
  it('makes a plan in a thread and says how long it took', async () => {
    const plan = await createPlanner().make(REQUEST);
    expect(plan.classes[0]?.colder_k[0]).toBeGreaterThan(7);
    expect(plan.solve_ms).toBeGreaterThan(0);
  });

  it('says why there is no plan: no solution, a crash, a thread that ends or says nothing', async () => {
    const broken = { ...REQUEST, stations: REQUEST.stations.map((one) => ({ ...one, loss_kw_k: NaN })) };
    await expect(createPlanner().make(broken)).rejects.toThrow(/./);
    const crashing = createPlanner({ program: program("throw new Error('out of memory');") });
    await expect(crashing.make(REQUEST)).rejects.toThrow('out of memory');
    const ending = createPlanner({ program: program('export {};') });
    await expect(ending.make(REQUEST)).rejects.toThrow('the thread ended by itself');
    const silent = createPlanner({ withinMs: 200, program: program('setInterval(() => {}, 1000);') });
    await expect(silent.make(REQUEST)).rejects.toThrow('there was no plan within 0.2 s');
  });

  it('ends what is under way when it is closed', async () => {
    const planner = createPlanner({ program: program('setInterval(() => 0, 10_000);') });
    const made = planner.make(REQUEST);
    await Promise.all([expect(made).rejects.toThrow('ended'), planner.close()]);
  });
});
