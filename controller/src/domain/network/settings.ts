/**
 * What people set for the network as a whole: a section for each thing that only the network can decide. A section
 * that is absent is not in use.
 */

export interface NetworkSettings {
  readonly balance?: BalanceSettings | undefined;
}

/** Balance across stations (docs/control.md). */
export interface BalanceSettings {
  readonly on: boolean;
  /** Change of a correction for each unit of relative warmth that a circuit lacks, K/h. */
  readonly gain_k_per_h: number;
  /** A circuit so near to the reference is left as it is, in relative warmth. */
  readonly deadband: number;
  /** Fastest change of a correction, K/h. */
  readonly rate_k_per_h: number;
  /** Greatest correction, K. */
  readonly bound_k: number;
}

export const NO_NETWORK_SETTINGS: NetworkSettings = {};
