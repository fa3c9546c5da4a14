/**
 * Runs the tests of the domain for Stryker in one process: all are loaded once, and a change is switched on for those that
 * run through it. They are plain functions without I/O, so a change costs what its tests cost and no start of a worker.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS, type MutantCoverage, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { beginFile, collected, type Test } from './collect.ts';
import { changeModules, forget } from './modules.ts';

type Instrumented = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
};

/** What the changed code looks at, and where it counts. */
const switches: Instrumented = {};
Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: switches });

/** Longest time of tests for one change, ms of the processor without it: what they do not notice by then has survived. */
const BUDGET_MS = 1000;

export const strykerValidationSchema = {
  properties: { domainTests: { type: 'array', items: { type: 'string' } } },
};

class DomainRunner implements TestRunner {
  static inject = tokens(commonTokens.options);
  readonly #files: readonly string[];
  readonly #tests = new Map<string, Test>();
  #times: Record<string, number> = {};
  #runs = 0;
  #worn = false;

  constructor(options: StrykerOptions) {
    this.#files = options.domainTests as string[];
    // The first failure is enough; the smallest one would take hundreds of runs.
    fc.configureGlobal({ endOnFailure: true });
  }

  // What was changed while modules were loaded needs a new process; that is asked for by failing.
  capabilities = (): { reloadEnvironment: boolean } => ({ reloadEnvironment: true });

  async #load(): Promise<void> {
    if (this.#tests.size > 0) return;
    changeModules(pathToFileURL(`${process.cwd()}/src/`).href);
    for (const file of this.#files) {
      const { href } = pathToFileURL(file);
      beginFile(href, file);
      await import(href);
    }
    for (const test of collected) this.#tests.set(test.id, test);
  }

  async dryRun(): Promise<DryRunResult> {
    await this.#load();
    const tests = [];
    for (const test of this.#tests.values()) {
      switches.currentTestId = test.id;
      const began = process.cpuUsage();
      tests.push(run(test));
      this.#times[test.id] = process.cpuUsage(began).user / 1000;
      switches.currentTestId = undefined;
    }
    writeFileSync('times.json', JSON.stringify(this.#times));
    const mutantCoverage = switches.mutantCoverage ?? { static: {}, perTest: {} };
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const isStatic = options.mutantActivation === 'static';
    if (this.#worn || (isStatic && this.#runs > 0)) throw new Error('This process is worn; use a new one.');
    this.#worn = isStatic;
    if (isStatic) switches.activeMutant = options.activeMutant.id;
    switches.hitCount = undefined;
    await this.#load();
    switches.hitCount = 0;
    switches.hitLimit = options.hitLimit;
    const tests = [];
    for (const test of this.#chosen(options)) {
      switches.activeMutant = options.activeMutant.id;
      const result = run(test);
      switches.activeMutant = isStatic ? options.activeMutant.id : undefined;
      tests.push(result);
      if (result.status !== TestStatus.Failed) continue;
      if (!isStatic) this.#insist(test);
      break;
    }
    this.#runs += 1;
    const limit = determineHitLimitReached(switches.hitCount, options.hitLimit);
    return toMutantRunResult(limit ?? { status: DryRunStatus.Complete, tests });
  }

  /** Those beside the changed file first, then quick ones, and no more than there is time for. */
  #chosen({ testFilter, sandboxFileName }: MutantRunOptions): Test[] {
    if (Object.keys(this.#times).length === 0) this.#times = JSON.parse(readFileSync('times.json', 'utf8'));
    const time = ({ id }: Test): number => this.#times[id] ?? 0;
    const distance = ({ file }: Test): number => {
      if (basename(file) === basename(sandboxFileName).replace('.ts', '.test.ts')) return 0;
      return dirname(sandboxFileName).endsWith(dirname(file)) ? 1 : 2;
    };
    const chosen = testFilter
      ? testFilter.flatMap((id) => this.#tests.get(id) ?? [])
      : [...this.#tests.values()];
    let spent_ms = 0;
    return chosen
      .toSorted((a, b) => distance(a) - distance(b) || time(a) - time(b))
      .filter((test, index) => (spent_ms += time(test)) <= BUDGET_MS || index === 0);
  }

  /** Without the change the test must pass, or an earlier change left something behind and proves nothing about this one. */
  #insist(test: Test): void {
    const hits = switches.hitCount;
    const passed = run(test).status === TestStatus.Success;
    switches.hitCount = hits;
    if (passed) return;
    this.#worn = true;
    if (this.#runs > 0) throw new Error('An earlier change left something behind; use a new process.');
  }
}

function run({ id, title, file, line, column, run: body }: Test): TestResult {
  const at = { id, name: title, fileName: file, startPosition: { line, column } };
  forget();
  const began = performance.now();
  const timeSpentMs = (): number => Math.round(performance.now() - began);
  try {
    body();
    return { ...at, status: TestStatus.Success, timeSpentMs: timeSpentMs() };
  } catch (error) {
    const failureMessage = error instanceof Error ? error.message : String(error);
    return { ...at, status: TestStatus.Failed, failureMessage, timeSpentMs: timeSpentMs() };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'domain', DomainRunner)];
