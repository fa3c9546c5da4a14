/** A small disk of its own (tmpfs) that can be filled and freed. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly dir: string;
  /** Takes all space but so many bytes. Call it again to take what others have freed meanwhile. */
  fill(leave_bytes: number): void;
  /** Gives all of that back. */
  free(): void;
  remove(): Promise<void>;
}

const MIB = 2 ** 20;
const BLOCK = Buffer.alloc(MIB / 4, 1);

/** Undefined where mounting is not permitted. */
export async function smallDisk(mebibytes: number): Promise<SmallDisk | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'heat-small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir]);
  if (mounted.status !== 0) {
    await rm(dir, { recursive: true });
    return undefined;
  }
  const filler = join(dir, 'filler');
  let fd: number | undefined;
  return {
    dir,
    fill(leave_bytes) {
      const leave = Math.ceil(leave_bytes);
      fd ??= openSync(filler, 'a');
      for (;;) {
        const { bavail, bsize } = statfsSync(dir);
        const room = bavail * bsize - leave;
        if (room < bsize) return;
        try {
          writeSync(fd, BLOCK, 0, Math.min(room, BLOCK.length));
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
          throw error;
        }
      }
    },
    free() {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
      rmSync(filler, { force: true });
    },
    async remove() {
      if (fd !== undefined) closeSync(fd);
      spawnSync('umount', ['-l', dir]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
