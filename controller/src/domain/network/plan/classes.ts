/** Stations that behave alike are planned as one: a programme of 100 classes is solved where one of 1,000 is not. */

import type { Emission } from './emission.ts';

/** A station that takes part. */
export interface PlanStation extends Emission {
  readonly id: string;
  readonly loss_kw_k: number;
  readonly time_constant_h: number;
  /** The time constant was learned, not taken from the settings. */
  readonly learned: boolean;
  /** Its rooms may be planned so far off their target, K. */
  readonly band_k: number;
  /** Where they are now by the model, K. */
  readonly room_k: number;
  /** Outdoor temperatures that its curve can be read at, °C. */
  readonly coldest_c: number;
  readonly warmest_c: number;
}

export const MOST_CLASSES = 100;

/** What counts as one unlikeness: a tenth of τ, half of what emitters store, 3 K of room in the curve, 0.1 K of rooms. Bands are never mixed. */
const FEATURES: readonly ((station: PlanStation) => number)[] = [
  ({ time_constant_h }) => Math.log(time_constant_h) / 0.1,
  ({ stored_h }) => Math.log(stored_h + 0.2) / 0.5,
  ({ coldest_c }) => coldest_c / 3,
  ({ warmest_c }) => warmest_c / 3,
  ({ room_k }) => room_k / 0.1,
];

interface Group<T extends PlanStation> {
  readonly stations: readonly T[];
  /** The feature that differs most, and by how much. */
  readonly feature: (station: PlanStation) => number;
  readonly spread: number;
}

function groupOf<T extends PlanStation>(stations: readonly T[]): Group<T> {
  let [widest = () => 0] = FEATURES;
  let spread = 0;
  for (const feature of FEATURES) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const station of stations) {
      const value = feature(station);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (high - low > spread) {
      spread = high - low;
      widest = feature;
    }
  }
  return { stations, feature: widest, spread };
}

function cut<T extends PlanStation>({ stations, feature }: Group<T>): Group<T>[] {
  const values = stations.map(feature);
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const below = stations.filter((_, index) => (values[index] ?? 0) <= middle);
  const above = stations.filter((_, index) => (values[index] ?? 0) > middle);
  return [groupOf(below), groupOf(above)];
}

/**
 * Groups of like stations: one for each band, the most unlike cut in two until all are alike or there are enough.
 * The same stations in the same order give the same groups.
 */
export function classesOf<T extends PlanStation>(
  stations: readonly T[],
  most = MOST_CLASSES,
): readonly (readonly T[])[] {
  const bands = Map.groupBy(stations, ({ band_k }) => band_k);
  const groups = [...bands.values()].map(groupOf);
  while (groups.length < most) {
    let widest = 0;
    for (const [index, { spread }] of groups.entries())
      if (spread > (groups[widest]?.spread ?? 0)) widest = index;
    const group = groups[widest];
    if (!group || group.spread <= 1) break;
    groups.splice(widest, 1, ...cut(group));
  }
  return groups.map((group) => group.stations);
}
