/** Runs the load process and reads the CPU of what is measured at its beginning and end. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOf } from './cpu.ts';
import type { LoadResult, LoadSpec } from './load.ts';

export const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Measured extends LoadResult {
  /** CPU of all measured processes per message, µs, system time included. */
  readonly cpu_us: number;
}

/** Puts the load on and measures the processes `pids`, which must live until it ends. */
export function runLoad(spec: LoadSpec, pids: readonly number[]): Promise<Measured> {
  const dir = mkdtempSync(join(tmpdir(), 'heat-load-'));
  const file = join(dir, 'spec.json');
  writeFileSync(file, JSON.stringify(spec), { mode: 0o600 });
  const load = fork(script('load.ts'), [file]);
  let from = 0;
  let cpu_s = 0;
  return new Promise<Measured>((resolve, reject) => {
    load.on('message', (message: { kind: string; result?: LoadResult }) => {
      if (message.kind === 'measure') from = cpuOf(pids);
      if (message.kind === 'measured') cpu_s = cpuOf(pids) - from;
      if (message.result) {
        resolve({ ...message.result, cpu_us: (cpu_s * 1e6) / message.result.measured_sent });
      }
    });
    load.once('error', reject);
    load.once('exit', (code) => reject(new Error(`the load process ended with ${code}`)));
  }).finally(() => {
    load.kill();
    rmSync(dir, { recursive: true, force: true });
  });
}
