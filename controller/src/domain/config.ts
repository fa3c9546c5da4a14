/** What the center knows of a station before the first sample: settings a person made. */

export type CircuitKind = 'radiators' | 'floor' | 'ventilation' | 'dhw';
/** Quantities that a circuit can be told. */
export const SETPOINT_NAMES = ['supply_c', 'flow_m3_h', 'dp_kpa'] as const;
export type SetpointName = (typeof SETPOINT_NAMES)[number];

/** Design point: secondary supply and return, outdoor and room temperature, °C. */
export interface CircuitDesign {
  readonly supply_c: number;
  readonly return_c: number;
  readonly outdoor_c: number;
  readonly room_c: number;
}

export interface CircuitLimits {
  readonly supply_min_c: number;
  readonly supply_max_c: number;
  readonly flow_min_m3_h?: number | undefined;
  readonly flow_max_m3_h?: number | undefined;
  readonly dp_min_kpa?: number | undefined;
  readonly dp_max_kpa?: number | undefined;
  /** Highest secondary return, °C. */
  readonly return_max_c?: number | undefined;
  /** Fastest change of the supply setpoint, K/min; 1 where absent. */
  readonly ramp_k_per_min?: number | undefined;
}

export interface CircuitConfig {
  readonly id: string;
  readonly kind?: CircuitKind | undefined;
  readonly accepts: readonly SetpointName[];
  readonly design?: CircuitDesign | undefined;
  readonly limits?: CircuitLimits | undefined;
  /** Floor area heated by this circuit, m²; the station's divided by its heating circuits where absent. */
  readonly heated_area_m2?: number | undefined;
  /** Heat demand at the design outdoor temperature, W/m². */
  readonly heat_index_w_m2?: number | undefined;
}

/** Limits of the primary side that a station can be told: highest flow, heat power and return temperature. */
export const PRIMARY_NAMES = ['flow_max_m3_h', 'power_max_kw', 'return_max_c'] as const;
export type PrimaryName = (typeof PRIMARY_NAMES)[number];

export interface PrimaryLimits {
  readonly return_max_c?: number | undefined;
  readonly flow_max_m3_h?: number | undefined;
  readonly power_max_kw?: number | undefined;
}

export interface StationConfig {
  readonly id: string;
  readonly kind: 'station' | 'source';
  /** `observe`: setpoints are computed and shown, never sent. */
  readonly control: 'observe' | 'on';
  readonly heated_area_m2?: number | undefined;
  /** Reporting periods, s: of the heat meter's points and of all others. */
  readonly every_s: { readonly default: number; readonly meter: number };
  readonly circuits: readonly CircuitConfig[];
  readonly primary_limits?: PrimaryLimits | undefined;
  /** Limits of the primary side that the station's own controller takes; none where absent. */
  readonly primary_accepts?: readonly PrimaryName[] | undefined;
  /** Rises by one whenever curve or limits of a circuit change. */
  readonly limits_rev: number;
}
