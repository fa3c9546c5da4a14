/** What the source may give: the limit that people set, as a power. */
import { HEAT_COEFFICIENT_KWH_M3_K } from '../physics/flow.ts';
import type { SourceLimit, SourceSettings } from './settings.ts';

/** Whether a limit holds now. */
export const isInForce = (limit: SourceLimit | undefined, now: number): limit is SourceLimit =>
  limit !== undefined && now >= (limit.from ?? now) && now < (limit.until ?? Infinity);

/** The primary side at the source, as far as it is known. */
export interface SourceSide {
  /** Flow of the network before the shortage, m³/h. */
  readonly flow_m3_h: number | undefined;
  readonly return_c: number | undefined;
}

/**
 * Power that the source may give, kW; undefined where nothing limits it.
 *
 * A supply temperature is worth P = k·V·(ts − tr): at the flow that the network had before the shortage, since more
 * flow would take the pressure from the far stations. The return is the one of this moment, and it falls with the
 * load, so the limit eases as the network gets used to it.
 */
export function limitPower(
  settings: SourceSettings | undefined,
  side: SourceSide,
  now: number,
): number | undefined {
  if (!settings) return undefined;
  const { limit, capacity_kw } = settings;
  if (!isInForce(limit, now)) return capacity_kw;
  const flow_m3_h = settings.flow_max_m3_h ?? side.flow_m3_h;
  const by_supply =
    limit.supply_max_c === undefined || flow_m3_h === undefined || side.return_c === undefined
      ? undefined
      : HEAT_COEFFICIENT_KWH_M3_K * flow_m3_h * Math.max(limit.supply_max_c - side.return_c, 0);
  const known = [limit.power_max_kw, by_supply, capacity_kw].filter((kw) => kw !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
