import { defineConfig } from 'vitest/config';

/**
 * The tests of the domain beside its code, where Stryker put a changed copy of the controller. Replays, whole scenarios
 * and long random courses are left out: each change would wait for them for minutes, so a score is a lower bound.
 */
export default defineConfig({
  root: process.cwd(),
  test: {
    include: ['src/domain/**/*.test.ts'],
    exclude: [
      '**/node_modules/**',
      '**/{replay,scenario,properties,control-properties}.test.ts',
      '**/network/{balance,mean-free,source-level}.test.ts',
      '**/learning/{learning,estimate}.test.ts',
    ],
    maxWorkers: 1,
    testTimeout: 20_000,
  },
});
