/** Runs the load process and reads the CPU of what is measured at its beginning and end. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOf, threadsOf } from './cpu.ts';
import type { LoadResult, LoadSpec } from './load.ts';

export const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Measured extends LoadResult {
  /** CPU of all measured processes per message, µs, system time included. */
  readonly cpu_us: number;
  /** The same by name of thread; threads that ended meanwhile are missing. */
  readonly threads_us: ReadonlyMap<string, number>;
}

/** Puts the load on and measures the processes `pids`, which must live until it ends. */
export function runLoad(spec: LoadSpec, pids: readonly number[]): Promise<Measured> {
  const dir = mkdtempSync(join(tmpdir(), 'heat-load-'));
  const file = join(dir, 'spec.json');
  writeFileSync(file, JSON.stringify(spec), { mode: 0o600 });
  const load = fork(script('load.ts'), [file]);
  let from = 0;
  let cpu_s = 0;
  let threadsFrom = new Map<string, number>();
  let threads_s = new Map<string, number>();
  return new Promise<Measured>((resolve, reject) => {
    load.on('message', (message: { kind: string; result?: LoadResult }) => {
      if (message.kind === 'measure') [from, threadsFrom] = [cpuOf(pids), threadsOf(pids)];
      if (message.kind === 'measured') {
        cpu_s = cpuOf(pids) - from;
        threads_s = new Map(
          [...threadsOf(pids)].map(([name, s]) => [name, s - (threadsFrom.get(name) ?? 0)] as const),
        );
      }
      if (message.result) {
        const per = (s: number): number => (s * 1e6) / (message.result?.measured_sent ?? 0);
        const threads_us = new Map([...threads_s].map(([name, s]) => [name, per(s)] as const));
        resolve({ ...message.result, cpu_us: per(cpu_s), threads_us });
      }
    });
    load.once('error', reject);
    load.once('exit', (code) => reject(new Error(`the load process ended with ${code}`)));
  }).finally(() => {
    load.kill();
    rmSync(dir, { recursive: true, force: true });
  });
}
