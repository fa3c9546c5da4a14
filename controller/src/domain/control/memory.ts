/**
 * What a circuit's setpoints remember from cycle to cycle, as numbers side by side. A cycle of ten thousand circuits waits
 * for memory more than it computes, and a value in an object of its own is one more place to wait for.
 */
import type { SetpointName } from '../config.ts';

/** Numbers only, NaN where there is nothing, so that they stay side by side. */
export type Memory = number[];

/** Where the numbers of a setpoint begin. */
export type Slot = number;

/** The last output, not rounded: the ramp goes on from here. */
export const POSITION = 0;
/** The last wanted value that came from fit inputs, and when, ms UTC. */
export const GOOD = 1;
export const GOOD_AT = 2;
/** When the decision was last explained anew, ms UTC. */
export const EXPLAINED_AT = 3;
/** Value and outcome of the decision as it stands, and what was wanted when it was explained. */
export const VALUE = 4;
export const OUTCOME = 5;
export const WANTED = 6;
const FIELDS = 7;

/** Before all setpoints: what was told of the decisions says all until then, unless one of them moves; ms UTC. */
const TOLD_UNTIL = 0;
const SLOTS: Readonly<Record<SetpointName, Slot>> = {
  supply_c: 1,
  flow_m3_h: 1 + FIELDS,
  dp_kpa: 1 + 2 * FIELDS,
};
const LENGTH = 1 + 3 * FIELDS;

export const slotOf = (name: SetpointName): Slot => SLOTS[name];

export const newMemory = (): Memory => Array.from({ length: LENGTH }, () => Number.NaN);

/** One that was read from a file: numbers side by side again, which the file does not say. */
export const restoredMemory = (saved: Memory): Memory => Array.from(saved, Number);

/** NaN where nothing is remembered. */
export const recall = (memory: Memory, index: number): number => memory[index] ?? Number.NaN;

/** Forgets a setpoint that is decided no more. */
export function forget(memory: Memory, slot: Slot): void {
  memory.fill(Number.NaN, slot, slot + FIELDS);
}

export const toldUntil = (memory: Memory): number => recall(memory, TOLD_UNTIL);
export function noteTold(memory: Memory, until: number | undefined): void {
  memory[TOLD_UNTIL] = until ?? Number.NaN;
}

/** The last output of a setpoint, not rounded; undefined while there is none. */
export function lastOutput(memory: Memory, slot: Slot): number | undefined {
  const position = recall(memory, slot + POSITION);
  return Number.isNaN(position) ? undefined : position;
}

/** The last wanted value that came from fit inputs, and when, ms UTC. */
export interface Good {
  readonly value: number;
  readonly at: number;
}

export function lastGood(memory: Memory, slot: Slot): Good | undefined {
  const at = recall(memory, slot + GOOD_AT);
  return Number.isNaN(at) ? undefined : { value: recall(memory, slot + GOOD), at };
}
