/** Time constants that were learned, where they are identifiable. */
import type { StationConfig } from '../../config.ts';
import type { CircuitPast } from '../../learning/day.ts';
import { lossLine, timeConstant } from '../../learning/estimate.ts';
import type { StationLearning } from '../../learning/learning.ts';
import { recordOf } from '../../learning/view.ts';
import { isMovable } from './buildings.ts';

/** What is learned is taken within the range of the setting, h. */
const TAKEN_H = { min: 10, max: 400 } as const;

/** τ of a circuit's building, h; undefined where it is not identifiable. */
function constantOf(past: CircuitPast): number | undefined {
  const record = recordOf(past);
  const found = timeConstant(record, lossLine(record));
  return found.identifiable ? Math.min(Math.max(found.tau_h, TAKEN_H.min), TAKEN_H.max) : undefined;
}

const found = new WeakMap<
  CircuitPast['days'],
  { readonly nights: CircuitPast['nights']; readonly tau_h: number | undefined }
>();

/**
 * τ of the circuits that the plan may move, h: the mean of those that are known, undefined where none is. A fit takes
 * some tenths of a millisecond; it is made anew when a day or a night was added.
 */
export function learnedConstant(
  { circuits }: Pick<StationConfig, 'circuits'>,
  learning: StationLearning | undefined,
): number | undefined {
  if (!learning) return undefined;
  const known: number[] = [];
  for (const circuit of circuits) {
    const past = isMovable(circuit) ? learning.circuits.get(circuit.id) : undefined;
    if (!past) continue;
    let entry = found.get(past.days);
    if (!entry || entry.nights !== past.nights) {
      entry = { nights: past.nights, tau_h: constantOf(past) };
      found.set(past.days, entry);
    }
    if (entry.tau_h !== undefined) known.push(entry.tau_h);
  }
  if (known.length === 0) return undefined;
  return known.reduce((sum, tau_h) => sum + tau_h, 0) / known.length;
}
