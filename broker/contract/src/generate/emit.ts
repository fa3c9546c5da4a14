/** Writes generated files, or says which are out of date. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = new URL('../../../..', import.meta.url).pathname;

/** Contents by path from the workspace root. */
export type Files = Readonly<Record<string, string>>;

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const tableLine = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;

/** A Markdown table; what would end a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(tableLine).join('\n');
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Writes what differs. With `--check` among the arguments nothing is written, and the process ends with
 * code 1 when a file is out of date.
 */
export function emit(files: Files, args: readonly string[] = process.argv.slice(2)): void {
  const check = args.includes('--check');
  for (const [path, content] of Object.entries(files)) {
    const full = join(ROOT, path);
    if (current(full) === content) continue;
    if (check) {
      process.stderr.write(`${path} is out of date. Run: pnpm generate\n`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
    }
  }
}
