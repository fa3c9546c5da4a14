import { expect, it } from 'vitest';
import type { HistoryLag } from '../ports.ts';
import { NEW_SOURCE } from '../domain/network/source.ts';
import type { DiskState } from './disk.ts';
import { createTroubles } from './troubles.ts';

it('names what is wrong, and since when it is without a break', () => {
  let now = 1000;
  let journal: string | undefined;
  let disk: DiskState | undefined;
  let unplanned: string | undefined;
  let off_ms = 400;
  let history: HistoryLag = { behind_s: 2, bytes: 10 };
  const troubles = createTroubles({
    now: () => now,
    journal: () => journal,
    clock_off_ms: () => off_ms,
    disk: () => disk,
    history: () => history,
    broker: () => undefined,
    source: () => NEW_SOURCE,
    planner: () => unplanned,
  });
  expect(troubles()).toEqual([]);
  journal = 'ENOSPC';
  disk = { free_bytes: 5 * 2 ** 20, hours_left: 0.52, low: true };
  const unwritable = { code: 'journal_unwritable', since: 1000, params: { detail: 'ENOSPC' } };
  const low = { code: 'disk_low', since: 1000, params: { free_mib: 5, hours_left: 0.5 } };
  expect(troubles()).toEqual([unwritable, low]);
  unplanned = 'no memory';
  off_ms = -3_600_400;
  now = 2000;
  history = { behind_s: 61.4, bytes: 10, set_aside: 3 };
  expect(troubles()).toEqual([
    unwritable,
    { code: 'clock_off', since: 2000, params: { off_s: -3600 } },
    low,
    { code: 'history_behind', since: 2000, params: { behind_s: 61 } },
    { code: 'history_set_aside', since: 2000, params: { lines: 3 } },
    { code: 'planner_stopped', since: 2000, params: { detail: 'no memory' } },
  ]);
  journal = undefined;
  unplanned = undefined;
  off_ms = 0;
  disk = undefined;
  history = { behind_s: 90, bytes: 10, trouble: 'it is away' };
  expect(troubles().map(({ code }) => code)).toEqual(['history_stopped']);
  now = 3000;
  journal = 'ENOSPC';
  expect(troubles()[0]?.since).toBe(3000);
});
