import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Outcome, Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const MARKS = { kept: 'kept   ', broken: 'BROKEN ', skipped: 'SKIPPED' } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    replay: { type: 'string' },
  },
});
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
const unknown = positionals.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0 || !Number.isSafeInteger(seed)) {
  console.error(
    `No scenario ${unknown.join(', ')}. Use: pnpm torture [name …] [--seed N] [--quick] [--minutes N] [--replay FILE]`,
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
      figures: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

console.log(`seed ${seed}${values.quick ? ', the short form' : ''}`);
let broken = 0;
for (const scenario of SCENARIOS) {
  const named = positionals.includes(scenario.name);
  if (!named && (positionals.length > 0 || scenario.onlyByName)) continue;
  const started = performance.now();
  // One at a time: each starts processes that would disturb another's figures.
  const outcome = await outcomeOf(scenario);
  const took_s = Math.round((performance.now() - started) / 1000);
  const told = outcome.state === 'skipped' ? `needs ${outcome.missing}` : outcome.figures;
  console.log(`${MARKS[outcome.state]} ${scenario.name.padEnd(24)} ${String(took_s).padStart(5)} s  ${told}`);
  if (outcome.state === 'broken') broken += 1;
}
process.exitCode = broken === 0 ? 0 : 1;
