/** Schemas of the messages on the wire. Times are integer milliseconds since 1970 UTC. */
import { z } from 'zod';
import { REFUSALS } from './errors.ts';
import { EARLIEST_AT, LATEST_AT, MAX_SAMPLES } from './limits.ts';
import { QUALITIES } from './quality.ts';
import { POINTS } from './points.ts';

const version = z.literal(1);
export const instant = z.int().min(EARLIEST_AT).lt(LATEST_AT).describe('ms since 1970 UTC');
/** Said for people: nothing is judged by it, so a station whose clock is in 1970 is understood as well. */
const stationTime = z.int().describe('ms since 1970 UTC by the station’s own clock');
/** Ids of circuits, pumps and rooms: one path segment. */
export const partId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
const bootId = z.string().min(1).max(64);
const seq = z.int().min(0);

export const MODES = ['remote', 'local', 'manual'] as const;
export type Mode = (typeof MODES)[number];

/** Fields of one part of a sample, generated from the catalogue (number, word or null). */
function fieldsOf(prefix: string): Record<string, z.ZodType> {
  const fields: Record<string, z.ZodType> = {};
  for (const point of POINTS) {
    if (!point.pattern.startsWith(prefix)) continue;
    const name = point.pattern.slice(prefix.length);
    if (name.includes('.')) continue;
    const value = point.codes
      ? z.literal([...point.codes])
      : z.number().min(point.min).max(point.max).meta({ unit: point.unit });
    fields[name] = value.nullable().optional().describe(point.meaning.en);
  }
  return fields;
}

const sampleBody = {
  at: instant,
  primary: z.looseObject(fieldsOf('primary.')).optional(),
  circuits: z
    .record(
      partId,
      z.looseObject({
        ...fieldsOf('circuits.*.'),
        pumps: z.record(partId, z.looseObject(fieldsOf('circuits.*.pumps.*.'))).optional(),
      }),
    )
    .optional(),
  ...fieldsOf(''),
  rooms: z.record(partId, z.looseObject(fieldsOf('rooms.*.'))).optional(),
  faults: z.array(z.string().max(64)).max(64).optional(),
  quality: z.record(z.string(), z.enum(QUALITIES)).optional(),
  historical: z.boolean().optional().describe('true: measured earlier, never used for control'),
  simulated: z.boolean().optional().describe('true: made by a model, not measured'),
};

/** The documented form of one sample. Decoding is more lenient: it judges point by point (see decode.ts). */
export const sampleSchema = z
  .looseObject({
    v: version,
    boot: bootId.optional(),
    seq: seq.optional(),
    oldest: seq.optional(),
    ...sampleBody,
  })
  .meta({ title: 'Sample' });

export const batchSchema = z
  .looseObject({
    v: version,
    boot: bootId,
    oldest: seq.optional(),
    samples: z.array(z.looseObject({ seq, ...sampleBody })).max(MAX_SAMPLES),
  })
  .meta({ title: 'Batch of samples' });

export const receiptSchema = z
  .looseObject({ v: version, boot: bootId, seq })
  .meta({ title: 'Receipt: every sample of this boot up to seq is settled' });

export const statusSchema = z
  .looseObject({
    v: version,
    state: z.enum(['online', 'offline']),
    boot: bootId,
    at: stationTime,
    mode: z.enum(MODES),
    limits_rev: z.int().min(0).optional(),
  })
  .meta({ title: 'Status, also the will' });
export type Status = z.infer<typeof statusSchema>;

export const heartbeatSchema = z
  .looseObject({ v: version, epoch: z.int().min(0), at: instant, every_s: z.number().positive() })
  .meta({ title: 'Heartbeat of the center' });
export type Heartbeat = z.infer<typeof heartbeatSchema>;

const finite = z.number();
export const circuitSetpoints = z
  .looseObject({ supply_c: finite.optional(), flow_m3_h: finite.optional(), dp_kpa: finite.optional() })
  .describe('supply °C, flow m³/h, differential pressure kPa');
export const primaryLimits = z.looseObject({
  flow_max_m3_h: finite.optional(),
  power_max_kw: finite.optional(),
  return_max_c: finite.optional(),
});

/** Limits of a circuit that the station keeps for itself, °C, m³/h. */
export const circuitLimits = z.looseObject({
  supply_min_c: finite,
  supply_max_c: finite,
  flow_min_m3_h: finite.optional(),
  flow_max_m3_h: finite.optional(),
  return_max_c: finite.optional(),
});

/** Six points [outdoor °C, supply °C] of a station's own curve, outdoor ascending. */
export const sixPointCurve = z.array(z.tuple([finite, finite])).length(6);

const commandHead = {
  v: version,
  id: z.string().min(1).max(64),
  epoch: z.int().min(0),
  seq: z.int().min(0),
  at: instant,
  valid_s: z.number().positive(),
};

export const setpointsCommand = z.looseObject({
  ...commandHead,
  kind: z.literal('setpoints'),
  circuits: z.record(partId, circuitSetpoints).optional(),
  primary: primaryLimits.optional(),
  after: z
    .looseObject({ offset_k: finite, for_s: finite })
    .optional()
    .describe('how the local curve is shifted when the lease ends unrenewed'),
  reason: z.string().optional(),
  limits_rev: z.int().min(0).optional(),
});

export const fallbackCommand = z.looseObject({
  ...commandHead,
  kind: z.literal('fallback'),
  limits_rev: z.int().min(0),
  circuits: z.record(partId, z.looseObject({ curve: sixPointCurve, limits: circuitLimits })),
});

const target = z
  .string()
  .min(1)
  .max(200)
  .describe('full id of a pump or valve, for example circuits.low.pumps.a');
const actuate = { target, action: z.string().min(1).max(32), hold_s: z.number().positive() };
export const selectCommand = z.looseObject({ ...commandHead, kind: z.literal('select'), ...actuate });
export const operateCommand = z.looseObject({
  ...commandHead,
  kind: z.literal('operate'),
  ...actuate,
  select_id: z.string().min(1).max(64).optional(),
});
export const cancelCommand = z.looseObject({
  ...commandHead,
  kind: z.literal('cancel'),
  cancels: z.string().min(1).max(64).describe('id of the command that ends'),
});
export const releaseCommand = z.looseObject({ ...commandHead, kind: z.literal('release') });

export const commandSchema = z
  .discriminatedUnion('kind', [
    setpointsCommand,
    fallbackCommand,
    selectCommand,
    operateCommand,
    cancelCommand,
    releaseCommand,
  ])
  .meta({ title: 'Command' });
export type Command = z.infer<typeof commandSchema>;
export type CommandKind = Command['kind'];
export type SetpointsCommand = z.infer<typeof setpointsCommand>;
export type FallbackCommand = z.infer<typeof fallbackCommand>;

export const REPORT_STATES = [
  'accepted',
  'refused',
  'applied',
  'expired',
  'superseded',
  'cancelled',
] as const;

export const reportSchema = z
  .looseObject({
    v: version,
    id: z.string().min(1).max(64),
    epoch: z.int().min(0),
    seq: z.int().min(0),
    at: stationTime,
    state: z.enum(REPORT_STATES),
    why: z.enum(REFUSALS).optional(),
    path: z.string().max(200).optional(),
    readback: z
      .looseObject({
        circuits: z.record(partId, z.looseObject({})).optional(),
        primary: z.looseObject({}).optional(),
        limits_rev: z.int().min(0).optional(),
      })
      .optional(),
  })
  .meta({ title: 'Report: what became of a command' });
export type Report = z.infer<typeof reportSchema>;
