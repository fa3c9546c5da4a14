/** Scenarios one after the other in a process of their own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Outcome, Scenario } from './scenario.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

export interface Told {
  readonly name: string;
  readonly state: Outcome['state'];
}

/** The process prints its lines itself; what it did not come to when it died is broken. */
export async function runLane(scenarios: readonly Scenario[], args: readonly string[]): Promise<Told[]> {
  const names = scenarios.map(({ name }) => name);
  const child = fork(MAIN, [...names, ...args]);
  let told: readonly Told[] = names.map((name) => ({ name, state: 'broken' }));
  child.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sent by the same file
    told = message as Told[];
  });
  await once(child, 'exit');
  return [...told];
}
