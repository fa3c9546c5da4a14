/**
 * Buildings behind a circuit as two nodes: air with furniture, and walls (a 2R2C model as in ISO 13790's simple
 * hourly method, with the split of losses of an ordinary block of flats).
 */

export interface BuildingDesign {
  readonly heated_area_m2: number;
  /** Heat loss at design, W/m². */
  readonly heat_index_w_m2: number;
  readonly room_c: number;
  readonly outdoor_c: number;
  /** Time constant of the whole building, h (50–200). */
  readonly time_constant_h: number;
  /** Heat from people and devices, W/m². */
  readonly internal_w_m2: number;
  /** Heat from the sun at a clear noon, W/m² of heated area. */
  readonly solar_w_m2: number;
}

export interface Building {
  readonly design: BuildingDesign;
  /** Losses of windows and air change, kW/K. */
  readonly air_kw_k: number;
  /** From air to walls and from walls to outdoors, kW/K. */
  readonly inner_kw_k: number;
  readonly wall_kw_k: number;
  readonly air_kj_k: number;
  readonly wall_kj_k: number;
}

export interface BuildingState {
  air_c: number;
  wall_c: number;
  /** How far windows stand open, 0–1. */
  window: number;
}

const HOUR_S = 3600;

/** Half of the loss goes through windows and air change, half through walls whose inner side is five times better coupled. */
export function buildingOf(design: BuildingDesign): Building {
  const loss_kw_k =
    (design.heat_index_w_m2 * design.heated_area_m2) / 1000 / (design.room_c - design.outdoor_c);
  const inner_kw_k = 5 * loss_kw_k;
  const through_kw_k = 0.5 * loss_kw_k;
  const air_kj_k = 4 * HOUR_S * loss_kw_k;
  return {
    design,
    air_kw_k: 0.5 * loss_kw_k,
    inner_kw_k,
    wall_kw_k: 1 / (1 / through_kw_k - 1 / inner_kw_k),
    air_kj_k,
    wall_kj_k: design.time_constant_h * HOUR_S * loss_kw_k - air_kj_k,
  };
}

/** Walls in balance with air and outdoors: where a run starts. */
export function settledBuilding(building: Building, air_c: number, outdoor_c: number): BuildingState {
  const { inner_kw_k, wall_kw_k } = building;
  return {
    air_c,
    wall_c: (inner_kw_k * air_c + wall_kw_k * outdoor_c) / (inner_kw_k + wall_kw_k),
    window: 0,
  };
}

export interface BuildingStep {
  readonly heat_kw: number;
  readonly outdoor_c: number;
  readonly sun: number;
  /** Local solar time, h. */
  readonly hour: number;
  readonly dt_s: number;
}

/** People open windows above the first and have them all open at the second temperature, °C. */
const WINDOWS_C = [22, 26] as const;
/** Open windows add this share of the design loss of air change and glass. */
const WINDOW_LOSS = 1.2;
const WINDOW_S = 1500;
/** At night fewer get up to open one. */
const ASLEEP = 0.35;

/** Share of windows that people would have open at this temperature and hour, 0–1. */
export function windowsWanted(air_c: number, hour: number): number {
  const [first_c, all_c] = WINDOWS_C;
  const share = Math.min(1, Math.max(0, (air_c - first_c) / (all_c - first_c)));
  return hour >= 7 && hour < 22 ? share : ASLEEP * share;
}

/** Moves the two temperatures by one step; returns the net loss to outdoors less gains, kW. */
export function stepBuilding(building: Building, state: BuildingState, step: BuildingStep): number {
  const { design } = building;
  const gains_kw = ((design.internal_w_m2 + design.solar_w_m2 * step.sun) * design.heated_area_m2) / 1000;
  const wanted = windowsWanted(state.air_c, step.hour);
  state.window = wanted + (state.window - wanted) * Math.exp(-step.dt_s / WINDOW_S);
  const through_air_kw =
    building.air_kw_k * (1 + WINDOW_LOSS * state.window) * (state.air_c - step.outdoor_c);
  const inward_kw = building.inner_kw_k * (state.air_c - state.wall_c);
  const through_wall_kw = building.wall_kw_k * (state.wall_c - step.outdoor_c);
  state.air_c += ((step.heat_kw + gains_kw - through_air_kw - inward_kw) * step.dt_s) / building.air_kj_k;
  state.wall_c += ((inward_kw - through_wall_kw) * step.dt_s) / building.wall_kj_k;
  return through_air_kw + through_wall_kw - gains_kw;
}
