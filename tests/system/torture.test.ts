import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../torture/scenarios.ts';

/** A fixed seed: what fails here fails again with `pnpm torture NAME --quick --seed 20261122`. */
const SEED = 20261122;

describe('promises under faults, the short form', () => {
  it.each(SCENARIOS.filter(({ name }) => name !== 'soak'))(
    '$name: $promise',
    async ({ run }) => {
      const said: string[] = [];
      const outcome = await run({ seed: SEED, quick: true, say: (line) => said.push(line) });
      if (outcome.state === 'skipped') {
        console.warn(`SKIPPED: needs ${outcome.missing}`);
        return;
      }
      expect(outcome.state, `${outcome.figures}\n${said.join('\n')}`).toBe('kept');
    },
    180_000,
  );

  it('names each scenario once', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});
