/** Why a setpoint is what it is: codes that the controller gives and the screen translates. */

/**
 * Each code with the names of its parameters: numbers in the unit of their suffix, times in ms UTC, local times of day
 * as HH:MM. Codes with a `shift_k` are corrections that are in the wanted value.
 */
export const REASONS = {
  weather_curve: ['outdoor_c', 'value'],
  constant: ['value'],
  design_flow: ['value'],
  regulated_flow: ['value', 'ratio', 'mode'],
  dp_day: ['value', 'from'],
  outdoor_substitute: ['source', 'outdoor_c', 'why'],
  early_start: ['until'],
  night_off: ['shift_k', 'until'],
  setback: ['shift_k', 'room_k', 'until'],
  boost: ['shift_k', 'until'],
  rooms: ['shift_k', 'room_c', 'target_c', 'rooms'],
  balance: ['shift_k', 'relative', 'reference'],
  plan: ['shift_k', 'room_k', 'until'],
  wish: ['value', 'by', 'until'],
  held: ['value', 'since', 'missing'],
  no_input: ['missing'],
  equipment_maximum: ['max'],
  frost: ['min', 'cause'],
  hard_limits: ['min', 'max'],
  ramp: ['min', 'max', 'rate_k_per_min'],
  short_source: ['max', 'share_pct'],
  primary_flow_limit: ['max', 'flow_m3_h', 'limit_m3_h'],
  power_limit: ['max', 'power_kw', 'limit_kw'],
  return_limit: ['max', 'return_c', 'limit_c'],
  flow_limits: ['min', 'max'],
} as const satisfies Record<string, readonly string[]>;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  readonly code: ReasonCode;
  readonly params: Readonly<Record<string, number | string>>;
}

/** One rule's part in a setpoint, in the order in which the rules were applied. */
export interface TraceEntry {
  readonly reason: Reason;
  /** Allowed range of a limiting rule; absent bounds are open. */
  readonly min?: number;
  readonly max?: number;
  /** This rule decided the value. */
  readonly binding: boolean;
  /** An earlier rule left no room for this one. */
  readonly overridden: boolean;
}
