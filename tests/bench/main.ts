/**
 * `pnpm bench [cycle|network|pipeline|live|overview|plant|shaving]…`: figures measured side by side in one run. Ratios hold from machine to machine, absolute
 * figures do not.
 */
import { cycleBench } from './cycle.ts';
import { pipelineBench } from './pipeline.ts';
import { liveBench } from './live.ts';
import { networkBench } from './network.ts';
import { overviewBench } from './overview.ts';
import { plantBench } from './plant.ts';
import { shavingBench } from './shaving.ts';

const BENCHES = {
  cycle: cycleBench,
  network: networkBench,
  pipeline: pipelineBench,
  live: liveBench,
  overview: overviewBench,
  plant: plantBench,
  shaving: shavingBench,
} as const;

const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const quick = process.argv.includes('--quick');
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n## ${name}\n\n`);
  await bench({ quick, say: (line) => process.stdout.write(`${line}\n`) });
}
process.exit(0);
