/** What was learned and what load is to come, read from the running state; valid until the next input. */
import type { CenterState } from '../center.ts';
import {
  networkLoad,
  stationLoad,
  weatherAhead,
  type NetworkLoad,
  type StationLoad,
} from './load-forecast.ts';
import { stationLearned, type CircuitLearned } from './view.ts';

/** By heating circuit; undefined where there is no such station. */
export function learnedOf({ network, stations }: CenterState, id: string): CircuitLearned[] | undefined {
  const entry = stations.get(id);
  return entry && stationLearned(entry.config, network.learning.stations.get(id));
}

interface Asked {
  readonly now: number;
  /** How many hours ahead. */
  readonly hours: number;
}

export function loadOf(
  { network, stations }: CenterState,
  id: string,
  { now, hours }: Asked,
): StationLoad | undefined {
  const entry = stations.get(id);
  return entry && stationLoad(network, { config: entry.config, now }, weatherAhead(network, now, hours));
}

export function loadOfNetwork({ network, stations }: CenterState, { now, hours }: Asked): NetworkLoad {
  const configs = [...stations.values()].map(({ config }) => config);
  return networkLoad(network, { configs, now }, weatherAhead(network, now, hours));
}
