/**
 * What only the network as a whole can say, computed from all stations every 10 s and handed to each of them as
 * targets. A station's own cycle reads its target and the values of the network, never another station.
 */
import type { StationConfig } from '../config.ts';
import { sensorsOf } from '../control/sensors.ts';
import type { StationImage } from '../image.ts';
import { freshSince } from '../points.ts';
import { NEW_LEARNING, stepLearning, type LearningState } from '../learning/learning.ts';
import type { NetworkTarget, StationState } from '../state.ts';
import type { SiteClock } from './clock.ts';
import { forecastAt, type Forecast } from './forecast.ts';
import { NO_NETWORK_SETTINGS, type NetworkSettings } from './settings.ts';
import {
  balanceTargets,
  NEW_BALANCE,
  stepBalance,
  type BalanceState,
  type StationBalance,
} from './balance.ts';
import type { PlanTarget } from './plan/plan.ts';
import { planned } from './plan/step.ts';
import { NEW_PLAN_STATE, type PlanState } from './plan/state.ts';
import { isDoubted, networkOutdoor, type NetworkOutdoor } from './outdoor.ts';
import { NEW_SOURCE, shortTarget, stepSource, type SourceState } from './source.ts';

export const NETWORK_EVERY_MS = 10_000;

/** The network as every station's cycle sees it. Plain data: it is snapshotted whole. */
export interface NetworkState {
  /** When the next network cycle is due, ms UTC. */
  readonly due_at: number;
  /** Undefined until the first tick. */
  readonly clock: SiteClock | undefined;
  readonly outdoor: NetworkOutdoor | undefined;
  readonly forecast: Forecast | undefined;
  readonly settings: NetworkSettings;
  /** Corrections across stations, and how warm each is. */
  readonly balance: BalanceState;
  /** What stations showed, to learn from. */
  readonly learning: LearningState;
  /** How a short source is shared. */
  readonly source: SourceState;
  /** The plan of peak shaving. */
  readonly plan: PlanState;
}

export const NEW_NETWORK: NetworkState = {
  due_at: 0,
  clock: undefined,
  outdoor: undefined,
  forecast: undefined,
  settings: NO_NETWORK_SETTINGS,
  balance: NEW_BALANCE,
  learning: NEW_LEARNING,
  source: NEW_SOURCE,
  plan: NEW_PLAN_STATE,
};

/** One station as the network's cycle sees it. */
export interface NetworkStation {
  readonly config: StationConfig;
  readonly image: StationImage;
  readonly state: StationState;
}

export interface NetworkResult {
  readonly state: NetworkState;
  /** For each station in its order: undefined where nothing is asked of it, the same object while that says the same. */
  readonly targets: readonly (NetworkTarget | undefined)[];
}

/** Looks at all stations and gives each its target. Pure; its cost grows with the number of stations. */
export function cycleNetwork(
  state: NetworkState,
  stations: ReadonlyMap<string, NetworkStation>,
  now: number,
): NetworkResult {
  const own: (number | undefined)[] = [];
  for (const { config, image } of stations.values())
    own.push(image.points.fit(sensorsOf(config, image).outdoor_c, freshSince(now, config.every_s.default)));
  const measured = own.filter((outdoor_c) => outdoor_c !== undefined);
  const outdoor = networkOutdoor(state.outdoor, measured, now);
  const balance = stepBalance(state.balance, {
    now,
    settings: state.settings.balance,
    stations,
    outdoor: substituteOutdoor({ ...state, outdoor }, now),
    filter: outdoor?.filter,
  });
  const learning = stepLearning(state.learning, stations, {
    now,
    clock: state.clock,
    median_c: outdoor?.median_c,
  });
  const source = stepSource(state.source, {
    now,
    stations,
    outdoor_c: outdoor?.filter.value_c,
    settings: state.settings.source,
  });
  const asked = { outdoor, balance: balanceTargets(balance), source, plan: planned(state, now) };
  const targets: (NetworkTarget | undefined)[] = [];
  for (const station of stations.values()) targets.push(targetOf(station, own[targets.length], asked));
  return {
    state: { ...state, due_at: now + NETWORK_EVERY_MS, balance, outdoor, learning, source },
    targets,
  };
}

interface Asked {
  readonly outdoor: NetworkOutdoor | undefined;
  readonly balance: ReadonlyMap<string, StationBalance>;
  readonly source: SourceState;
  readonly plan: ReadonlyMap<string, PlanTarget>;
}

/** What is asked of a station; where that is the same as before, the same object. */
function targetOf(
  { config: { id }, state }: NetworkStation,
  own_c: number | undefined,
  asked: Asked,
): NetworkTarget | undefined {
  const before = state.network;
  const { outdoor } = asked;
  const was = before?.outdoor_doubted ?? false;
  const doubted = outdoor !== undefined && own_c !== undefined && isDoubted(own_c, outdoor.median_c, was);
  const balance = asked.balance.get(id);
  const short = shortTarget(asked.source, id);
  const plan = asked.plan.get(id);
  if (!doubted && !balance && !short && !plan) return undefined;
  const target: NetworkTarget = {
    ...(doubted && { outdoor_doubted: true }),
    ...(balance && { balance }),
    ...short,
    ...(plan && { plan }),
  };
  return before && isSame(before, target) ? before : target;
}

const isSame = (before: NetworkTarget, target: NetworkTarget): boolean =>
  before.balance === target.balance &&
  before.plan === target.plan &&
  before.short === target.short &&
  before.primary === target.primary &&
  before.after === target.after &&
  before.outdoor_doubted === target.outdoor_doubted;

export interface OutdoorReading {
  readonly from: 'network' | 'forecast';
  /** Time of the measurement, ms UTC. */
  readonly at: number;
  readonly outdoor_c: number;
}

/** The substitute for a sensor that is not fit or doubted: the network's median, else the forecast. */
export function substituteOutdoor(network: NetworkState, now: number): OutdoorReading | undefined {
  const { outdoor, forecast } = network;
  if (outdoor && now - outdoor.at <= 3 * NETWORK_EVERY_MS)
    return { from: 'network', at: outdoor.at, outdoor_c: outdoor.median_c };
  const outdoor_c = forecast && forecastAt(forecast, now);
  return outdoor_c === undefined ? undefined : { from: 'forecast', at: now, outdoor_c };
}
