/** Cases that broke something, as a file that `pnpm torture fuzz --replay FILE` plays again. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is sent on each connection, in order: `mqtt` to the center in memory, `sockets` to a real one (there the first
 * chunk of each connection names the port).
 */
export interface Cases {
  readonly kind: 'mqtt' | 'sockets';
  readonly seed: number;
  /** What went wrong. */
  readonly fault: string;
  readonly connections: readonly (readonly Buffer[])[];
}

const FOLDER = new URL('../../../.cache/fuzz/', import.meta.url).pathname;

/** @returns the path of the file */
export function writeCases(cases: Cases): string {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${cases.kind}-${cases.seed}-${Date.now()}.json`);
  const connections = cases.connections.map((chunks) => chunks.map((chunk) => chunk.toString('base64')));
  writeFileSync(path, `${JSON.stringify({ ...cases, connections }, undefined, 1)}\n`);
  return path;
}

export function readCases(path: string): Cases {
  const read = JSON.parse(readFileSync(path, 'utf8')) as Omit<Cases, 'connections'> & {
    readonly connections: readonly (readonly string[])[];
  };
  const connections = read.connections.map((chunks) => chunks.map((chunk) => Buffer.from(chunk, 'base64')));
  return { ...read, connections };
}

/** Leaves out whatever is not needed for `fails`, in at most `budget` tries: connections first, then what they send. */
export async function shrink(
  connections: Cases['connections'],
  fails: (connections: Cases['connections']) => Promise<boolean>,
  budget = 150,
): Promise<Cases['connections']> {
  let left = budget;
  const still = async (candidate: Cases['connections']): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    return fails(candidate);
  };
  let smallest = await fewer(connections, still);
  for (let at = 0; at < smallest.length; at += 1) {
    const replaced = (chunks: readonly Buffer[]) => smallest.map((was, n) => (n === at ? chunks : was));
    const chunks = await fewer(smallest[at] ?? [], (some) => still(replaced(some)));
    smallest = replaced(chunks);
  }
  return smallest;
}

/** Halves, then quarters, and so on: whatever part can go, goes. */
async function fewer<T>(
  items: readonly T[],
  still: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length && kept.length > 1;) {
      const candidate = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (candidate.length > 0 && (await still(candidate))) kept = candidate;
      else from += size;
    }
  }
  return kept;
}
