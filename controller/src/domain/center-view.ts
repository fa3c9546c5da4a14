/** What others may ask of the running state. */
import { HeatError } from '@heat-center/contract/errors.ts';
import { caseOf } from './center-station.ts';
import type { CenterState } from './center.ts';
import { wishError } from './commands/wishes.ts';
import type { StationConfig } from './config.ts';
import type { ActiveWish } from './control/circuit.ts';
import type { CircuitDecision, CommandRecord } from './effects.ts';
import type { StationImage } from './image.ts';
import type { Wish } from './inputs.ts';
import type { NetworkState } from './network/network.ts';
import { isReachable } from './state.ts';

/** Why a wish may not be taken now; asked before it is journaled. Undefined where it may. */
export function checkWish(
  center: CenterState,
  asked: { readonly station: string; readonly wish: Wish; readonly now: number },
): HeatError | undefined {
  const entry = center.stations.get(asked.station);
  if (!entry) return new HeatError('not_found', `There is no station ${asked.station}.`);
  return wishError({ ...caseOf(center, entry), now: Math.max(asked.now, center.now) }, asked.wish);
}

/** One station as the API shows it. */
export interface StationView {
  readonly config: StationConfig;
  readonly image: StationImage;
  /** The latest decision of each circuit with its trace. */
  readonly decisions: readonly CircuitDecision[];
  /** Open and recent commands and wishes, newest first. */
  readonly commands: readonly CommandRecord[];
  /** Wishes in force, by circuit. */
  readonly wishes: ReadonlyMap<string, ActiveWish>;
  /** Whether commands may be sent now. */
  readonly reachable: boolean;
  /** On its own curve by an operator's release. */
  readonly released: boolean;
}

/** What the center knows of a station now; valid until the next input. */
export function stationView(center: CenterState, station: string): StationView | undefined {
  const entry = center.stations.get(station);
  if (!entry) return undefined;
  const { config, image, state } = entry;
  return {
    config,
    image,
    decisions: state.circuits,
    commands: state.ledger.records.toReversed(),
    wishes: state.wishes,
    reachable: isReachable(caseOf(center, entry)),
    released: state.released,
  };
}

export type NetworkView = Pick<NetworkState, 'outdoor' | 'forecast' | 'balance' | 'source'> & {
  readonly doubted: readonly string[];
};

export function networkView({ network, stations }: CenterState): NetworkView {
  const doubted = [...stations].filter(([, { state }]) => state.network?.outdoor_doubted).map(([id]) => id);
  const { outdoor, forecast, balance, source } = network;
  return { outdoor, forecast, balance, source, doubted };
}

/** Stations that obey an epoch which the center is not above: nothing is sent to them until a person confirms. */
export function epochConflicts(center: CenterState): { station: string; epoch: number }[] {
  const conflicts = [];
  for (const [station, { state }] of center.stations) {
    const { obeys_epoch: epoch } = state;
    if (epoch !== undefined && epoch >= center.epoch) conflicts.push({ station, epoch });
  }
  return conflicts;
}
