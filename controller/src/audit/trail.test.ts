import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stationRegistration } from '@heat-center/api/stations.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerStation } from '../adapters/registry/registration.ts';
import { openRegistry, type RegistryFile } from '../adapters/registry/registry.ts';
import type { AuditEntry, AuditTrail } from './port.ts';
import { openCenterAudit, parseAnchor } from './open.ts';
import { openAuditLog } from './log.ts';
import { HEAD_SETTING, openTrail as openTrailOf } from './trail.ts';
import { verifyAudit } from './verify.ts';

const NOW = 1_795_305_600_000;

let dir: string;
let audit: string;
let registry: RegistryFile;
let trail: AuditTrail;

const openTrail = (): Promise<AuditTrail> =>
  openCenterAudit({ dir: audit, registry, now: () => NOW, log: pino({ level: 'silent' }) });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'heat-trail-'));
  audit = join(dir, 'audit');
  registry = openRegistry(join(dir, 'registry.sqlite'));
  trail = await openTrail();
});
afterEach(async () => {
  vi.useRealTimers();
  await trail.close();
  registry.close();
  rmSync(dir, { recursive: true });
});

const entry = (action: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: NOW,
  by: 'anna',
  action,
  subject: 'center',
  before: null,
  after: null,
  ...more,
});

const add = (id: string): string =>
  registry.addStation(registerStation(stationRegistration.parse({ id })), { by: 'anna', at: NOW });

const actions = async (): Promise<string[]> =>
  (await trail.list({ limit: 100 })).entries
    .map(({ action, subject }) => `${action} ${subject}`)
    .toReversed();

describe('the trail', () => {
  it('takes over what the registry noted, once', async () => {
    add('a');
    add('b');
    await Promise.all([trail.settle(), trail.settle(), trail.record(entry('login'))]);
    await trail.settle();
    expect((await actions()).toSorted()).toEqual(['add a', 'add b', 'login center']);
    expect(registry.notes()).toEqual([]);
  });

  it('after a kill takes over what was left, and writes nothing twice', async () => {
    add('a');
    const [left] = registry.notes();
    await trail.settle();
    // As if the process had died between the flush of the log and the drop of the note.
    if (left) registry.note(left.entry);
    add('b');
    trail = await openTrail();
    expect(await actions()).toEqual(['add a', 'add b']);
    expect(registry.notes()).toEqual([]);
  });

  it('tells two notes apart that differ only in their content', async () => {
    add('a');
    await trail.settle();
    // The number of a dropped note is given again.
    add('b');
    trail = await openTrail();
    expect(await actions()).toEqual(['add a', 'add b']);
  });

  it('anchors its end in the registry, so that a cut is noticed', async () => {
    await trail.record(entry('login'));
    await trail.close();
    const anchor = parseAnchor(registry.setting(HEAD_SETTING));
    expect(anchor).toEqual((await verifyAudit(audit)).head);
    rmSync(join(audit, '0000000000000001.audit'));
    trail = await openTrail();
    expect(await actions()).toEqual(['audit_cut center']);
  });

  it('goes on beside a registry that cannot be written, and catches up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let isFull = true;
    let unanchored = 0;
    const write = (work: () => void): void => {
      if (isFull) throw new Error('database or disk is full');
      work();
    };
    add('a');
    trail = await openTrailOf({
      dir: audit,
      log: await openAuditLog({ dir: audit, anchor: undefined }),
      source: {
        notes: () => registry.notes(),
        dropNotes: (n) => write(() => registry.dropNotes(n)),
        setSetting: (name, value) => write(() => registry.setSetting(name, value)),
      },
      now: () => NOW,
      onUnanchored: () => {
        unanchored += 1;
      },
    });
    add('b');
    await trail.settle();
    await trail.settle();
    vi.advanceTimersByTime(5000);
    expect(unanchored).toBe(1);
    expect(registry.setting(HEAD_SETTING)).toBeUndefined();
    expect(registry.notes()).toHaveLength(2);
    isFull = false;
    vi.advanceTimersByTime(1000);
    expect(parseAnchor(registry.setting(HEAD_SETTING))).toMatchObject({ n: 2 });
    await trail.settle();
    expect(registry.notes()).toEqual([]);
    add('c');
    await trail.settle();
    // Each once, although the registry could not drop the first two for a while.
    expect(await actions()).toEqual(['add a', 'add b', 'add c']);
  });

  it('bounds what refusals may write, and counts the rest', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    trail = await openTrail();
    for (let n = 0; n < 100; n += 1) await trail.refused(entry('login_refused'));
    expect(await actions()).toHaveLength(60);
    vi.advanceTimersByTime(60_000);
    await vi.waitFor(async () => expect(await actions()).toHaveLength(61));
    const [last] = (await trail.list({ limit: 1 })).entries;
    expect(last).toMatchObject({ action: 'refusals_unheard', by: 'center', after: '{"count":40}' });
  });

  it('is searched by time, person, action and subject, in pages without gaps', async () => {
    for (let n = 1; n <= 25; n += 1) {
      const who = { by: n % 2 ? 'anna' : 'li', subject: n % 5 ? 'a' : 'b', at: NOW + n };
      await trail.record(entry(n % 3 ? 'wish' : 'login', who));
    }
    const numbers = async (query: object): Promise<number[]> =>
      (await trail.list({ limit: 100, ...query })).entries.map(({ n }) => n);
    expect(await numbers({ by: 'li', action: 'login' })).toEqual([24, 18, 12, 6]);
    expect(await numbers({ subject: 'b' })).toEqual([25, 20, 15, 10, 5]);
    expect(await numbers({ from: NOW + 23, to: NOW + 25 })).toEqual([24, 23]);
    const seen: number[] = [];
    for (let before: number | undefined; ;) {
      const page = await trail.list({ limit: 4, by: 'anna', before });
      seen.push(...page.entries.map(({ n }) => n));
      if (page.next === undefined) break;
      before = page.next;
    }
    expect(seen).toEqual([25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1]);
  });
});
