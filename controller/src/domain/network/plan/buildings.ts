/** What the plan knows of a station: how it loses heat, how long its rooms hold it, how far its curve can be moved. */
import type { CircuitConfig, Priority, StationConfig } from '../../config.ts';
import { EQUIPMENT_MAXIMUM_C } from '../../physics/equipment.ts';
import { DEFAULT_HEAT_INDEX_W_M2 } from '../../physics/flow.ts';
import { emissionOf, type Emission } from './emission.ts';
import { curveBasis, isDesign, weatherCurve } from '../../physics/weather-curve.ts';

/** Heating circuits of a station as one. */
export interface Building extends Emission {
  /** H: heat that one kelvin costs, kW/K. */
  readonly loss_kw_k: number;
  /** Outdoor temperature from which no heat is needed, °C. */
  readonly balance_c: number;
  /** Outdoor temperatures between which its curve is neither at its most nor at its least, °C. */
  readonly coldest_c: number;
  readonly warmest_c: number;
}

/** The curve is never read at a load above this. */
const MOST_LOAD = 1.2;
/** The curve's ends are found within this, K. */
const FOUND_WITHIN_K = 0.1;
const SEARCHED_C = { min: -60, max: 40 } as const;

/** Outdoor temperature at which a falling curve passes a supply temperature, °C. */
function whereCurveIs(supplyAt: (outdoor_c: number) => number, supply_c: number): number {
  let { min, max } = SEARCHED_C as { min: number; max: number };
  while (max - min > FOUND_WITHIN_K) {
    const middle = (min + max) / 2;
    if (supplyAt(middle) > supply_c) min = middle;
    else max = middle;
  }
  return (min + max) / 2;
}

function circuitBuilding(circuit: CircuitConfig, area_m2: number): Building | undefined {
  const { design, kind, limits, curve, heat_index_w_m2 = DEFAULT_HEAT_INDEX_W_M2 } = circuit;
  const basis = curveBasis(circuit);
  if (!isDesign(design) || !basis || !kind || area_m2 <= 0) return undefined;
  const gain_k = curve?.internal_gain_k ?? 0;
  const span_k = Math.max(design.room_c - design.outdoor_c - gain_k, 1);
  const balance_c = design.room_c - gain_k;
  const supplyAt = (outdoor_c: number) => weatherCurve(basis, outdoor_c).supply_c;
  const most_c = Math.min(limits?.supply_max_c ?? Number.POSITIVE_INFINITY, EQUIPMENT_MAXIMUM_C[kind]);
  const least_c = limits?.supply_min_c ?? design.room_c;
  return {
    ...emissionOf(circuit),
    loss_kw_k: (area_m2 * heat_index_w_m2) / 1000 / span_k,
    balance_c,
    coldest_c: Math.max(whereCurveIs(supplyAt, most_c), balance_c - MOST_LOAD * span_k),
    warmest_c: Math.min(whereCurveIs(supplyAt, least_c), balance_c),
  };
}

const buildings = new WeakMap<StationConfig, { all?: Building | undefined; moved?: Building | undefined }>();

function together(parts: readonly Building[]): Building | undefined {
  if (parts.length === 0) return undefined;
  const loss_kw_k = parts.reduce((sum, part) => sum + part.loss_kw_k, 0);
  const mean = (of: (part: Building) => number): number =>
    parts.reduce((sum, part) => sum + part.loss_kw_k * of(part), 0) / loss_kw_k;
  const stored_h = mean((part) => part.stored_h);
  const weighed_h = mean((part) => part.stored_h * part.lag_h);
  return {
    loss_kw_k,
    stored_h,
    // Each circuit's lag counts by what it stores.
    lag_h: stored_h > 0 ? weighed_h / stored_h : mean(({ lag_h }) => lag_h),
    balance_c: mean(({ balance_c }) => balance_c),
    // The circuit that comes to its end first ends it for all.
    coldest_c: Math.max(...parts.map(({ coldest_c }) => coldest_c)),
    warmest_c: Math.min(...parts.map(({ warmest_c }) => warmest_c)),
  };
}

/** A circuit that the plan may move: rooms with mass, and no nights of its own that already use it. */
export const isMovable = ({ kind, schedule }: Pick<CircuitConfig, 'kind' | 'schedule'>): boolean =>
  (kind === 'radiators' || kind === 'floor') && !schedule;

/**
 * A station's heating circuits as one: all of them, and those that the plan may move. Undefined where area or design
 * is unknown. Worked out once for each version of the settings.
 */
export function buildingsOf(config: StationConfig): {
  all?: Building | undefined;
  moved?: Building | undefined;
} {
  const known = buildings.get(config);
  if (known) return known;
  const heating = config.circuits.filter(({ kind }) => kind && kind !== 'dhw');
  const share_m2 = (config.heated_area_m2 ?? 0) / Math.max(1, heating.length);
  const parts = heating.flatMap((circuit) => {
    const building = circuitBuilding(circuit, circuit.heated_area_m2 ?? share_m2);
    return building ? [{ building, movable: isMovable(circuit) }] : [];
  });
  const made = {
    all: together(parts.map(({ building }) => building)),
    moved: together(parts.filter(({ movable }) => movable).map(({ building }) => building)),
  };
  buildings.set(config, made);
  return made;
}

/** Share of the comfort band that each priority gives: the sick and the old none, children half. Our choice. */
export const BAND_SHARE: Readonly<Record<Priority, number>> = {
  ordinary: 1,
  school: 0.5,
  hospital: 0,
  elderly: 0,
};
