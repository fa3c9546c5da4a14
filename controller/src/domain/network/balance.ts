/**
 * Balance across stations: circuits that are warmer than the network for what their design says give, the others get,
 * until all are equally warm. It sees uneven distribution of water alone: where a curve itself is wrong the circuit has
 * what the curve asks for, and only rooms can tell.
 */
import { sensorsOf } from '../control/sensors.ts';
import { OUTDOOR_TIME_CONSTANT_S, stepOutdoor, type OutdoorFilter } from '../physics/outdoor-filter.ts';
import type { BalanceShift } from '../state.ts';
import { moveAll, NO_CORRECTION, type Correction, type Mover } from './balance-move.ts';
import { isGood, isHeating, partOf, type Blocked, type LeftOut } from './balance-part.ts';
import type { NetworkStation, OutdoorReading } from './network.ts';
import type { BalanceSettings } from './settings.ts';

const EVERY_MS = 60_000;
/** A longer pause counts as this, h. */
const LONGEST_STEP_H = 1 / 6;
/** Corrections rest while less of the area than this has good data. */
export const LEAST_GOOD_SHARE = 0.5;
/** The last outdoor temperature of the network serves for so long, ms. */
const OUTDOOR_HOLDS_MS = 30 * 60_000;

/** A circuit in the state of the balance: what is in force, why, and what is shown. */
export interface CircuitBalance extends Correction, BalanceShift {
  readonly area_m2: number;
  readonly mean_c: number | undefined;
  readonly design_mean_c: number | undefined;
  readonly change_k_per_h: number;
  readonly why: LeftOut | undefined;
  readonly blocked: Blocked | undefined;
}

export interface StationBalance {
  readonly circuits: ReadonlyMap<string, CircuitBalance>;
}

/** Plain data: it is snapshotted whole. */
export interface BalanceState {
  /** When the network was last looked at, ms UTC; 0 never. */
  readonly at: number;
  /** Stations and sources that there were then. */
  readonly looked: number;
  readonly on: boolean;
  readonly frozen: boolean;
  /** Share of the led area with good data, 0 … 1. */
  readonly good_share: number;
  /** Mean relative warmth of those that take part, by area. */
  readonly reference: number | undefined;
  /** Standard deviation of the same. */
  readonly spread: number | undefined;
  /** The network's outdoor temperature through the low-passes that are in use, by time constant in s. */
  readonly outdoors: ReadonlyMap<number, OutdoorFilter>;
  readonly stations: ReadonlyMap<string, StationBalance>;
}

export const NEW_BALANCE: BalanceState = {
  at: 0,
  looked: 0,
  on: false,
  frozen: false,
  good_share: 1,
  reference: undefined,
  spread: undefined,
  outdoors: new Map(),
  stations: new Map(),
};

export interface BalanceCase {
  readonly now: number;
  readonly settings: BalanceSettings | undefined;
  readonly stations: ReadonlyMap<string, NetworkStation>;
  /** Outdoor temperature of the network, not filtered; undefined while there is none. */
  readonly outdoor: OutdoorReading | undefined;
  /** Where a low-pass begins. */
  readonly filter: OutdoorFilter | undefined;
}

const constantOf = ({ config }: NetworkStation): number =>
  config.outdoor_time_constant_h === undefined
    ? OUTDOOR_TIME_CONSTANT_S
    : config.outdoor_time_constant_h * 3600;

/** A low-pass for each time constant that stations use. */
function stepOutdoors(before: BalanceState, given: BalanceCase): ReadonlyMap<number, OutdoorFilter> {
  const filters = new Map<number, OutdoorFilter>();
  for (const station of given.stations.values()) {
    const constant_s = constantOf(station);
    if (filters.has(constant_s)) continue;
    const known = before.outdoors.get(constant_s) ?? given.filter;
    const filter = given.outdoor ? stepOutdoor(known, given.outdoor, constant_s) : known;
    if (filter) filters.set(constant_s, filter);
  }
  return filters;
}

interface Looked extends Mover {
  readonly station: string;
  readonly circuit: string;
}

/** Every heating circuit of the network as it is now. */
function look(before: BalanceState, given: BalanceCase, outdoors: BalanceState['outdoors']): Looked[] {
  const looked: Looked[] = [];
  for (const [id, station] of given.stations) {
    if (station.config.kind === 'source') continue;
    const filter = outdoors.get(constantOf(station));
    const outdoor_c = filter && given.now - filter.at <= OUTDOOR_HOLDS_MS ? filter.value_c : undefined;
    const known = before.stations.get(id)?.circuits;
    for (const sensors of sensorsOf(station.config, station.image).circuits) {
      const { circuit, area_m2 } = sensors;
      if (!isHeating(circuit)) continue;
      looked.push({
        station: id,
        circuit: circuit.id,
        area_m2,
        part: partOf({ station, sensors, outdoor_c, now: given.now }),
        before: known?.get(circuit.id) ?? NO_CORRECTION,
      });
    }
  }
  return looked;
}

/** Share of the area that is led and has a design whose data are good. */
function goodShare(looked: readonly Looked[]): number {
  let [good, all] = [0, 0];
  for (const { area_m2, part } of looked) {
    if (part.why === 'observed' || part.warmth.why === 'no_design') continue;
    all += area_m2;
    if (isGood(part.warmth.why)) good += area_m2;
  }
  return all === 0 ? 1 : good / all;
}

/**
 * Σ A·r/Σ A and the deviation from it over those that take part. Who is held below what it asks for by a limit of its
 * own is colder for a reason that the others cannot help.
 */
function references(looked: readonly Looked[]): Pick<BalanceState, 'reference' | 'spread'> {
  let [area, sum, squares] = [0, 0, 0];
  for (const { area_m2, part } of looked) {
    const { relative } = part.warmth;
    if (part.why || relative === undefined || part.blocked?.startsWith('limit')) continue;
    area += area_m2;
    sum += area_m2 * relative;
    squares += area_m2 * relative ** 2;
  }
  if (area === 0) return { reference: undefined, spread: undefined };
  const reference = sum / area;
  return { reference, spread: Math.sqrt(Math.max(squares / area - reference ** 2, 0)) };
}

function told(
  { area_m2, part, before }: Looked,
  after: Correction,
  step: { readonly reference: number | undefined; readonly passed_h: number },
): CircuitBalance {
  const { why, blocked, warmth } = part;
  const moved_k = after.shift_k + after.kept_k - before.shift_k - before.kept_k;
  return {
    area_m2,
    relative: warmth.relative,
    reference: step.reference,
    mean_c: warmth.mean_c,
    design_mean_c: warmth.design_mean_c,
    shift_k: after.shift_k,
    kept_k: after.kept_k,
    change_k_per_h: step.passed_h > 0 ? moved_k / step.passed_h : 0,
    why,
    blocked,
  };
}

function isDue(before: BalanceState, { now, stations }: BalanceCase, on: boolean): boolean {
  if (before.looked !== stations.size) return true;
  return stations.size > 0 && (now - before.at >= EVERY_MS || on !== before.on);
}

/**
 * Looks at the network each minute, and at once when somebody turns balance on or off or stations come and go.
 * Relative warmth is told also while balance is off; corrections are then nothing. Its cost grows with the number of
 * circuits.
 */
export function stepBalance(before: BalanceState, given: BalanceCase): BalanceState {
  const { now, settings } = given;
  const on = settings?.on === true;
  if (!isDue(before, given, on)) return before;
  const outdoors = stepOutdoors(before, given);
  const looked = look(before, given, outdoors);
  const passed_h = before.at === 0 ? 0 : Math.min((now - before.at) / 3_600_000, LONGEST_STEP_H);
  const good_share = goodShare(looked);
  const { reference, spread } = references(looked);
  const frozen = on && good_share < LEAST_GOOD_SHARE;
  const moved = corrections({ looked, settings: on ? settings : undefined, frozen, reference, passed_h });
  const stations = new Map<string, { circuits: Map<string, CircuitBalance> }>();
  for (const [index, circuit] of looked.entries()) {
    const entry = stations.get(circuit.station) ?? { circuits: new Map<string, CircuitBalance>() };
    stations.set(circuit.station, entry);
    const correction = moved[index] ?? NO_CORRECTION;
    entry.circuits.set(circuit.circuit, told(circuit, correction, { reference, passed_h }));
  }
  return {
    at: now,
    looked: given.stations.size,
    on,
    frozen,
    good_share,
    reference,
    spread,
    outdoors,
    stations,
  };
}

interface Moving {
  readonly looked: readonly Looked[];
  readonly settings: BalanceSettings | undefined;
  readonly frozen: boolean;
  readonly reference: number | undefined;
  readonly passed_h: number;
}

function corrections({ looked, settings, frozen, reference, passed_h }: Moving): readonly Correction[] {
  if (!settings) return looked.map(() => NO_CORRECTION);
  if (frozen || passed_h === 0) return looked.map(({ before }) => before);
  // Without anybody to compare with nothing is asked for; what fades goes on fading.
  return moveAll(looked, { settings, reference: reference ?? 1, passed_h });
}

const isCorrected = ({ circuits }: StationBalance): boolean => {
  for (const { shift_k } of circuits.values()) if (shift_k !== 0) return true;
  return false;
};

/** Found once for each look at the network. */
const corrected = new WeakMap<BalanceState, ReadonlyMap<string, StationBalance>>();

/** Stations that are corrected, with their circuits. */
export function balanceTargets(balance: BalanceState): ReadonlyMap<string, StationBalance> {
  const known = corrected.get(balance);
  if (known) return known;
  const found = new Map([...balance.stations].filter(([, station]) => isCorrected(station)));
  corrected.set(balance, found);
  return found;
}
