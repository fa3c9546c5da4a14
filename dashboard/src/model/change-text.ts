/** What a change changed, in one line: only fields that differ. */
import type { AuditEntryView } from '@heat-center/api/audit.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same settings give the same text, in whatever order they came. */
export const canonical = (settings: unknown): string =>
  JSON.stringify(settings ?? null, (_, value: unknown) =>
    isFields(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => one.localeCompare(other)))
      : value,
  );

/** How a person reads fields and values. */
export interface Wording {
  readonly nameOf: (field: string) => string;
  readonly shown: (value: unknown) => string;
}

const PLAIN: Wording = {
  nameOf: (field) => field,
  shown: (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
};

/** "role: viewer → operator" where both are known, else the fields of the one that is. */
export function changeText(
  { before, after }: Pick<AuditEntryView, 'before' | 'after'>,
  { nameOf, shown }: Wording = PLAIN,
): string {
  const [was, is] = [parsed(before), parsed(after)];
  if (isFields(was) && isFields(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return keys
      .filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]))
      .map((key) => `${nameOf(key)}: ${shown(was[key] ?? null)} → ${shown(is[key] ?? null)}`)
      .join(', ');
  }
  const one = is ?? was;
  if (isFields(one)) {
    return Object.entries(one)
      .map(([key, value]) => `${nameOf(key)}: ${shown(value)}`)
      .join(', ');
  }
  return one === null ? '' : shown(one);
}

/** The same for a part of the settings that may come or go as a whole: "–" stands for nothing. */
export function settingsText(before: string, after: string, wording: Partial<Wording> = {}): string {
  const shown = (value: unknown) => (value === null ? '–' : (wording.shown ?? PLAIN.shown)(value));
  const words = { ...PLAIN, ...wording, shown };
  const [was, is] = [parsed(before), parsed(after)];
  const isWhole = isFields(was ?? is) && isFields(is ?? was);
  if (!isWhole) return `${shown(was)} → ${shown(is)}`;
  return changeText({ before: canonical(was ?? {}), after: canonical(is ?? {}) }, words);
}
