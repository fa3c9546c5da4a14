/** The curve and limits that a station keeps for itself: what is sent, and when again. */
import type { FallbackCommand } from '@heat-center/contract/messages.ts';
import type { StationConfig } from '../config.ts';
import { EQUIPMENT_MAXIMUM_C } from '../physics/equipment.ts';
import { sixPoints } from '../physics/six-points.ts';
import { supplyLimits } from '../control/protections.ts';

/** First pause between two tries (ms); it doubles up to the longest. */
const RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;

export interface FallbackTry {
  readonly id: string;
  readonly limits_rev: number;
  readonly at: number;
  readonly tries: number;
  /** The station takes no fallback at all: not tried again for this revision. */
  readonly refused: boolean;
}

/** Curve and limits of each circuit that has kind, design and limits; undefined where there is none. */
export function fallbackOf(config: StationConfig): FallbackCommand['circuits'] | undefined {
  const circuits: FallbackCommand['circuits'] = {};
  for (const circuit of config.circuits) {
    const { id, kind, design, curve: settings, limits } = circuit;
    const range = supplyLimits(circuit);
    if (!kind || !limits || !range) continue;
    const supply_max_c = Math.min(range.max, EQUIPMENT_MAXIMUM_C[kind]);
    const kept = { supply_min_c: Math.min(range.min, supply_max_c), supply_max_c };
    const curve = sixPoints({ kind, design, curve: settings, limits: kept });
    if (!curve) continue;
    circuits[id] = {
      curve,
      limits: {
        ...kept,
        ...(limits.flow_min_m3_h === undefined ? {} : { flow_min_m3_h: limits.flow_min_m3_h }),
        ...(limits.flow_max_m3_h === undefined ? {} : { flow_max_m3_h: limits.flow_max_m3_h }),
        ...(limits.return_max_c === undefined ? {} : { return_max_c: limits.return_max_c }),
      },
    };
  }
  return Object.keys(circuits).length > 0 ? circuits : undefined;
}

/** Whether the fallback is to be sent now: until the station says that it keeps this revision. */
export function isFallbackDue(
  station: { readonly limits_rev: number; readonly kept_rev: number | undefined },
  last: FallbackTry | undefined,
  now: number,
): boolean {
  if (station.kept_rev === station.limits_rev) return false;
  if (last?.limits_rev !== station.limits_rev) return true;
  const pause_ms = Math.min(RETRY_MS * 2 ** (last.tries - 1), LONGEST_RETRY_MS);
  return !last.refused && now - last.at >= pause_ms;
}
