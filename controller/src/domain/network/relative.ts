/**
 * Relative warmth: how far a circuit's mean water temperature is above its room target, as a share of what its design
 * says for this weather. 1 is as designed; evenly heated circuits have the same, whatever their temperatures.
 */
import { courseOf } from '../control/course.ts';
import type { CircuitSensors } from '../control/sensors.ts';
import { freshSince, type Place } from '../points.ts';
import { loadOfSupply } from '../physics/emitter-load.ts';
import { isDesign, roomTarget } from '../physics/weather-curve.ts';
import { circuitOf } from '../state.ts';
import type { NetworkStation } from './network.ts';

/** Below this excess of the mean water temperature (K) little heat is asked for and the quotient says nothing. */
export const LEAST_EXCESS_K = 8;
/** A relative warmth outside of these is a wrong sensor or a circuit that stands still; our choice. */
const CREDIBLE = { min: 0.3, max: 1.7 } as const;
/** A return warmer than its supply by more than sensors are off, K. */
const REVERSED_K = 1;
/** A circuit with less than this share of its design flow stands still: its temperatures are those of the pipe. */
const FLOW_OFF = 0.1;

/** What stands against a judgement. */
export type Unjudged = 'no_design' | 'no_data' | 'implausible' | 'mild' | 'flow_off';

export interface Warmth {
  /** r; undefined where `why` stands against it. */
  readonly relative: number | undefined;
  readonly why: Unjudged | undefined;
  /** Mean of measured supply and return, °C. */
  readonly mean_c: number | undefined;
  /** The same by design, with shift, schedule and corrections in force, °C. */
  readonly design_mean_c: number | undefined;
  /** How far the design's mean lies above the room target, K. */
  readonly excess_k: number;
}

export interface Judged {
  readonly station: NetworkStation;
  readonly sensors: CircuitSensors;
  /** The network's, filtered as this station filters, °C: one for all, or a wrong sensor would look like a cold house. */
  readonly outdoor_c: number | undefined;
  readonly now: number;
}

/**
 * Mean water temperature that the circuit's emitters would have if it got the supply temperature that is asked of it
 * now, balance aside: from the whole course, so that nothing which a person or another rule asks for is taken for
 * unevenness. The share of the load by which the water cools follows from that supply temperature (emitter-load.ts),
 * not from the weather: a correction of 1 K raises the mean by less than 1 K.
 */
function designMean({ station, sensors, outdoor_c }: Judged): number | undefined {
  const { circuit, basis, ratios } = sensors;
  const state = circuitOf(station.state, circuit.id);
  if (!basis?.design || outdoor_c === undefined) return undefined;
  const course = courseOf({
    circuit,
    basis,
    outdoor_c,
    origin: undefined,
    ratios,
    stage: state?.stage ?? 0,
    night: state?.night,
    rooms: state?.rooms,
    plan: station.state.network?.plan,
  });
  const { design, kind } = basis;
  const load = loadOfSupply({ kind, design }, course.supply_c, course.ratio);
  return course.supply_c - (((design.supply_c - design.return_c) / 2) * load) / course.ratio;
}

const read = ({ station, now }: Judged, place: Place): number | undefined =>
  station.image.points.fit(place, freshSince(now, station.config.every_s.default));

function isStill(given: Judged): boolean {
  const { is, design_flow_m3_h: design_m3_h } = given.sensors;
  const flow_m3_h = read(given, is.flow_m3_h);
  return flow_m3_h !== undefined && design_m3_h !== undefined && flow_m3_h < FLOW_OFF * design_m3_h;
}

const NOTHING = { relative: undefined, mean_c: undefined, design_mean_c: undefined, excess_k: 0 } as const;

/** r = (tm − tn)/(tm_design(tw) − tn) of a heating circuit now. */
export function warmthOf(given: Judged): Warmth {
  const { circuit, area_m2 } = given.sensors;
  if (!isDesign(circuit.design) || area_m2 <= 0) return { ...NOTHING, why: 'no_design' };
  const { is, return_c: back } = given.sensors;
  const supply_c = read(given, is.supply_c);
  const return_c = read(given, back);
  const design_mean_c = designMean(given);
  const room_c = roomTarget(circuit);
  const excess_k = design_mean_c === undefined ? 0 : design_mean_c - room_c;
  const told = { relative: undefined, design_mean_c, excess_k };
  if (supply_c === undefined || return_c === undefined || design_mean_c === undefined)
    return { ...told, mean_c: undefined, why: 'no_data' };
  const mean_c = (supply_c + return_c) / 2;
  if (excess_k < LEAST_EXCESS_K) return { ...told, mean_c, why: 'mild' };
  if (isStill(given)) return { ...told, mean_c, why: 'flow_off' };
  const relative = (mean_c - room_c) / excess_k;
  const isCredible =
    return_c <= supply_c + REVERSED_K && relative >= CREDIBLE.min && relative <= CREDIBLE.max;
  if (!isCredible) return { ...told, mean_c, why: 'implausible' };
  return { relative, why: undefined, mean_c, design_mean_c, excess_k };
}
