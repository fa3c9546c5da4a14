/** Figures of the short forms as they were when someone looked at them, and how far they may wander. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Kpis } from './kpi.ts';
import { STRATEGIES, type Outcomes } from './report.ts';

/** Figures that are held: share of the reference, and what is allowed on top. */
const TOLERANCES = {
  cold_kh: { share: 0.1, more: 0.3 },
  warm_kh: { share: 0.1, more: 0.3 },
  heat_mwh: { share: 0.03, more: 0 },
  peak_mw: { share: 0.06, more: 0 },
  tracking_k: { share: 0.2, more: 0.1 },
  evenness_k: { share: 0.1, more: 0.1 },
  return_c: { share: 0, more: 1.5 },
  pumps_mwh: { share: 0.1, more: 0 },
  end_room_c: { share: 0, more: 0.3 },
} as const satisfies Partial<Record<keyof Kpis, { share: number; more: number }>>;

type HeldKpi = keyof typeof TOLERANCES;
const HELD: readonly HeldKpi[] = [
  'cold_kh',
  'warm_kh',
  'heat_mwh',
  'peak_mw',
  'tracking_k',
  'evenness_k',
  'return_c',
  'pumps_mwh',
  'end_room_c',
];

const schema = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number())));
/** Scenario → strategy → figure. */
export type References = z.infer<typeof schema>;

const FILE = join(import.meta.dirname, 'references.json');

export const readReferences = (): References => schema.parse(JSON.parse(readFileSync(FILE, 'utf8')));

export const referenceOf = (outcomes: Outcomes): References[string] =>
  Object.fromEntries(
    STRATEGIES.map((strategy) => [
      strategy,
      Object.fromEntries(HELD.map((name) => [name, Math.round(outcomes[strategy].kpis[name] * 1000) / 1000])),
    ]),
  );

export function writeReferences(references: References): void {
  writeFileSync(FILE, `${JSON.stringify(references, undefined, 2)}\n`);
}

/** Figures that left their tolerance, in words. */
export function strayed(reference: Readonly<Record<string, number>>, kpis: Kpis): string[] {
  return HELD.flatMap((name) => {
    const expected = reference[name];
    const { share, more } = TOLERANCES[name];
    if (expected !== undefined && Math.abs(kpis[name] - expected) <= share * Math.abs(expected) + more)
      return [];
    return [`${name} is ${kpis[name].toFixed(3)}, was ${expected}`];
  });
}
