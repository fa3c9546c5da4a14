/** A start on a full disk. What the center tells stations must be kept first, so without any room it waits. */
import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { endWithSupervisor } from './ending.ts';

/** Lock, registry, audit and the record of the start need this much; below the floor all else waits anyway. */
const NEEDED_BYTES = 8 * 2 ** 20;
const LOOK_EVERY_MS = 500;
const SAY_EVERY_MS = 30_000;

export interface RoomOptions {
  readonly dir: string;
  /** Free space there, bytes; undefined where the system does not say, or there is no folder yet. */
  readonly free?: (dir: string) => Promise<number | undefined>;
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Told at once and then twice a minute for as long as it waits. */
  readonly say: (free_bytes: number) => void;
}

const freeOn = (dir: string): Promise<number | undefined> =>
  statfs(dir).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );

/** Resolves when there is room enough to start in. */
export async function waitForRoom({ dir, free = freeOn, wait = sleep, say }: RoomOptions): Promise<void> {
  for (let waited_ms = 0; ; waited_ms += LOOK_EVERY_MS) {
    const free_bytes = (await free(dir)) ?? Number.POSITIVE_INFINITY;
    if (free_bytes >= NEEDED_BYTES) return;
    if (waited_ms % SAY_EVERY_MS === 0) say(free_bytes);
    await wait(LOOK_EVERY_MS);
  }
}

/** Waits until a center can start in its folder, and says so in its log; ends with the supervisor meanwhile. */
export async function roomToStart(dir: string, log: Logger): Promise<void> {
  const goOn = endWithSupervisor();
  await waitForRoom({
    dir,
    say: (free_bytes) =>
      log.error({ dir, free_bytes }, 'the disk is full: make room, and the center starts by itself'),
  });
  goOn();
}
