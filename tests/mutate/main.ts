/**
 * `pnpm mutate [PATH …]`: changes the domain in small ways and counts which changes no test notices. Paths are below
 * `controller/src/domain`, for example `physics` or `control/range.ts`.
 */
import { globSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const args = process.argv.slice(2);
const paths = args.length > 0 ? args : ['.'];
const mutated = paths.map((path) =>
  path.endsWith('.ts') ? `src/domain/${path}` : `src/domain/${path}/**/*.ts`,
);

// Each change waits for the tests that run through it: those of its folder and of whole centers, no long random courses.
const folders = paths.map((path) => (path.endsWith('.ts') ? dirname(path) : path));
/** Programmes are tested with the library that solves them. */
const SOLVED =
  paths.includes('network/plan') || paths.includes('.') ? ['src/adapters/planner/make-plan.test.ts'] : [];
const SLOW = ['replay', 'properties', 'control-properties', 'network-properties'];

// Stryker copies the folder in which it runs, and a changed copy must not lie below another package.
process.chdir(`${ROOT}controller`);
const domainTests = globSync(
  ['src/domain/*.test.ts', ...folders.map((folder) => `src/domain/${folder}/**/*.test.ts`), ...SOLVED],
  { exclude: SLOW.map((name) => `**/${name}.test.ts`) },
);

const OTHER_ADAPTERS = readdirSync('src/adapters')
  .filter((folder) => folder !== 'planner')
  .map((folder) => `/src/adapters/${folder}`);

const cache = `${ROOT}.cache/mutation`;
mkdirSync(cache, { recursive: true });
const name = paths.join('+').replaceAll('/', '-').replaceAll('*', 'files');
await new Stryker({
  mutate: [...mutated, '!src/**/*.test.ts', '!src/**/*testing.ts'],
  plugins: [import.meta.resolve('./runner.ts')],
  testRunner: 'domain',
  domainTests: [...new Set(domainTests.map((file) => normalize(file)))].toSorted(),
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 15_000,
  // What the domain never imports; the copy has no base for a tsconfig.
  ignorePatterns: ['/tsconfig.json', '/api', ...OTHER_ADAPTERS, '/src/center', '/src/cli'],
  tsconfigFile: 'none.json',
  tempDirName: `${cache}/copies`,
  incrementalFile: `${cache}/${name}-incremental.json`,
  incremental: true,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  jsonReporter: { fileName: `${cache}/${name}.json` },
  allowConsoleColors: false,
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
}).runMutationTest();
