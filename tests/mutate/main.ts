/**
 * `pnpm mutate [PATH …]`: changes the domain in small ways and counts which changes no test notices. Paths are below
 * `controller/src/domain`, for example `physics` or `control/range.ts`; all of it takes hours.
 */
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const paths = process.argv.slice(2);
const mutated = (paths.length > 0 ? paths : ['.']).map((path) =>
  path.endsWith('.ts') ? `src/domain/${path}` : `src/domain/${path}/**/*.ts`,
);

// Stryker copies the folder in which it runs, and a changed copy must not lie below another package.
process.chdir(`${ROOT}controller`);
await new Stryker({
  mutate: [...mutated, '!src/**/*.test.ts', '!src/**/*testing.ts'],
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
  testRunner: 'vitest',
  vitest: { configFile: `${ROOT}tests/mutate/vitest.config.ts`, related: true },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // What the domain never imports; the copy has no base for a tsconfig.
  ignorePatterns: ['/tsconfig.json', '/api', '/src/adapters', '/src/center', '/src/cli'],
  tsconfigFile: 'none.json',
  tempDirName: `${ROOT}.cache/mutation`,
  incrementalFile: `${ROOT}.cache/mutation-incremental.json`,
  incremental: true,
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: `${ROOT}.cache/mutation.json` },
  allowConsoleColors: false,
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
}).runMutationTest();
