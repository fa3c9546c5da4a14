/** Changing one setting of a circuit among all that a station has, and what the API's schema says of it; pure. */
import { circuitSettings, stationChange } from '@heat-center/api/stations.ts';
import type { CircuitSettings, StationChange } from '@heat-center/api/stations.ts';
import type { z } from 'zod';

export type ControlKey = 'regulation' | 'curve' | 'schedule' | 'room_feedback' | 'dp_day';

/** A station's circuits with one setting of one of them replaced; undefined takes it away. */
export function withSetting<K extends ControlKey>(
  circuits: readonly CircuitSettings[],
  id: string,
  change: { readonly key: K; readonly value: CircuitSettings[K] | undefined },
): CircuitSettings[] {
  return circuits.map((circuit) => {
    if (circuit.id !== id) return circuit;
    const next: CircuitSettings = { ...circuit, [change.key]: change.value };
    if (change.value === undefined) delete next[change.key];
    return next;
  });
}

/** What keeps a value from being taken, at `a.0.b`. */
export interface Fault {
  readonly path: string;
  readonly issue: z.core.$ZodIssue;
}

export const faultsIn = (result: z.ZodSafeParseResult<unknown>): readonly Fault[] =>
  result.success ? [] : result.error.issues.map((issue) => ({ path: issue.path.join('.'), issue }));

/** The API's own check of one circuit. */
export const circuitFaults = (circuit: CircuitSettings | undefined): readonly Fault[] =>
  faultsIn(circuitSettings.safeParse(circuit));

/** The API's own check of a change of a station. */
export const changeFaults = (change: StationChange): readonly Fault[] =>
  faultsIn(stationChange.safeParse(change));

/** Whether a field or anything within it is at fault. */
export const isFaulty = (faults: readonly Fault[], at: string): boolean =>
  faults.some(({ path }) => path === at || path.startsWith(`${at}.`));
