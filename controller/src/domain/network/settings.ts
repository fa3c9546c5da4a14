/**
 * What people set for the network as a whole: a section for each thing that only the network can decide. A section
 * that is absent is not in use.
 */

export interface NetworkSettings {
  readonly balance?: BalanceSettings | undefined;
  readonly source?: SourceSettings | undefined;
  readonly weather?: WeatherSettings | undefined;
  readonly shaving?: ShavingSettings | undefined;
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

/** A short source (docs/control.md): what it can give, and what nobody falls below. */
export interface SourceSettings {
  /** Absent: the source is sound. */
  readonly limit?: SourceLimit | undefined;
  /** What the sound source gives at most, kW: the recovery stays below it too. */
  readonly capacity_kw?: number | undefined;
  /** Flow of the network that a limit of the supply temperature is counted at; as before the shortage where absent. */
  readonly flow_max_m3_h?: number | undefined;
  /** Room temperatures (°C) that ordinary and priority stations are not held below for ever. */
  readonly floor_room_c?: number | undefined;
  readonly priority_floor_room_c?: number | undefined;
}

/** Of power and supply temperature the tighter counts. */
export interface SourceLimit {
  readonly power_max_kw?: number | undefined;
  readonly supply_max_c?: number | undefined;
  /** When it begins and ends, ms UTC. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly reason?: string | undefined;
}

/** Where forecasts come from; without it they may still be posted. The cycle reads what comes, never this. */
export interface WeatherSettings {
  readonly provider: 'open-meteo' | 'met-norway' | 'file';
  /** For a service. */
  readonly place?: { readonly lat: number; readonly lon: number } | undefined;
  /** Name of a file in the folder `weather` of the data folder. */
  readonly file?: string | undefined;
  /** Address or web page under which a service reaches who runs this center. */
  readonly contact?: string | undefined;
  /** How often it is asked, s. */
  readonly every_s: number;
}

/** Peak shaving (docs/control.md). Lists have 24 entries: the hours of the local day, from midnight. */
export interface ShavingSettings {
  readonly on: boolean;
  /** Heat that the source should not pass, kW; null: no cap in that hour. */
  readonly cap_kw?: readonly (number | null)[] | undefined;
  /** In any currency; only the differences count. */
  readonly price_per_mwh?: readonly number[] | undefined;
  /** Rooms of ordinary buildings may be planned so far off their target, K; 1 where absent. */
  readonly comfort_band_k?: number | undefined;
  /** Share of a cap that plans keep free for what the forecast is off; 0.04 where absent. */
  readonly cap_margin?: number | undefined;
  /** Of buildings that none was learned for, h; 100 where absent. */
  readonly time_constant_h?: number | undefined;
  /** Stations that never take part. */
  readonly excluded?: readonly string[] | undefined;
}

export const NO_NETWORK_SETTINGS: NetworkSettings = {};
