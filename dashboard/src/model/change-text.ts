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

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const pairs = (fields: Fields): string =>
  Object.entries(fields)
    .map(([key, value]) => `${key}: ${shown(value)}`)
    .join(', ');

/** The same settings give the same text, in whatever order they came. */
export const canonical = (settings: unknown): string =>
  JSON.stringify(settings ?? null, (_, value: unknown) =>
    isFields(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => one.localeCompare(other)))
      : value,
  );

/** "role: viewer → operator" where both are known, else the fields of the one that is. */
export function changeText(
  { before, after }: Pick<AuditEntryView, 'before' | 'after'>,
  nameOf: (field: string) => string = (field) => field,
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
  if (isFields(one)) return pairs(one);
  return one === null ? '' : shown(one);
}
