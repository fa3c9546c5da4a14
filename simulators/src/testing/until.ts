import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_MS = 20_000;

/** Waits until something holds; throws with its name when it does not within 20 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`did not come: ${what}`);
    await sleep(10);
  }
}
