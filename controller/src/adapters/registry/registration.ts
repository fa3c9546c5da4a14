/** From what people send to what the registry keeps, with the defaults filled in. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { NetworkSettingsChange } from '@heat-center/api/network.ts';
import type { StationChange, StationRegistration } from '@heat-center/api/stations.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { CircuitConfig, Priority, StationConfig } from '../../domain/config.ts';
import type { NetworkSettings } from '../../domain/network/settings.ts';
import type { LocalName, StationRecord } from '../../ports.ts';

/** Reporting periods that are assumed where none are given, s. */
const EVERY_S = { default: 60, meter: 900 } as const;

function requireLimits(config: StationConfig): void {
  if (config.control !== 'on') return;
  const lacking = config.circuits
    .filter(({ kind, limits, design }) => !kind || !limits || (kind === 'dhw' && !design))
    .map(({ id }) => id);
  if (lacking.length > 0) {
    throw new HeatError('limits_missing', `Circuits without kind, limits or design: ${lacking.join(', ')}.`, {
      circuits: lacking,
    });
  }
}

function periods(
  given: StationRegistration['every_s'],
  otherwise: StationConfig['every_s'],
): StationConfig['every_s'] {
  return { default: given?.default ?? otherwise.default, meter: given?.meter ?? otherwise.meter };
}

function nameOr(id: string, name: LocalName | undefined): LocalName {
  return name?.en || name?.zh ? name : { en: id };
}

/**
 * A checked registration as a record: `every_s` 60 s and 900 s for meters, the id where there is no name.
 * Throws `limits_missing` when `control` is `on` and a circuit lacks kind or limits (hot water: also design).
 */
export function registerStation(registration: StationRegistration): StationRecord {
  const { id, kind, control, heated_area_m2, circuits, primary_limits, primary_accepts } = registration;
  const { outdoor_time_constant_h } = registration;
  const config: StationConfig = {
    id,
    kind,
    control,
    heated_area_m2,
    every_s: periods(registration.every_s, EVERY_S),
    circuits,
    primary_limits,
    ...(outdoor_time_constant_h ? { outdoor_time_constant_h } : {}),
    ...(primary_accepts ? { primary_accepts } : {}),
    ...notOrdinary(registration.priority),
    limits_rev: 1,
  };
  requireLimits(config);
  return {
    config,
    name: nameOr(id, registration.name),
    area: registration.area,
    place: registration.place,
    priority: registration.priority,
    simulated: registration.simulated,
  };
}

/** The part of a priority in a station's settings: none where it is ordinary. */
export const notOrdinary = (priority: Priority): Pick<StationConfig, 'priority'> =>
  priority === 'ordinary' ? {} : { priority };

/** What is given, what was where nothing is given, and nothing where null is. */
function replaced<T>(given: T | null | undefined, was: T | undefined): T | undefined {
  return given === null ? undefined : (given ?? was);
}

/** A record with the given settings replaced or cleared. Throws `limits_missing` as `registerStation` does. */
export function changedStation(record: StationRecord, change: StationChange): StationRecord {
  const { priority: _, ...was } = record.config;
  const priority = change.priority ?? record.priority;
  const config: StationConfig = {
    ...was,
    kind: change.kind ?? was.kind,
    control: change.control ?? was.control,
    heated_area_m2: replaced(change.heated_area_m2, was.heated_area_m2),
    every_s: change.every_s === null ? EVERY_S : periods(change.every_s, was.every_s),
    circuits: change.circuits ?? was.circuits,
    primary_limits: replaced(change.primary_limits, was.primary_limits),
    outdoor_time_constant_h: replaced(change.outdoor_time_constant_h, was.outdoor_time_constant_h),
    primary_accepts: replaced(change.primary_accepts, was.primary_accepts),
    ...notOrdinary(priority),
  };
  requireLimits(config);
  return {
    config,
    name: change.name === undefined ? record.name : nameOr(was.id, change.name ?? undefined),
    area: replaced(change.area, record.area),
    place: replaced(change.place, record.place),
    priority,
    simulated: change.simulated ?? record.simulated,
  };
}

/** What the station keeps for working alone: a change of it makes a new revision of the limits. */
function onSite({ circuits }: StationConfig): readonly unknown[] {
  return circuits.map(({ id, kind, design, curve, limits }: CircuitConfig) =>
    JSON.parse(JSON.stringify({ id, kind, design, curve, limits })),
  );
}

/** The revision that the changed settings get: one more when kind, design, curve or limits of a circuit differ. */
export function nextLimitsRev(before: StationConfig, after: StationConfig): number {
  return isDeepStrictEqual(onSite(before), onSite(after)) ? before.limits_rev : before.limits_rev + 1;
}

/** Settings of the network with the given sections replaced whole, and without those that are given as null. */
export function changedNetwork(was: NetworkSettings, change: NetworkSettingsChange): NetworkSettings {
  const given = Object.entries(change).filter(([, section]) => section !== undefined);
  const after = Object.entries({ ...was, ...Object.fromEntries(given) });
  return Object.fromEntries(after.filter(([, section]) => section !== null));
}
