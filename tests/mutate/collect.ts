/** Stands in for vitest's `describe` and `it` where tests are collected once and run many times. */
import { format } from 'node:util';

export { expect } from 'vitest';

export type Test = {
  /** File and full title. */
  id: string;
  title: string;
  file: string;
  /** Where it begins in its file, from 0. */
  line: number;
  column: number;
  run: () => unknown;
};

type Body = (...args: never[]) => unknown;

export const collected: Test[] = [];
const titles: string[] = [];
let current = { url: '', file: '' };

/** Tests that are declared from now on belong to this file. */
export function beginFile(url: string, file: string): void {
  current = { url, file };
}

/** The innermost place in the test file itself from which this was called. */
function place(): { line: number; column: number } {
  const stack = new Error('place').stack ?? '';
  const at = stack.split('\n').find((line) => line.includes(current.url));
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(at ?? '') ?? [];
  return { line: Number(line ?? 1) - 1, column: Number(column ?? 1) - 1 };
}

function declare(title: string, run: () => unknown): void {
  const full = [...titles, title].join(' > ');
  const { file } = current;
  collected.push({ id: `${file}#${full}`, title: full, file, ...place(), run });
}

export function describe(title: string, body: () => void): void {
  titles.push(title);
  body();
  titles.pop();
}

function each(cases: readonly unknown[]): (title: string, body: Body) => void {
  return (title, body) => {
    for (const [index, value] of cases.entries()) {
      const args = (Array.isArray(value) ? value : [value]) as never[];
      declare(`${format(title, ...args)} (${index})`, () => body(...args));
    }
  };
}

export const it = Object.assign((title: string, run: () => unknown): void => declare(title, run), { each });
export const test = it;
