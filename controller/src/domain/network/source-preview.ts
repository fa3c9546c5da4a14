/** What a limit of the source would do, before anybody sets it. */
import type { NetworkState, NetworkStation } from './network.ts';
import type { SourceLimit } from './settings.ts';
import type { SharedStation } from './shared-station.ts';
import { stepSource, type SourceState } from './source.ts';

/** The sharing as its next step would decide it with this limit; nothing is remembered of it. */
export function previewLimit(
  { source, settings, outdoor }: NetworkState,
  stations: ReadonlyMap<string, NetworkStation>,
  given: { readonly limit: SourceLimit; readonly now: number },
): SourceState {
  return stepSource(source, {
    now: given.now,
    stations,
    outdoor_c: outdoor?.filter.value_c,
    settings: { ...settings.source, limit: given.limit },
  });
}

/**
 * Heat that a station gets less than it takes now, kW; 0 for who is spared, undefined where what it takes for heating
 * is not known or the center does not lead it.
 */
export function lessHeat(station: SharedStation): number | undefined {
  const { state, target, load, power_kw, design_kw, from } = station;
  if (state === 'left_out') return undefined;
  if (!target || state === 'open') return 0;
  if (design_kw === undefined) return undefined;
  // The first half hour has no mean yet; where hot water passes the meter its power says nothing of the heating.
  const taken_kw = load === undefined ? (from === 'circuits' ? undefined : power_kw) : load * design_kw;
  return taken_kw === undefined ? undefined : Math.max(0, taken_kw - target.share * design_kw);
}

/** Whether some of those who share have no mean of half an hour yet: what they take is then that of the moment. */
export const isRough = ({ stations }: SourceState): boolean =>
  [...stations.values()].some(({ state, load }) => state !== 'left_out' && load === undefined);
