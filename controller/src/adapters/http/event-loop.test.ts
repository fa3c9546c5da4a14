import { afterEach, expect, it } from 'vitest';
import { watchEventLoop, type EventLoopWatch } from './event-loop.ts';

let watch: EventLoopWatch;
afterEach(() => watch.close());

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Uses the processor until this thread has had so much of it, however much others take. */
function work(ms: number): void {
  const before = process.threadCpuUsage();
  let used = 0;
  while (used < ms * 1000) {
    const { user, system } = process.threadCpuUsage(before);
    used = user + system;
  }
}

it('counts as a stall what the thread itself worked without a pause', async () => {
  watch = watchEventLoop();
  await sleep(50);
  work(250);
  await sleep(50);
  const figures = watch.read();
  expect(figures.event_loop_stalls).toBe(1);
  expect(figures.event_loop_busy_max_seconds).toBeGreaterThan(0.25);
  expect(figures.event_loop_delay_max_seconds).toBeGreaterThan(0.2);
  expect(watch.read().event_loop_busy_max_seconds).toBeLessThan(0.2);
});

it('does not count a wait for others', async () => {
  watch = watchEventLoop();
  await sleep(50);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  await sleep(50);
  const figures = watch.read();
  expect(figures.event_loop_stalls).toBe(0);
  expect(figures.event_loop_delay_max_seconds).toBeGreaterThan(0.2);
});
