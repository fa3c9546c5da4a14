import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isInUse, takeFolder } from './folder-lock.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heat-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const HOLDER = `
  import { takeFolder } from ${JSON.stringify(import.meta.resolve('./folder-lock.ts'))};
  const release = takeFolder(process.argv[1]);
  process.stdout.write(release ? 'taken' : 'refused');
  setInterval(release ?? (() => undefined), 2 ** 30);
`;

it('is free again the moment that its holder is killed', async () => {
  const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, dir]);
  const [said] = (await once(holder.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('taken');
  expect(isInUse(dir)).toBe(true);
  expect(takeFolder(dir)).toBeUndefined();
  const gone = once(holder, 'exit');
  holder.kill('SIGKILL');
  await gone;
  expect(isInUse(dir)).toBe(false);
  const release = takeFolder(dir);
  expect(release).toBeDefined();
  release?.();
});

it('is given back', () => {
  const release = takeFolder(dir);
  expect(isInUse(dir)).toBe(true);
  release?.();
  expect(isInUse(dir)).toBe(false);
});
