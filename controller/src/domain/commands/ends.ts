/** When commands come to their end without any input. */
import type { StationState } from '../state.ts';

/** Whether a command or wish of any station is over and not yet ended. */
export function isEndDue(
  stations: Iterable<{ readonly state: Pick<StationState, 'ledger'> }>,
  now: number,
): boolean {
  for (const { state } of stations) if (now >= state.ledger.next_end) return true;
  return false;
}
