/** What a station is built for, takes, wants and is told, as heat: relative to its design at this outdoor temperature. */
import type { CircuitConfig, CircuitDesign, StationConfig } from '../config.ts';
import { lastGood, lastOutput, slotOf } from '../control/memory.ts';
import { sensorsOf } from '../control/sensors.ts';
import type { StationImage } from '../image.ts';
import { freshSince } from '../points.ts';
import { loadOfSupply, type Emitter } from '../physics/emitter-load.ts';
import { DEFAULT_HEAT_INDEX_W_M2, HEAT_COEFFICIENT_KWH_M3_K } from '../physics/flow.ts';
import { EMITTER_EXPONENT, isDesign, relativeLoad } from '../physics/weather-curve.ts';
import { circuitOf, type StationState } from '../state.ts';
import type { HeatReading } from './heat-window.ts';

/** A heating circuit whose heat follows from its supply temperature. */
export interface HeatedCircuit extends Emitter {
  readonly circuit: CircuitConfig;
  /** Its place among the station's circuits. */
  readonly nth: number;
  /** Heat at the design point, kW. */
  readonly design_kw: number;
}

/** What a station is built for. Follows from settings alone. */
export interface HeatDesign {
  readonly circuits: readonly HeatedCircuit[];
  /** Heat of all heating circuits at the design point, kW; without circuits that of the heated area. */
  readonly design_kw: number;
  /** Design point of the greatest circuit; undefined for stations that measure only their primary side. */
  readonly point: CircuitDesign | undefined;
  readonly makesHotWater: boolean;
}

const heatOf = (area_m2: number, index_w_m2 = DEFAULT_HEAT_INDEX_W_M2): number =>
  (area_m2 * index_w_m2) / 1000;

function heatedCircuits({ circuits, heated_area_m2 = 0 }: StationConfig): HeatedCircuit[] {
  const heating = circuits.filter(({ kind }) => kind && kind !== 'dhw');
  return heating.flatMap((circuit): HeatedCircuit[] => {
    const { kind, design, heat_index_w_m2 } = circuit;
    const area_m2 = circuit.heated_area_m2 ?? heated_area_m2 / heating.length;
    if (!kind || kind === 'dhw' || !isDesign(design) || area_m2 <= 0) return [];
    const nth = circuits.indexOf(circuit);
    return [{ circuit, nth, kind, design, design_kw: heatOf(area_m2, heat_index_w_m2) }];
  });
}

const designs = new WeakMap<StationConfig, HeatDesign | undefined>();

/** Undefined where neither circuits nor a heated area say what the station is built for. */
export function heatDesign(config: StationConfig): HeatDesign | undefined {
  if (!designs.has(config)) designs.set(config, madeDesign(config));
  return designs.get(config);
}

function madeDesign(config: StationConfig): HeatDesign | undefined {
  const circuits = heatedCircuits(config);
  const makesHotWater = config.circuits.some(({ kind }) => kind === 'dhw');
  if (circuits.length > 0) {
    const design_kw = circuits.reduce((sum, circuit) => sum + circuit.design_kw, 0);
    const greatest = circuits.reduce((one, two) => (two.design_kw > one.design_kw ? two : one));
    return { circuits, design_kw, point: greatest.design, makesHotWater };
  }
  const design_kw = heatOf(config.heated_area_m2 ?? 0);
  return design_kw > 0 ? { circuits, design_kw, point: undefined, makesHotWater } : undefined;
}

/** Below this share of the design heat relative loads say nothing: it is warm. */
export const LEAST_LOAD = 0.15;

/** Design heat of a station at an outdoor temperature as a share of that at the design point. */
export const loadAt = (point: CircuitDesign, outdoor_c: number): number =>
  Math.max(relativeLoad(point, outdoor_c), LEAST_LOAD);

/** Relative load that keeps rooms at `room_c` for ever: what they lose then, over what they lose at their target. */
export function floorLoad(point: CircuitDesign, outdoor_c: number, room_c: number): number {
  const span_k = Math.max(point.room_c - outdoor_c, 1);
  return Math.min(Math.max((room_c - outdoor_c) / span_k, 0), 1);
}

export interface HeatCase {
  readonly config: StationConfig;
  readonly image: StationImage;
  readonly now: number;
}

/** What the heat meter says now; undefined without a fit one. */
export function meterReading({ config, image, now }: HeatCase): HeatReading | undefined {
  const { points } = image;
  const { primary_power_kw: power, primary_energy_kwh: counter } = sensorsOf(config, image);
  const since = freshSince(now, config.every_s.meter);
  const power_kw = points.fit(power, since);
  if (power_kw === undefined) return undefined;
  const at = points.measuredAt(power);
  const sameTime = points.measuredAt(counter) === at;
  return { at, power_kw, counter_kwh: sameTime ? points.fit(counter, since) : undefined };
}

/** Heat of the heating circuits from their flow and temperatures; undefined unless all are fit. */
export function circuitsReading(
  { config, image, now }: HeatCase,
  design: HeatDesign,
): HeatReading | undefined {
  let power_kw = 0;
  let at = 0;
  const { points } = image;
  const { circuits } = sensorsOf(config, image);
  const since = freshSince(now, config.every_s.default);
  for (const { nth } of design.circuits) {
    const found = circuits[nth];
    if (!found) return undefined;
    const supply_c = points.fit(found.is.supply_c, since);
    const return_c = points.fit(found.return_c, since);
    const flow_m3_h = points.fit(found.is.flow_m3_h, since);
    if (supply_c === undefined || return_c === undefined || flow_m3_h === undefined) return undefined;
    power_kw += HEAT_COEFFICIENT_KWH_M3_K * flow_m3_h * Math.max(supply_c - return_c, 0);
    at = Math.max(at, points.measuredAt(found.is.supply_c));
  }
  return at > 0 ? { at, power_kw } : undefined;
}

/**
 * Relative load from mean water temperatures where nothing measures heat: (tm − tn)/(tm′ − tn) with tm′ of the
 * circuit's own design at this outdoor temperature, weighted by design heat.
 */
export function warmth(given: HeatCase, design: HeatDesign, outdoor_c: number): number | undefined {
  const { config, image, now } = given;
  let sum = 0;
  let weight = 0;
  const { circuits } = sensorsOf(config, image);
  const since = freshSince(now, config.every_s.default);
  for (const { nth, kind, design: point, design_kw } of design.circuits) {
    const found = circuits[nth];
    const supply_c = found && image.points.fit(found.is.supply_c, since);
    const return_c = found && image.points.fit(found.return_c, since);
    if (supply_c === undefined || return_c === undefined) continue;
    const load = loadAt(point, outdoor_c);
    const excess_k = (point.supply_c + point.return_c) / 2 - point.room_c;
    const asked_k = excess_k * load ** (1 / (1 + EMITTER_EXPONENT[kind]));
    sum += (design_kw * ((supply_c + return_c) / 2 - point.room_c)) / asked_k;
    weight += design_kw;
  }
  return weight > 0 ? Math.max(sum / weight, 0) : undefined;
}

/** Heat that supply temperatures carry, as a share of the design heat; circuits without one aside. */
export function carried(
  design: HeatDesign,
  supplyOf: (circuit: string) => number | undefined,
): number | undefined {
  let sum = 0;
  let weight = 0;
  for (const heated of design.circuits) {
    const supply_c = supplyOf(heated.circuit.id);
    if (supply_c === undefined) continue;
    sum += heated.design_kw * loadOfSupply(heated, supply_c);
    weight += heated.design_kw;
  }
  return weight > 0 ? sum / weight : undefined;
}

/** A supply temperature so far (K) below its setpoint, with the valve as open as this (%), is starved. */
const STARVED_K = 2;
const OPEN_PCT = 95;

/** Whether a heating circuit lacks what it was told although its valve is open. */
export function isStarved({ config, image, now }: HeatCase, design: HeatDesign): boolean {
  const { points } = image;
  const { circuits } = sensorsOf(config, image);
  const since = freshSince(now, config.every_s.default);
  return design.circuits.some(({ nth }) => {
    const found = circuits[nth];
    if (!found) return false;
    const set_c = points.fit(found.set.supply_c, since);
    const is_c = points.fit(found.is.supply_c, since);
    const valve_pct = points.fit(found.valve_pct, since) ?? 100;
    return set_c !== undefined && is_c !== undefined && set_c - is_c > STARVED_K && valve_pct >= OPEN_PCT;
  });
}

const SUPPLY = slotOf('supply_c');

export const positions =
  (state: StationState) =>
  (circuit: string): number | undefined => {
    const known = circuitOf(state, circuit);
    return known && lastOutput(known.memory, SUPPLY);
  };

export const wanted =
  (state: StationState) =>
  (circuit: string): number | undefined => {
    const known = circuitOf(state, circuit);
    return known && lastGood(known.memory, SUPPLY)?.value;
  };
