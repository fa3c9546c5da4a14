/**
 * What the network's heat is in truth: design heat fitted to the meters by the hour of the day. The ratio of measured to
 * modelled heat holds hot water, losses of the pipes, nights and designs that are too large.
 */
import type { StationConfig } from '../../config.ts';
import { fitValue, type StationImage } from '../../image.ts';
import type { StationState } from '../../state.ts';
import { localAt, type SiteClock } from '../clock.ts';
import { buildingsOf } from './buildings.ts';

/** A station as the plan sees it. */
export interface LoadStation {
  readonly config: StationConfig;
  readonly image: StationImage;
  readonly state: Pick<StationState, 'outdoor'>;
}

export interface LoadState {
  /** When meters are looked at again, ms UTC. */
  readonly due_at: number;
  /** Hour of the local day that is being collected, with the ratios seen in it. */
  readonly hour: number;
  readonly sum: number;
  readonly count: number;
  /** Measured over modelled heat by hour of the local day; null where none was seen. */
  readonly ratios: readonly (number | null)[];
  /** The same lately. */
  readonly recent: number | null;
}

export const NEW_LOAD: LoadState = {
  due_at: 0,
  hour: -1,
  sum: 0,
  count: 0,
  ratios: Array.from({ length: 24 }, () => null),
  recent: null,
};

const EVERY_MS = 300_000;
/** An hour counts when it was seen this often. */
const LEAST_COUNT = 6;
/** Weight of a new day beside what was known of its hour. */
const NEW_DAY = 0.5;
/** Weight of a new ratio in the recent one: two hours. */
const NEW_RATIO = 1 / 24;
/** Meters that speak for less of the network than this are not believed to speak for all of it. */
const LEAST_METERED = 0.5;
/** Ratios outside say that meters or designs are wrong. */
const CREDIBLE = { min: 0.2, max: 3 } as const;

/** Design heat of a station at its filtered outdoor temperature, kW; 0 where unknown. */
function modelled_kw({ config, state }: LoadStation): number {
  const { all } = buildingsOf(config);
  if (!all || !state.outdoor) return 0;
  return all.loss_kw_k * Math.max(0, all.balance_c - state.outdoor.value_c);
}

/** Measured and modelled heat now, kW: of the sources where there are any, else of the stations that are metered. */
export function heatNow(
  stations: Iterable<LoadStation>,
  now: number,
): { readonly measured_kw: number; readonly modelled_kw: number } | undefined {
  const sum = { modelled: 0, metered: 0, measured: 0, produced: 0, sources: 0, silent: 0 };
  for (const station of stations) {
    const { config, image } = station;
    const power_kw = fitValue(image.points.get('primary.power_kw'), now, config.every_s.meter);
    if (config.kind === 'source') {
      sum.sources += 1;
      if (power_kw === undefined) sum.silent += 1;
      else sum.produced += power_kw;
      continue;
    }
    const model_kw = modelled_kw(station);
    sum.modelled += model_kw;
    if (power_kw === undefined || model_kw === 0) continue;
    sum.metered += model_kw;
    sum.measured += power_kw;
  }
  if (sum.modelled <= 0 || sum.silent > 0) return undefined;
  if (sum.sources > 0) return { measured_kw: sum.produced, modelled_kw: sum.modelled };
  if (sum.metered < LEAST_METERED * sum.modelled) return undefined;
  return { measured_kw: (sum.measured * sum.modelled) / sum.metered, modelled_kw: sum.modelled };
}

function closed(state: LoadState): LoadState {
  const { hour, sum, count, ratios } = state;
  if (count < LEAST_COUNT) return state;
  const seen = sum / count;
  return {
    ...state,
    ratios: ratios.map((known, index) => {
      if (index !== hour) return known;
      return known === null ? seen : known + NEW_DAY * (seen - known);
    }),
  };
}

/** Looks at the meters every 5 min. `shifted_kw` is what the plan adds now, by design: it is no part of the baseline. */
export function stepLoad(
  state: LoadState,
  given: {
    readonly stations: Iterable<LoadStation>;
    readonly clock: SiteClock;
    readonly now: number;
    readonly shifted_kw: number;
  },
): LoadState {
  const { stations, clock, now, shifted_kw } = given;
  if (now < state.due_at) return state;
  const due_at = now + EVERY_MS;
  const hour = Math.floor(localAt(clock, now).minute / 60);
  const before = hour === state.hour ? state : { ...closed(state), hour, sum: 0, count: 0 };
  const heat = heatNow(stations, now);
  const ratio = heat && (heat.measured_kw - responseOf(state) * shifted_kw) / heat.modelled_kw;
  if (ratio === undefined || ratio < CREDIBLE.min || ratio > CREDIBLE.max) return { ...before, due_at };
  const { recent } = state;
  return {
    ...before,
    due_at,
    sum: before.sum + ratio,
    count: before.count + 1,
    recent: recent === null ? ratio : recent + NEW_RATIO * (ratio - recent),
  };
}

/** Measured over modelled heat to be expected in an hour of the local day; 1 while nothing was measured. */
export const ratioAt = ({ ratios, recent }: LoadState, hour: number): number => ratios[hour] ?? recent ?? 1;

/**
 * Measured heat for each kW of heating by design. The hour with the least ratio knows least of hot water, so it says
 * most of heating alone.
 */
export function responseOf({ ratios, recent }: LoadState): number {
  const known = ratios.filter((ratio) => ratio !== null);
  return Math.min(...known, recent ?? 1);
}
