/** Faults of the firmware's own surroundings: clock, switch and link. */
import type { Mode } from '@heat-center/contract/messages.ts';
import { faultSize } from '../plant/faults.ts';
import type { Plant } from '../plant/station-plant.ts';

/** How far the wall clock has walked off, ms. */
export function clockAhead_ms({ state }: Plant): number {
  const drift = state.faults.find(({ name }) => name === 'clock_drift');
  return drift ? ((drift.size * (state.time_s - drift.since_s)) / 3600) * 1000 : 0;
}

/** The mode that a hand on the switch forces, if any. */
export function forcedMode({ state }: Plant): Mode | undefined {
  if (faultSize(state.faults, 'manual_mode') > 0) return 'manual';
  return faultSize(state.faults, 'local_mode') > 0 ? 'local' : undefined;
}

export const isUnplugged = ({ state }: Plant): boolean => faultSize(state.faults, 'lost_link') > 0;
