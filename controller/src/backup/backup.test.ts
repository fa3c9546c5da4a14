import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HeatError } from '@heat-center/contract/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry } from '../adapters/registry/registry.ts';
import { openDataFolder } from '../center/data-folder.ts';
import { takeFolder } from '../center/folder-lock.ts';
import { readArchive, writeArchive, type Source } from './archive.ts';
import { restoreBackup } from './restore.ts';

const NOW = 1_795_305_600_000;
const HEAD = { at: NOW, version: '0.1.0', epoch: 2_000_000_000, journal: { from: 0, to: 5 } };

let dir: string;
let file: string;
let target: string;
let sources: Source[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'heat-backup-'));
  file = join(dir, 'heat.backup');
  target = join(dir, 'data');
  const registry = openRegistry(join(dir, 'source.sqlite'));
  registry.setSetting('epoch', '7');
  await registry.copyTo(join(dir, 'registry.sqlite'));
  registry.close();
  const contents: Record<string, Buffer> = {
    'history.duckdb': Buffer.alloc(3_000_000, 'duck'),
    'journal/0000000000000000.journal': Buffer.from('whole records and what follows'),
    'snapshots/0000000000000000.snapshot': Buffer.from('state'),
    'audit/0000000000000001.audit': Buffer.alloc(0),
  };
  sources = [
    {
      name: 'registry.sqlite',
      path: join(dir, 'registry.sqlite'),
      bytes: statSync(join(dir, 'registry.sqlite')).size,
    },
  ];
  for (const [name, bytes] of Object.entries(contents)) {
    const path = join(dir, name.replace('/', '-'));
    writeFileSync(path, bytes);
    // Of the journal only a part belongs to the backup.
    sources.push({ name, path, bytes: name.startsWith('journal') ? 13 : bytes.length });
  }
  await writeArchive(file, sources, HEAD);
});
afterEach(() => rmSync(dir, { recursive: true }));

const restore = (more: { moveAside?: boolean } = {}) =>
  restoreBackup({ file, dir: target, moveAside: false, now: NOW, ...more });

function epochIn(registry: string): string {
  const database = new DatabaseSync(registry, { readOnly: true });
  const row = database.prepare(`SELECT value FROM settings WHERE name = 'epoch'`).get();
  database.close();
  return String(row?.value);
}

describe('a backup', () => {
  it('holds exactly the bytes that were named, and is never written over another', async () => {
    const manifest = await readArchive(file, () => undefined);
    expect(manifest.files.map(({ name, bytes }) => [name, bytes])).toEqual(
      sources.map(({ name, bytes }) => [name, bytes]),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(writeArchive(file, sources, HEAD)).rejects.toThrow('EEXIST');
  });

  it('is refused when a source is shorter than it should be', async () => {
    const [first] = sources;
    const short = [{ ...(first ?? { name: '', path: '' }), bytes: 10_000_000 }];
    await expect(writeArchive(join(dir, 'short'), short, HEAD)).rejects.toThrow(/size|bytes|mismatch/i);
  });

  it('is refused with any byte changed, and when its end is missing', async () => {
    const whole = readFileSync(file);
    const manifest = await readArchive(file, () => undefined);
    const forms: Buffer[] = [];
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 150)) {
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] ?? 0) ^ (1 << (at % 8));
      forms.push(changed, whole.subarray(0, at));
    }
    let refused = 0;
    for (const form of forms) {
      writeFileSync(file, form);
      const outcome = await readArchive(file, () => undefined).catch((error: unknown) => error);
      // Some bits of zstd and of tar's headers mean nothing: then every file must still be what was written.
      const isRefusal = outcome instanceof HeatError && outcome.code === 'backup_damaged';
      expect(isRefusal ? manifest : outcome).toEqual(manifest);
      if (isRefusal) refused += 1;
    }
    expect(refused).toBeGreaterThan(forms.length * 0.9);
  });

  it('takes no entry that is not ours: nothing is written outside of the folder', async () => {
    const evil = join(dir, 'evil');
    const path = join(dir, 'history.duckdb');
    await writeArchive(evil, [{ name: '../escaped', path, bytes: 4 }], HEAD);
    await expect(
      restoreBackup({ file: evil, dir: target, moveAside: false, now: NOW }),
    ).rejects.toMatchObject({
      code: 'backup_damaged',
    });
    expect(readdirSync(dir)).not.toContain('escaped');
    expect(readdirSync(target).filter((name) => name !== 'in-use')).toEqual([]);
  });
});

describe('restoring', () => {
  it('makes a folder that a center starts on, above every epoch', async () => {
    const restored = await restore();
    expect(restored).toMatchObject({ movedTo: undefined, epoch: HEAD.epoch });
    expect(readFileSync(join(target, 'journal/0000000000000000.journal'), 'utf8')).toBe('whole records');
    const registry = openRegistry(join(target, 'registry.sqlite'));
    expect(registry.setting('epoch')).toBe(String(HEAD.epoch));
    expect(registry.notes().map(({ entry }) => entry.action)).toEqual(['restore']);
    registry.close();
    await (await openDataFolder(target)).release();
  });

  it('refuses a folder with data and changes nothing in it', async () => {
    mkdirSync(target);
    writeFileSync(join(target, 'history.duckdb'), 'mine');
    await expect(restore()).rejects.toMatchObject({ code: 'folder_not_empty' });
    expect(readFileSync(join(target, 'history.duckdb'), 'utf8')).toBe('mine');
  });

  it('moves what is there aside when told to, and starts above its epoch too', async () => {
    mkdirSync(target);
    const registry = openRegistry(join(target, 'registry.sqlite'));
    registry.setSetting('epoch', '3000000000');
    registry.close();
    writeFileSync(join(target, 'cli-token'), 'kept');
    const { movedTo, epoch } = await restore({ moveAside: true });
    expect(epoch).toBe(3_000_000_000);
    expect(epochIn(join(target, 'registry.sqlite'))).toBe('3000000000');
    expect(readdirSync(movedTo ?? '')).toContain('registry.sqlite');
    expect(readFileSync(join(target, 'cli-token'), 'utf8')).toBe('kept');
  });

  it('refuses a folder that a center uses', async () => {
    mkdirSync(target);
    const release = takeFolder(target);
    await expect(restore()).rejects.toMatchObject({ code: 'data_dir_locked' });
    release?.();
    await restore();
  });

  it('leaves the data as it was when the backup is damaged', async () => {
    mkdirSync(target);
    writeFileSync(join(target, 'history.duckdb'), 'mine');
    writeFileSync(file, readFileSync(file).subarray(0, 400));
    await expect(restore({ moveAside: true })).rejects.toMatchObject({ code: 'backup_damaged' });
    expect(readFileSync(join(target, 'history.duckdb'), 'utf8')).toBe('mine');
    expect(readdirSync(target).filter((name) => name.startsWith('restoring'))).toEqual([]);
  });

  it('that was cut off is never started on', async () => {
    mkdirSync(join(target, 'restoring-2026'), { recursive: true });
    await expect(openDataFolder(target)).rejects.toMatchObject({ code: 'restore_unfinished' });
    await restore({ moveAside: true });
    await (await openDataFolder(target)).release();
  });
});
