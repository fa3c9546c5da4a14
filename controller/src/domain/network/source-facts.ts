/** A station as the sharing of a short source sees it: what it takes, what it wants, and whether it can be held. */
import type { CircuitDesign, StationConfig } from '../config.ts';
import { isControllable, isLeaseInForce } from '../commands/lease.ts';
import type { StationImage } from '../image.ts';
import { fitValue } from '../points.ts';
import type { StationState } from '../state.ts';
import { meanPower, takeHeat, type HeatReading, type HeatWindow } from './heat-window.ts';
import {
  carried,
  circuitsReading,
  heatDesign,
  isStarved,
  LEAST_LOAD,
  loadAt,
  meterReading,
  positions,
  wanted,
  warmth,
  type HeatCase,
  type HeatDesign,
} from './station-heat.ts';

export const HOUR_MS = 3_600_000;
/** What stations take now is the mean of about this time, ms: two readings of a slow meter. */
export const NOW_MS = 15 * 60_000;
/** What a station takes for what it is told is learned over this time while nothing limits it, ms. */
const GAIN_MS = 2 * HOUR_MS;
/** Far from 1 the settings are wrong rather than the building. */
const GAINS = { min: 0.4, max: 2 } as const;

export type LoadFrom = 'meter' | 'circuits' | 'temperatures';
export type LeftOutWhy =
  | 'observed'
  | 'local'
  | 'manual'
  | 'unreachable'
  | 'released'
  | 'no_lever'
  | 'no_design'
  | 'no_data';

/** What is remembered of a station from step to step. Plain data. */
export interface HeatMemory {
  /** The heat meter: hot water and all. */
  readonly meter?: HeatWindow | undefined;
  /** Heat of the heating circuits where the meter does not tell it. */
  readonly heating?: HeatWindow | undefined;
  /**
   * Relative load that is taken for each unit of relative load that supply temperatures are told for: emitters and
   * buildings are never quite what their design says.
   */
  readonly gain?: number | undefined;
}

export interface ShareStation {
  readonly config: StationConfig;
  readonly image: StationImage;
  readonly state: StationState;
}

export interface Facts extends HeatMemory {
  readonly id: string;
  readonly station: ShareStation;
  readonly why: LeftOutWhy | undefined;
  readonly design: HeatDesign | undefined;
  /** Design point that floors and loads are reckoned from. */
  readonly point: CircuitDesign | undefined;
  /** Design heat at this outdoor temperature as a share of that at the design point, and in kW. */
  readonly at_load: number;
  readonly design_kw: number | undefined;
  readonly from: LoadFrom | undefined;
  /** Mean power of the last hour, and of the last quarter, whole station, kW. */
  readonly hour_kw: number | undefined;
  readonly now_kw: number | undefined;
  /** Relative load of heating over the last hour and the last quarter. */
  readonly hour_load: number | undefined;
  readonly now_load: number | undefined;
  /** Relative load that it would take without a limit. */
  readonly want: number | undefined;
  /** Relative load that its setpoints stand for by design alone. */
  readonly asked: number | undefined;
  readonly starved: boolean;
  readonly led: boolean;
}

export interface FactsInput {
  readonly now: number;
  readonly outdoor_c: number | undefined;
  /** Design point assumed for stations that name none. */
  readonly usual: CircuitDesign | undefined;
}

function leftOut({ config, image, state }: ShareStation): LeftOutWhy | undefined {
  if (config.control !== 'on') return 'observed';
  if (image.mode !== 'remote') return image.mode;
  if (image.online !== true || state.awaits_sample || state.obeys_epoch !== undefined) return 'unreachable';
  return state.released ? 'released' : undefined;
}

/** Whether something can be told that lowers its heat. */
export const takesPower = ({ primary_accepts }: StationConfig): boolean =>
  primary_accepts?.includes('power_max_kw') ?? false;

function hasLever(config: StationConfig, { circuits }: HeatDesign): boolean {
  const led = circuits.some(({ circuit }) => isControllable(circuit) && circuit.accepts.includes('supply_c'));
  return led || takesPower(config);
}

interface Taken {
  readonly meter?: HeatReading | undefined;
  readonly heating?: HeatReading | undefined;
  readonly from?: LoadFrom | undefined;
}

/** A station's heat by the best that measures it; hot water counts with the meter alone. */
function taken(given: HeatCase, design: HeatDesign | undefined, outdoor_c: number | undefined): Taken {
  const meter = meterReading(given);
  if (!design || (meter && !design.makesHotWater)) return { meter, from: meter && 'meter' };
  const heating = circuitsReading(given, design);
  if (heating) return { meter, heating, from: 'circuits' };
  if (meter || outdoor_c === undefined || !design.point) return { meter, from: meter && 'meter' };
  const load = warmth(given, design, outdoor_c);
  if (load === undefined) return {};
  const power_kw = load * design.design_kw * loadAt(design.point, outdoor_c);
  return { heating: { at: given.now, power_kw }, from: 'temperatures' };
}

/** Without news for longer than this (ms) nothing is known of a station's heat. */
const UNKNOWN_AFTER_MS = 45 * 60_000;

function windowOf(before: HeatWindow | undefined, reading: HeatReading | undefined, now: number) {
  if (reading) return takeHeat(before, reading);
  return before && now - before.at <= UNKNOWN_AFTER_MS ? before : undefined;
}

/** What the measurements of a station say now. */
export function factsOf(
  station: ShareStation,
  before: HeatMemory | undefined,
  { now, outdoor_c: network_c, usual }: FactsInput,
): Facts {
  const { config, image, state } = station;
  const design = heatDesign(config);
  const outdoor_c = network_c ?? state.outdoor?.value_c;
  const read = taken({ config, image, now }, design, outdoor_c);
  const meter = windowOf(before?.meter, read.meter, now);
  const heating = windowOf(before?.heating, read.heating, now);
  const point = design?.point ?? usual;
  const at_load = point && outdoor_c !== undefined ? loadAt(point, outdoor_c) : 1;
  const design_kw = design && point && outdoor_c !== undefined ? design.design_kw * at_load : undefined;
  const counted = heating ?? meter;
  const relative = (kw: number | undefined): number | undefined =>
    kw === undefined || design_kw === undefined ? undefined : kw / design_kw;
  const asked = design && carried(design, positions(state));
  const wish = design && carried(design, wanted(state));
  const gain = before?.gain ?? 1;
  return {
    id: config.id,
    station,
    meter,
    heating,
    gain: before?.gain,
    why: leftOut(station) ?? whyNot(config, { design, design_kw, counted }),
    design,
    point,
    at_load,
    design_kw,
    from: read.from,
    hour_kw: meanPower(meter ?? heating, HOUR_MS),
    now_kw: meanPower(meter ?? heating, NOW_MS) ?? (meter ?? heating)?.power_kw,
    hour_load: relative(meanPower(counted, HOUR_MS)),
    now_load: relative(meanPower(counted, NOW_MS)),
    want: design && gain * (wish === undefined ? 1 : wish / at_load),
    asked: asked === undefined ? undefined : asked / at_load,
    starved: design !== undefined && isStarved({ config, image, now }, design),
    led: isLeaseInForce(state.lease, now),
  };
}

function whyNot(
  config: StationConfig,
  known: Pick<Facts, 'design' | 'design_kw'> & { readonly counted: HeatWindow | undefined },
): LeftOutWhy | undefined {
  if (!known.design || known.design_kw === undefined) return 'no_design';
  if (!hasLever(config, known.design)) return 'no_lever';
  return known.counted ? undefined : 'no_data';
}

const bounded = (gain: number): number => Math.min(Math.max(gain, GAINS.min), GAINS.max);

/** What an unlimited station takes for what it is told, a step on; the first hour is believed whole. */
export function learnedGain({ gain, hour_load, asked = 1, at_load }: Facts, passed_ms: number) {
  if (hour_load === undefined || asked < LEAST_LOAD || at_load <= LEAST_LOAD) return gain;
  const seen = bounded(hour_load / asked);
  return gain === undefined ? seen : gain + (seen - gain) * (1 - Math.exp(-passed_ms / GAIN_MS));
}

/** Part of what a load is off by that is answered at once. */
export const AT_ONCE = 0.3;
/** The rest is answered over this time: the building's own, and that of its meter. */
const TRIM_MS = 45 * 60_000;
const TRIM_METERS = 3;
/** Farther off than this (as a logarithm) the measurement is not of a settled station. */
const MOST_OFF = 0.3;

/** How far a load is from its share, as a bounded logarithm; above 0 it is too much. */
export const offBy = (load: number, share: number): number =>
  Math.min(Math.max(Math.log(load / share), -MOST_OFF), MOST_OFF);

/** The same for one that is held at its share: what is measured is brought there slowly. */
export function trimmedGain({ gain = 1, station }: Facts, off: number, passed_ms: number): number {
  const pace_ms = TRIM_MS + TRIM_METERS * station.config.every_s.meter * 1000;
  return bounded(gain * Math.exp((off * passed_ms) / pace_ms));
}

/** Flow and return of the primary side of a station, for what a limit of the source's supply temperature is worth. */
export function primaryOf({ config, image }: ShareStation, now: number) {
  const { every_s } = config;
  return {
    flow_m3_h: fitValue(image.points.get('primary.flow_m3_h'), now, every_s.meter),
    return_c: fitValue(image.points.get('primary.return_c'), now, every_s.default),
    supply_c: fitValue(image.points.get('primary.supply_c'), now, every_s.default),
  };
}
