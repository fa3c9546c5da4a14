import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**'];

/** Unit tests stand beside the code; tests here cross packages, drive real processes or hold the repository to its rules. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    exclude,
    // Real brokers, databases and browsers share two cores with the tests.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: process.env.CI ? ['default'] : ['dot'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'broker/**/*.test.ts',
            'controller/**/*.test.ts',
            'dashboard/**/*.test.{ts,tsx}',
            'simulators/**/*.test.ts',
          ],
          exclude,
        },
      },
      { extends: true, test: { name: 'rules', include: ['tests/rules/**/*.test.ts'], exclude } },
      { extends: true, test: { name: 'contract', include: ['tests/contract/**/*.test.ts'], exclude } },
      {
        extends: true,
        test: {
          name: 'scenarios',
          include: ['tests/scenarios/**/*.test.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/system/**/*.test.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each starts a whole center; side by side they would only measure each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
