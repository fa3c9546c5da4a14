/** What the center remembers of a station from cycle to cycle. Plain data: it is snapshotted whole. */
import { createLedger, type Ledger } from './commands/ledger.ts';
import type { FallbackTry } from './commands/fallback.ts';
import type { Lease } from './commands/lease.ts';
import type { PrimaryLimits, StationConfig } from './config.ts';
import {
  restoredCircuits,
  type ActiveWish,
  type CircuitState,
  type EarlierCircuits,
} from './control/circuit.ts';
import type { CircuitDecision } from './effects.ts';
import type { StationImage } from './image.ts';
import type { Fitness } from './points.ts';
import type { StationBalance } from './network/balance.ts';
import type { NetworkState } from './network/network.ts';
import type { PlanTarget } from './network/plan/plan.ts';
import type { ShortTarget } from './network/short.ts';
import type { OutdoorFilter } from './physics/outdoor-filter.ts';

/** How the station's own curve is shifted when a lease ends unrenewed. */
export interface After {
  readonly offset_k: number;
  readonly for_s: number;
}

/** What balance across stations adds to a circuit's supply temperature, and the relative warmths that it follows. */
export interface BalanceShift {
  readonly shift_k: number;
  readonly relative?: number | undefined;
  readonly reference?: number | undefined;
}

/** What the network asks of a station or tells it: limits of its primary side, what to do in silence, whom to doubt. */
export interface NetworkTarget {
  readonly primary?: PrimaryLimits | undefined;
  readonly after?: After | undefined;
  /** What a short source leaves for it. */
  readonly short?: ShortTarget | undefined;
  /** Corrections of balance by circuit; the same object until they are looked at again. */
  readonly balance?: StationBalance | undefined;
  /** What the plan of peak shaving asks of it. */
  readonly plan?: PlanTarget | undefined;
  /** The station's outdoor sensor disagrees with the network's median. */
  readonly outdoor_doubted?: boolean | undefined;
}

/** Where the outdoor temperature comes from: the own sensor, or a substitute with its value and why it stands in. */
export type OutdoorOrigin =
  | { readonly from: 'own' }
  | {
      readonly from: 'network' | 'forecast';
      readonly outdoor_c: number;
      /** Fitness of the own sensor, or `doubted`. */
      readonly why: Fitness | 'doubted';
    };

/** Moved on in place by the station's cycle and replaced by other inputs: nobody holds it beyond the next input. */
export interface StationState {
  readonly outdoor: OutdoorFilter | undefined;
  /** What feeds the filter now; undefined while nothing does. */
  readonly outdoor_origin?: OutdoorOrigin | undefined;
  /** In the order of the settings. */
  readonly circuits: readonly CircuitState[];
  /** Wishes in force, by circuit. */
  readonly wishes: ReadonlyMap<string, ActiveWish>;
  /** How often decisions came to something else: two states of a station that agree in it say the same. */
  readonly moves?: number | undefined;
  /** The decisions as last told to history and feed. */
  readonly told: Map<string, CircuitDecision>;
  readonly ledger: Ledger;
  readonly lease: Lease | undefined;
  /** Told with the setpoints; nothing where absent. */
  readonly network?: NetworkTarget | undefined;
  /** When setpoints were last told, ms UTC; survives the lease. */
  readonly told_at: number | undefined;
  /** When leading began, in the last half hour, ms UTC. */
  readonly led_at?: readonly number[] | undefined;
  readonly fallback: FallbackTry | undefined;
  /** Nothing is sent before a live sample has come in this session. */
  readonly awaits_sample: boolean;
  /** The station's boot as its last status named it. */
  readonly boot: string | undefined;
  /** Given back to its own curve by an operator, until the next wish or until control is switched. */
  readonly released: boolean;
  /** The epoch that the station obeys, while it is above the center's. */
  readonly obeys_epoch: number | undefined;
  readonly cycled_at: number | undefined;
  /** When the next cycle is due without any input, ms UTC. */
  readonly due_at: number;
}

/** `pair` is the epoch and the number after which the station's commands are counted. */
export function createStationState(
  at: number,
  pair: { readonly epoch: number; readonly seq: number },
): StationState {
  return {
    outdoor: undefined,
    circuits: [],
    wishes: new Map(),
    moves: 0,
    told: new Map(),
    ledger: createLedger(pair.epoch, pair.seq),
    lease: undefined,
    told_at: undefined,
    fallback: undefined,
    awaits_sample: true,
    boot: undefined,
    released: false,
    obeys_epoch: undefined,
    cycled_at: undefined,
    due_at: at,
  };
}

/** That of a snapshot, also of an earlier version. */
export const restoredState = (
  state: Omit<StationState, 'circuits'> & { readonly circuits: StationState['circuits'] | EarlierCircuits },
): StationState => ({ ...state, circuits: restoredCircuits(state.circuits) });

/** What is remembered of a circuit; undefined before its station's first cycle. */
export function circuitOf(
  { circuits }: Pick<StationState, 'circuits'>,
  id: string,
): CircuitState | undefined {
  for (const circuit of circuits) if (circuit.circuit === id) return circuit;
  return undefined;
}

/** One station as its cycle sees it. */
export interface StationCase {
  readonly state: StationState;
  readonly image: StationImage;
  readonly config: StationConfig;
  /** What the network as a whole says. */
  readonly network: NetworkState;
  readonly now: number;
}

/**
 * Whether commands may be sent: control is on, the station is remote, online and has measured since its
 * session began, and it does not obey another center.
 */
export function isReachable({ state, image, config }: StationCase): boolean {
  if (config.control !== 'on' || image.online !== true || image.mode !== 'remote') return false;
  if (state.awaits_sample) return false;
  return state.obeys_epoch === undefined || state.obeys_epoch < state.ledger.epoch;
}
