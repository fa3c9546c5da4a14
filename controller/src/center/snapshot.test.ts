import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSnapshot, saveSnapshot } from './snapshot.ts';
import { applyRunning, createRunningState } from './state.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'heat-snapshot-'));
});
afterEach(() => rm(dir, { recursive: true }));

const start = (epoch: number) => ({ kind: 'start', at: 1, epoch, commit: 'x', node: 'y' }) as const;

describe('snapshots', () => {
  it('hold the state of their position, whatever is applied while they are written', async () => {
    const state = createRunningState();
    applyRunning(state, start(7));
    const saving = saveSnapshot(dir, { position: 10, state });
    applyRunning(state, start(77));
    await saving;
    const loaded = await loadSnapshot(dir);
    expect(loaded?.position).toBe(10);
    expect(loaded?.state.center.epoch).toBe(7);
  });

  it('keep the newest two, and fall back to the older when the newer is damaged', async () => {
    const state = createRunningState();
    for (const position of [10, 20, 30]) await saveSnapshot(dir, { position, state });
    const names = (await readdir(dir)).toSorted();
    expect(names).toHaveLength(2);
    const newest = join(dir, names[1]!);
    const bytes = await readFile(newest);
    bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
    await writeFile(newest, bytes);
    expect((await loadSnapshot(dir))?.position).toBe(20);
    await writeFile(newest, '');
    expect((await loadSnapshot(dir))?.position).toBe(20);
  });

  it('are none in a new folder', async () => {
    expect(await loadSnapshot(join(dir, 'new'))).toBeUndefined();
  });
});
