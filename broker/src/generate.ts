/** Writes what is generated in this package; with `--check` writes nothing and fails when a file is out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mosquittoAcl } from './mosquitto-acl.ts';

/** Generated files by absolute path. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([[fileURLToPath(new URL('../mosquitto/acl', import.meta.url)), mosquittoAcl()]]);
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  for (const [path, text] of generatedFiles()) {
    if (current(path) === text) continue;
    if (check) {
      process.stderr.write(`${path} is out of date. Run: node broker/src/generate.ts\n`);
      process.exitCode = 1;
    } else {
      writeFileSync(path, text);
    }
  }
}
