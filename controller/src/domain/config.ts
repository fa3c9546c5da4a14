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

/**
 * How a heating circuit shares its load between temperature and flow. `quality`: design flow at all times.
 * `stepped`: lower flow in milder weather, in stages. `quantity`: constant supply temperature (°C), flow follows.
 * `mixed`: flow ratio G = Q^exponent.
 */
export type Regulation =
  | { readonly mode: 'quality' }
  | { readonly mode: 'stepped'; readonly stages?: readonly FlowStage[] | undefined }
  | { readonly mode: 'quantity'; readonly supply_c: number }
  | { readonly mode: 'mixed'; readonly exponent?: number | undefined };

/** Flow relative to design while the relative load is below a bound; both fall from stage to stage. */
export interface FlowStage {
  readonly below_load: number;
  readonly ratio: number;
}

/** What bends the weather curve. */
export interface CurveSettings {
  /** Six points [outdoor °C, supply °C] in place of the design's curve: outdoor ascending, supply never rising. */
  readonly points?: readonly (readonly [number, number])[] | undefined;
  /** Parallel shift of the supply temperature, K. */
  readonly shift_k?: number | undefined;
  /** Internal gains: people and devices warm as if it were so much (K) milder outdoors. */
  readonly internal_gain_k?: number | undefined;
}

/** Local times are `HH:MM`, 00:00 … 24:00; days 1 Monday … 7 Sunday; dates `YYYY-MM-DD`. */
export interface Schedule {
  /** When the rooms are to be warm; `to` before `from` ends on the next day. */
  readonly comfort: readonly {
    readonly days: readonly number[];
    readonly from: string;
    readonly to: string;
  }[];
  readonly night: Night;
  /** Supply raised by so much (K) for so long (s) when the heat comes back. */
  readonly boost?: { readonly supply_k: number; readonly for_s: number } | undefined;
  /** `optimised`: early enough that rooms are warm when comfort begins; that is learned. */
  readonly start?: 'fixed' | 'optimised' | undefined;
  /** Whole days without comfort, first and last included. */
  readonly holidays?: readonly { readonly from: string; readonly to: string }[] | undefined;
}

/**
 * Outside of comfort. `setback`: the room target falls by `room_k`, less so in the cold, not at all below
 * `limit_c` outdoors. `off`: no heat while it is warmer than `limit_c`.
 */
export type Night =
  | { readonly kind: 'setback'; readonly room_k: number; readonly limit_c?: number | undefined }
  | { readonly kind: 'off'; readonly limit_c?: number | undefined };

/** Sample flats that correct the curve: ids of their rooms, all of the station's where absent. */
export interface RoomFeedback {
  readonly rooms?: readonly string[] | undefined;
  /** The design's room temperature where absent, °C. */
  readonly target_c?: number | undefined;
}

/** A differential pressure (kPa) from a local time of day on. */
export interface DpStep {
  readonly from: string;
  readonly dp_kpa: number;
}

export interface CircuitLimits {
  readonly supply_min_c: number;
  readonly supply_max_c: number;
  readonly flow_min_m3_h?: number | undefined;
  readonly flow_max_m3_h?: number | undefined;
  /** Inner diameter of the circuit's narrowest main pipe, mm, and most that its pumps move, m³/h. */
  readonly pipe_mm?: number | undefined;
  readonly pump_max_m3_h?: number | undefined;
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
  /** `quality` where absent. */
  readonly regulation?: Regulation | undefined;
  readonly curve?: CurveSettings | undefined;
  readonly schedule?: Schedule | undefined;
  readonly room_feedback?: RoomFeedback | undefined;
  /** Over the day, in order of time; before the first step the last one holds. */
  readonly dp_day?: readonly DpStep[] | undefined;
}

/** Limits of the primary side that a station can be told: highest flow, heat power and return temperature. */
export const PRIMARY_NAMES = ['flow_max_m3_h', 'power_max_kw', 'return_max_c'] as const;
export type PrimaryName = (typeof PRIMARY_NAMES)[number];

export interface PrimaryLimits {
  readonly return_max_c?: number | undefined;
  readonly flow_max_m3_h?: number | undefined;
  readonly power_max_kw?: number | undefined;
  /** In place of `return_max_c`: straight between two points [outdoor °C, return °C], level beyond; outdoor ascending. */
  readonly return_slide?: readonly (readonly [number, number])[] | undefined;
  /** Way of the water from supply setpoint to measured return, s; 1800 where absent. */
  readonly transit_s?: number | undefined;
}

/** Who gives heat first when there is too little: ordinary stations. */
export type Priority = 'ordinary' | 'hospital' | 'school' | 'elderly';

export interface StationConfig {
  readonly id: string;
  readonly kind: 'station' | 'source';
  /** `observe`: setpoints are computed and shown, never sent. */
  readonly control: 'observe' | 'on';
  /** `ordinary` where absent. */
  readonly priority?: Priority | undefined;
  readonly heated_area_m2?: number | undefined;
  /** Time constant of the outdoor low-pass, h; 6 where absent, 24 at most. */
  readonly outdoor_time_constant_h?: number | undefined;
  /** Reporting periods, s: of the heat meter's points and of all others. */
  readonly every_s: { readonly default: number; readonly meter: number };
  readonly circuits: readonly CircuitConfig[];
  readonly primary_limits?: PrimaryLimits | undefined;
  /** Limits of the primary side that the station's own controller takes; none where absent. */
  readonly primary_accepts?: readonly PrimaryName[] | undefined;
  /** Rises by one whenever curve or limits of a circuit change. */
  readonly limits_rev: number;
}
