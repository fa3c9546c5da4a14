/** `pnpm scenario [name …] [--short]`: runs scenarios, prints their figures and writes a page with plots of each. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { page } from './page.ts';
import { readReferences, referenceOf, writeReferences, type References } from './references.ts';
import { table, type Outcomes } from './report.ts';
import { runScenario, type Scenario, type Strategy } from './run.ts';
import { SCENARIOS } from './scenarios.ts';

const FOLDER = join(import.meta.dirname, '../../data/scenarios');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: 'boolean', default: false },
    'write-references': { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  console.error(`No scenario ${unknown.join(', ')}. Use: pnpm scenario [name …] [--short]`);
  for (const { name, what } of SCENARIOS) console.error(`  ${name.padEnd(18)} ${what}`);
  process.exit(2);
}
const short = values.short || values['write-references'];

function outcomesOf(scenario: Scenario): Outcomes {
  const { stations, hours } = short ? scenario.short : scenario;
  const outcome = (strategy: Strategy, changed = scenario, title: string = strategy) => {
    const started = performance.now();
    const result = runScenario(changed, { strategy, stations, hours });
    console.error(`  ${scenario.name}, ${title}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return result;
  };
  const all = { center: outcome('center'), fixed: outcome('fixed'), alone: outcome('alone') };
  if (!scenario.without) return all;
  const { title, changes } = scenario.without;
  return { ...all, without: { title, outcome: outcome('center', { ...scenario, ...changes }, title) } };
}

mkdirSync(FOLDER, { recursive: true });
const references: References = readReferences();
for (const scenario of SCENARIOS) {
  if (positionals.length > 0 && !positionals.includes(scenario.name)) continue;
  const { stations, hours } = short ? scenario.short : scenario;
  const form = `${stations} stations, ${hours} h`;
  const outcomes = outcomesOf(scenario);
  const file = join(FOLDER, `${scenario.name}.html`);
  writeFileSync(file, page(scenario, form, outcomes));
  console.log(`\n## ${scenario.name}\n\n${scenario.what}; ${form}\n\n${table(outcomes)}\n\n${file}`);
  references[scenario.name] = referenceOf(outcomes);
}
if (values['write-references']) writeReferences(references);
