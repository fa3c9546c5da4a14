/** What surrounds a station: its place in the primary network and the weather. */

export interface Primary {
  /** Water that arrives, °C. */
  readonly supply_c: number;
  /** Pressures at the station, kPa. */
  readonly supply_kpa: number;
  readonly return_kpa: number;
}

export interface Weather {
  readonly outdoor_c: number;
  /** Sun on façades as a share of a clear noon, 0–1. */
  readonly sun: number;
  /** Local solar time, hours since midnight, 0–24. */
  readonly hour: number;
}

/** What the heat source's own meters show; only there. */
export interface Produced {
  readonly return_c: number;
  readonly kg_s: number;
  readonly heat_kw: number;
  readonly electric_kw: number;
  readonly tripped: boolean;
}

/** What surrounds a station at one moment. */
export interface Environment extends Primary, Weather {
  readonly produced?: Produced;
}
