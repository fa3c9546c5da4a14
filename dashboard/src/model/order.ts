/** Which stations the overview shows, and in which order. */
import type { StationState, StationView } from '@heat-center/api/stations.ts';
import { nameIn } from '../format/point.ts';
import type { Language } from '../format/point.ts';
import { worstCircuit } from './deviation.ts';
import type { CircuitDeviation } from './deviation.ts';

export const SORT_KEYS = [
  'exception',
  'name',
  'deviation',
  'since',
  'supply',
  'return',
  'primary',
  'flow',
  'power',
  'outdoor',
  'age',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface OverviewChoice {
  readonly sort: SortKey;
  readonly descending: boolean;
  readonly search: string;
  /** Empty = all. */
  readonly states: ReadonlySet<StationState>;
  /** English name of the area, else its Chinese one; empty = all. */
  readonly area: string;
  readonly language: Language;
  /** The center's time, ms UTC. */
  readonly now: number;
}

/** States from what needs a person first to what needs nobody. */
const URGENCY: Record<StationState, number> = {
  faulty: 0,
  offline: 1,
  deviating: 2,
  stale: 3,
  silent: 4,
  good: 5,
};

const worstOf = new WeakMap<StationView, CircuitDeviation | null>();

/** The worst circuit, computed once for each state of a station. */
export function worst(view: StationView): CircuitDeviation | null {
  let known = worstOf.get(view);
  if (known === undefined) {
    known = worstCircuit(view) ?? null;
    worstOf.set(view, known);
  }
  return known;
}

export const deviationOf = (view: StationView): number | null => worst(view)?.deviation_k ?? view.deviation_k;

export const areaKey = (view: StationView): string => view.area?.en ?? view.area?.zh ?? '';

const valueOf = (view: StationView, point: string): number | null => {
  const value = view.points[point]?.[1];
  return typeof value === 'number' ? value : null;
};

const SORT_VALUES: Record<Exclude<SortKey, 'exception' | 'name'>, (view: StationView) => number | null> = {
  deviation: (view) => {
    const deviation = deviationOf(view);
    return deviation === null ? null : Math.abs(deviation);
  },
  since: (view) => -view.state_since,
  supply: (view) => numberIn(worst(view)?.supply),
  return: (view) => numberIn(worst(view)?.back),
  primary: (view) => valueOf(view, 'primary.supply_c'),
  flow: (view) => valueOf(view, 'primary.flow_m3_h'),
  power: (view) => valueOf(view, 'primary.power_kw'),
  outdoor: (view) => valueOf(view, 'outdoor_c'),
  age: (view) => (view.heard_at === null ? null : -view.heard_at),
};

const numberIn = (tuple: readonly [number, unknown, string] | undefined): number | null =>
  typeof tuple?.[1] === 'number' ? tuple[1] : null;

/** The lowest priority is a remark, for example on a clock: it goes before calm stations, not before states. */
const REMARK = 4;

/** Smaller comes first: priority of alarms, then state, then how far for how long. */
function exceptionRank(view: StationView, now: number): readonly number[] {
  const highest = Math.min(REMARK + 1, ...view.alarms.map((alarm) => alarm.priority));
  const priority = Math.min(REMARK, highest);
  const size = Math.abs(deviationOf(view) ?? 0);
  const hours = Math.max(0, now - view.state_since) / 3_600_000;
  // Where all is well noise must not move the rows, so half kelvins decide and then the name.
  const weight = view.state === 'good' ? Math.round(size * 2) : size * (1 + hours);
  return [priority, URGENCY[view.state], highest, -weight];
}

function matches(view: StationView, choice: OverviewChoice): boolean {
  if (choice.states.size > 0 && !choice.states.has(view.state)) return false;
  if (choice.area !== '' && areaKey(view) !== choice.area) return false;
  if (choice.search === '') return true;
  const words = [view.id, view.name.en, view.name.zh, view.area?.en, view.area?.zh];
  const haystack = words.join(' ').toLowerCase();
  return choice.search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

const collators = new Map<Language, Intl.Collator>();
function collator(language: Language): Intl.Collator {
  let known = collators.get(language);
  if (!known) {
    known = new Intl.Collator(language, { numeric: true });
    collators.set(language, known);
  }
  return known;
}

interface Ranked {
  readonly id: string;
  readonly name: string;
  readonly rank: readonly (number | null)[];
}

/** Ids in the order of display; what is unknown comes last in either direction. */
export function orderStations(views: Iterable<StationView>, choice: OverviewChoice): string[] {
  const ranked: Ranked[] = [];
  for (const view of views) {
    if (!matches(view, choice)) continue;
    ranked.push({
      id: view.id,
      name: nameIn(view.name, choice.language, view.id),
      rank: rankOf(view, choice),
    });
  }
  const compareNames = collator(choice.language);
  const sign = choice.descending ? -1 : 1;
  ranked.sort((a, b) => {
    for (const [index, left] of a.rank.entries()) {
      const right = b.rank[index] ?? null;
      if (left === right) continue;
      if (left === null || right === null) return left === null ? 1 : -1;
      return sign * (left - right);
    }
    const byName = compareNames.compare(a.name, b.name);
    return choice.sort === 'name' ? sign * byName : byName;
  });
  return ranked.map(({ id }) => id);
}

function rankOf(view: StationView, choice: OverviewChoice): readonly (number | null)[] {
  if (choice.sort === 'name') return [];
  if (choice.sort === 'exception') return exceptionRank(view, choice.now);
  return [SORT_VALUES[choice.sort](view)];
}
