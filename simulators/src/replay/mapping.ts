/** How the columns of a recorded file become points: a JSON file, checked before anything is read. */
import { readFileSync } from 'node:fs';
import { resolvePoint } from '@heat-center/contract/points.ts';
import { IANAZone } from 'luxon';
import { z } from 'zod';

const point = z.string().refine((id) => resolvePoint(id) !== undefined, {
  message: 'is no point of the catalogue; see docs/points.md',
});

const column = z.strictObject({
  point,
  /** The recorded number times scale plus offset is the point's value in its unit. */
  scale: z.number().default(1),
  offset: z.number().default(0),
});

export const mappingSchema = z.strictObject({
  about: z.string().optional(),
  zone: z.string().refine((zone) => IANAZone.isValidZone(zone), { message: 'is no IANA time zone' }),
  time: z.strictObject({
    column: z.string().min(1),
    /** Tokens of Luxon, or `iso`, `unix_s`, `unix_ms`. */
    format: z.string().min(1).default('iso'),
  }),
  delimiter: z.string().length(1).default(','),
  /** Cells that mean "not measured". */
  empty: z.array(z.string()).default(['', 'NaN', 'nan', 'null', 'NULL', '-']),
  columns: z.record(z.string(), column).refine((columns) => Object.keys(columns).length > 0, {
    message: 'names no column',
  }),
  /** Points with the same value in every sample, for example `follows`. */
  fixed: z.record(point, z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** Where all of these columns are zero, the logger had no contact: every point of the row is `uncertain`. */
  doubt_when_all_zero: z.array(z.string()).default([]),
  circuits: z
    .array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(['radiators', 'floor', 'ventilation', 'dhw']).optional(),
      }),
    )
    .default([]),
  every_s: z
    .strictObject({ default: z.number().positive(), meter: z.number().positive() })
    .default({ default: 900, meter: 900 }),
});
export type Mapping = z.infer<typeof mappingSchema>;

/**
 * Files of the XAI4HEAT set: stations at Niš, local time without offset, energy in MWh.
 * Rows whose four temperatures are all zero are kept, as they were recorded, but marked uncertain: no circuit in use
 * is at 0.0 °C on every sensor, so the logger wrote zeros when it could not reach the station.
 */
export const XAI4HEAT = {
  about: 'Switching stations of the district heating at Niš, XAI4HEAT set',
  zone: 'Europe/Belgrade',
  time: { column: 'datetime', format: 'yyyy-MM-dd HH:mm:ss' },
  columns: {
    t_amb: { point: 'outdoor_c' },
    t_ref: { point: 'circuits.heating.supply_set_c' },
    t_sup_prim: { point: 'primary.supply_c' },
    t_ret_prim: { point: 'primary.return_c' },
    t_sup_sec: { point: 'circuits.heating.supply_c' },
    t_ret_sec: { point: 'circuits.heating.return_c' },
    e: { point: 'primary.energy_kwh', scale: 1000 },
    pe: { point: 'primary.power_kw' },
  },
  fixed: { 'circuits.heating.follows': 'curve' },
  doubt_when_all_zero: ['t_sup_prim', 't_ret_prim', 't_sup_sec', 't_ret_sec'],
  circuits: [{ id: 'heating', kind: 'radiators' }],
  every_s: { default: 3600, meter: 3600 },
} as const satisfies z.input<typeof mappingSchema>;

const PRESETS: Readonly<Record<string, z.input<typeof mappingSchema>>> = { xai4heat: XAI4HEAT };

/** A mapping that cannot be used; the message names the place and what to do. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

/** A preset by name, or a JSON file by path; `zone` replaces its time zone. Throws `MappingError`. */
export function mappingOf(nameOrPath: string, zone?: string): Mapping {
  const raw = PRESETS[nameOrPath] ?? readJson(nameOrPath);
  const parsed = mappingSchema.safeParse(
    zone !== undefined && typeof raw === 'object' && raw !== null ? { ...raw, zone } : raw,
  );
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the mapping'}: ${message}`,
  );
  throw new MappingError(`The mapping ${nameOrPath} is not usable. ${words.join('; ')}`);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MappingError(
      `No mapping ${path}: ${reason}. Give the path of a JSON file or one of: ${Object.keys(PRESETS).join(', ')}.`,
    );
  }
}

/** Decimals kept of a scaled value: those of the point and three more, so that no tail such as 9057296.000000002 is left. */
export const decimalsOf = (id: string): number => (resolvePoint(id)?.definition.decimals ?? 1) + 3;
