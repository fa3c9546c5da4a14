/**
 * What only the network as a whole can say, computed from all stations every 10 s and handed to each of them as
 * targets. A station's own cycle reads its target and the values of the network, never another station.
 */
import type { StationConfig } from '../config.ts';
import { sensorsOf } from '../control/sensors.ts';
import { fitValue, type StationImage } from '../image.ts';
import { NEW_LEARNING, stepLearning, type LearningState } from '../learning/learning.ts';
import type { NetworkTarget, StationState } from '../state.ts';
import type { SiteClock } from './clock.ts';
import { forecastAt, type Forecast } from './forecast.ts';
import { NO_NETWORK_SETTINGS, type NetworkSettings } from './settings.ts';
import { balanceTargets, NEW_BALANCE, stepBalance, type BalanceState } from './balance.ts';
import { planned } from './plan/step.ts';
import { NEW_PLAN_STATE, type PlanState } from './plan/state.ts';
import { isDoubted, networkOutdoor, type NetworkOutdoor } from './outdoor.ts';
import { NEW_SOURCE, shortTargets, stepSource, type SourceState } from './source.ts';

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
  /** By station; those that nothing is asked of are absent. */
  readonly targets: ReadonlyMap<string, NetworkTarget>;
}

/** Looks at all stations and gives each its target. Pure; its cost grows with the number of stations. */
export function cycleNetwork(
  state: NetworkState,
  stations: ReadonlyMap<string, NetworkStation>,
  now: number,
): NetworkResult {
  const own = [...stations.values()].map(({ config, image }) =>
    fitValue(sensorsOf(config, image).outdoor_c, now, config.every_s.default),
  );
  const outdoor = networkOutdoor(
    state.outdoor,
    own.filter((outdoor_c) => outdoor_c !== undefined),
    now,
  );
  const targets = new Map<string, NetworkTarget>();
  let nth = 0;
  for (const [id, station] of stations) {
    const outdoor_c = own[nth];
    nth += 1;
    if (!outdoor || outdoor_c === undefined) continue;
    const was = station.state.network?.outdoor_doubted ?? false;
    if (isDoubted(outdoor_c, outdoor.median_c, was)) targets.set(id, { outdoor_doubted: true });
  }
  const balance = stepBalance(state.balance, {
    now,
    settings: state.settings.balance,
    stations,
    outdoor: substituteOutdoor({ ...state, outdoor }, now),
    filter: outdoor?.filter,
  });
  for (const [id, station] of balanceTargets(balance))
    targets.set(id, { ...targets.get(id), balance: station });
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
  for (const [id, short] of shortTargets(source)) targets.set(id, { ...targets.get(id), ...short });
  for (const [id, asked] of planned(state, now)) targets.set(id, { ...targets.get(id), plan: asked });
  return {
    state: { ...state, due_at: now + NETWORK_EVERY_MS, balance, outdoor, learning, source },
    targets: unchanged(targets, stations),
  };
}

/** Targets that say the same as before are the same objects: most stations keep theirs from cycle to cycle. */
function unchanged(
  targets: ReadonlyMap<string, NetworkTarget>,
  stations: ReadonlyMap<string, NetworkStation>,
): ReadonlyMap<string, NetworkTarget> {
  const kept = new Map<string, NetworkTarget>();
  for (const [id, target] of targets) {
    const before = stations.get(id)?.state.network;
    kept.set(id, before && isSame(before, target) ? before : target);
  }
  return kept;
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
