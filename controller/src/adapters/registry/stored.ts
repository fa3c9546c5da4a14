/** How stations and logins are kept, and checked when they are read back. */
import { z } from 'zod';
import { networkSettings } from '@heat-center/api/network.ts';
import { circuitSettings, stationRegistration } from '@heat-center/api/stations.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { DatabaseSync } from 'node:sqlite';
import { NO_NETWORK_SETTINGS, type NetworkSettings } from '../../domain/network/settings.ts';
import type { Credential, StationRecord } from '../../ports.ts';
import { notOrdinary } from './registration.ts';

const { shape } = stationRegistration;

const storedRecord = z.object({
  config: z.object({
    id: shape.id,
    kind: z.enum(['station', 'source']),
    control: z.enum(['observe', 'on']),
    heated_area_m2: shape.heated_area_m2,
    every_s: z.object({ default: z.number().positive(), meter: z.number().positive() }),
    circuits: z.array(circuitSettings),
    primary_limits: shape.primary_limits,
    outdoor_time_constant_h: shape.outdoor_time_constant_h,
    primary_accepts: shape.primary_accepts,
    limits_rev: z.int().min(0),
  }),
  name: z.object({ en: z.string(), zh: z.string() }).partial(),
  area: shape.area,
  place: shape.place,
  priority: z.enum(['ordinary', 'hospital', 'school', 'elderly']),
  simulated: z.boolean(),
});

const storedNetwork = z
  .string()
  .transform((json, context): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      context.addIssue({ code: 'custom', message: 'no JSON' });
      return z.NEVER;
    }
  })
  .pipe(networkSettings);

/** Parses a stored record; throws `registry_damaged` that names the station. */
export function readRecord(id: string, json: string): StationRecord {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    throw new HeatError('registry_damaged', `the record of station ${id} is not JSON`);
  }
  const parsed = storedRecord.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue ? `${issue.path.join('.')}: ${issue.message}` : 'unreadable';
    throw new HeatError('registry_damaged', `the record of station ${id} is not usable (${where})`);
  }
  const { area, place, config, ...rest } = parsed.data;
  return { ...rest, config: { ...config, ...notOrdinary(rest.priority) }, area, place };
}

/** Settings of the network, none where none were made yet; throws `registry_damaged` where they are not usable. */
export function readNetworkSettings(json: string | undefined): NetworkSettings {
  if (json === undefined) return NO_NETWORK_SETTINGS;
  const parsed = storedNetwork.safeParse(json);
  if (!parsed.success) throw new HeatError('registry_damaged', 'the settings of the network are not usable');
  return parsed.data;
}

const storedLogin = z.object({
  id: z.string(),
  kind: z.enum(['station', 'gateway', 'reader']),
  stations: z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(z.array(z.string())),
  sha256: z.instanceof(Uint8Array).refine((digest) => digest.length === 32),
});

/** Every login; throws `registry_damaged` that names the one which is unreadable. */
export function readLogins(database: DatabaseSync): Credential[] {
  return database
    .prepare('SELECT id, kind, stations, sha256 FROM logins ORDER BY id')
    .all()
    .map((row) => {
      const parsed = storedLogin.safeParse(row);
      if (!parsed.success)
        throw new HeatError('registry_damaged', `the login ${String(row.id)} is not usable`);
      return parsed.data;
    });
}
