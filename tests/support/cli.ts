/** `pnpm heat …` as a process of its own, as a person runs it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../controller/src/cli/main.ts', import.meta.url));

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command on a data folder and waits for its end. */
export function heat(dir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Printed> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [ENTRY, ...args],
      { env: { ...process.env, HEAT_CENTER_DATA_DIR: dir, ...env }, maxBuffer: 16 * 2 ** 20 },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}
