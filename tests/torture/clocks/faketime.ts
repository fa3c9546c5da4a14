/** A machine's clock that can be set at any moment, for one process: libfaketime with a file that it reads again and again. */
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [LIBRARY] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');

export const faketimeIsMissing = LIBRARY === undefined;

export interface FakeClock {
  /** For the process whose clock it is. */
  readonly env: NodeJS.ProcessEnv;
  /** From now on the clock is wrong by so much, s. */
  set(ahead_s: number): Promise<void>;
  remove(): Promise<void>;
}

export async function fakeClock(): Promise<FakeClock> {
  const dir = await mkdtemp(join(tmpdir(), 'heat-clock-'));
  const file = join(dir, 'faketime');
  const set = (ahead_s: number): Promise<void> =>
    writeFile(file, `${ahead_s < 0 ? '' : '+'}${Math.round(ahead_s)}\n`);
  await set(0);
  return {
    env: {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Timers hang after a jump back otherwise; no clock jump of a machine moves its monotonic clock.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    set,
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
