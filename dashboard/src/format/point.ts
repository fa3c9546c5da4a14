/** Points of the catalogue in the words of the screen. */
import { resolvePoint } from '@heat-center/contract/points.ts';
import type { PointDefinition } from '@heat-center/contract/points.ts';
import type { LocalName } from '@heat-center/api/common.ts';

export type Language = 'en' | 'zh';

/** A name in the language of the screen; the other language or the id stands in for a missing one. */
export function nameIn(name: LocalName | null | undefined, language: Language, id: string): string {
  return name?.[language] ?? name?.en ?? name?.zh ?? id;
}

/** "Secondary supply temperature, low"; the id itself when the catalogue does not know it. */
export function pointName(id: string, language: Language): string {
  const found = resolvePoint(id);
  if (!found) return id;
  const parts = [found.circuit, found.pump, found.room].filter((part) => part !== undefined);
  const meaning = found.definition.meaning[language];
  if (parts.length === 0) return meaning;
  return language === 'zh' ? `${meaning}（${parts.join(' ')}）` : `${meaning}, ${parts.join(' ')}`;
}

const definitions = new Map<string, PointDefinition | undefined>();

export function definitionOf(id: string): PointDefinition | undefined {
  if (!definitions.has(id)) definitions.set(id, resolvePoint(id)?.definition);
  return definitions.get(id);
}

export interface Periods {
  readonly default: number;
  readonly meter: number;
}

/** How long a value of this point is fresh: three of its reporting periods, ms. */
export function freshFor(id: string, every_s: Periods): number {
  return 3000 * (definitionOf(id)?.metered ? every_s.meter : every_s.default);
}
