import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { waitForRoom } from './room.ts';

const MIB = 2 ** 20;

/** Waits on a disk whose free space is this, look by look; what it said, and how often it looked. */
async function waited(course: readonly (number | undefined)[]): Promise<{ said: number[]; looks: number }> {
  const said: number[] = [];
  let looks = 0;
  await waitForRoom({
    dir: '/data',
    free: async () => {
      const free = course[Math.min(looks, course.length - 1)];
      looks += 1;
      return free;
    },
    wait: async () => undefined,
    say: (free_bytes) => said.push(free_bytes),
  });
  return { said, looks };
}

it('starts at once where there is room, or where nobody knows', async () => {
  expect(await waited([100 * MIB])).toEqual({ said: [], looks: 1 });
  expect(await waited([undefined])).toEqual({ said: [], looks: 1 });
  await waitForRoom({ dir: tmpdir(), say: () => expect.unreachable() });
  await waitForRoom({ dir: '/no/such/folder', say: () => expect.unreachable() });
});

it('waits on a full disk, says so twice a minute, and goes on when room returns', async () => {
  expect(await waited([0, 1 * MIB, 9 * MIB])).toEqual({ said: [0], looks: 3 });
  const twoMinutes = Array.from({ length: 240 }, (_, look) => look);
  expect(await waited([...twoMinutes, 100 * MIB])).toEqual({ said: [0, 60, 120, 180], looks: 241 });
});
