import { randomInt } from 'node:crypto';
import { setPriority } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { runLane, type Told } from './lane.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { ALONE, RECKONED, SCENARIOS, SIDE_BY_SIDE } from './scenarios.ts';

const MARKS = { kept: 'kept   ', broken: 'BROKEN ', skipped: 'SKIPPED' } as const;
/** Takes what others leave. */
const LOW_PRIORITY = 15;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    replay: { type: 'string' },
    low: { type: 'boolean', default: false },
  },
});
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
const unknown = positionals.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0 || !Number.isSafeInteger(seed)) {
  console.error(
    `No scenario ${unknown.join(', ')}. Use: pnpm torture [name …] [--seed N] [--quick] [--minutes N] [--replay FILE] [--low]`,
  );
  for (const { name, promise } of SCENARIOS) console.error(`  ${name.padEnd(24)} ${promise}`);
  process.exit(2);
}

async function outcomeOf(scenario: Scenario): Promise<Outcome> {
  const say = (line: string): void => console.error(`  ${scenario.name}: ${line}`);
  try {
    const { quick, replay } = values;
    const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
    return await scenario.run({ seed, quick, say, minutes, replay });
  } catch (error) {
    return {
      state: 'broken',
      figures: inspect(error),
    };
  }
}

async function runHere(scenarios: readonly Scenario[]): Promise<Told[]> {
  const told: Told[] = [];
  for (const scenario of scenarios) {
    const started = performance.now();
    const outcome = await outcomeOf(scenario);
    const took_s = Math.round((performance.now() - started) / 1000);
    const words = outcome.state === 'skipped' ? `needs ${outcome.missing}` : outcome.figures;
    console.log(
      `${MARKS[outcome.state]} ${scenario.name.padEnd(24)} ${String(took_s).padStart(5)} s  ${words}`,
    );
    told.push({ name: scenario.name, state: outcome.state });
  }
  return told;
}

/** Each lane is a process of its own, since many scenarios play their stations in theirs. */
async function runAll(): Promise<Told[]> {
  const lane = (scenarios: readonly Scenario[], ...more: string[]): Promise<Told[]> =>
    runLane(scenarios, ['--seed', String(seed), ...(values.quick ? ['--quick'] : []), ...more]);
  const told = await Promise.all([...SIDE_BY_SIDE.map((row) => lane(row)), lane(RECKONED, '--low')]);
  return [...told.flat(), ...(await lane(ALONE))];
}

if (values.low) setPriority(LOW_PRIORITY);
const isLane = process.send !== undefined;
if (!isLane) console.log(`seed ${seed}${values.quick ? ', the short form' : ''}`);
const started = performance.now();
const told =
  positionals.length > 0
    ? await runHere(SCENARIOS.filter(({ name }) => positionals.includes(name)))
    : await runAll();
if (process.send) await new Promise((resolve) => process.send?.(told, resolve));
const those = (state: Told['state']): string[] =>
  told.filter((one) => one.state === state).map(({ name }) => name);
if (!isLane && told.length > 1) {
  const minutes = Math.round((performance.now() - started) / 60_000);
  const parts = (['kept', 'broken', 'skipped'] as const).map((state) => `${those(state).length} ${state}`);
  console.log(
    `${parts.join(', ')} in ${minutes} min, seed ${seed}: ${those('broken').join(', ') || 'nothing'} broken`,
  );
}
process.exitCode = those('broken').length === 0 ? 0 : 1;
// What a broken scenario left open must not hold up the others.
if (isLane) process.exit();
