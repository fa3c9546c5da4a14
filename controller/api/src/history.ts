/** Telemetry of the past. */
import { z } from 'zod';
import { instant, quality } from './common.ts';

/** Milliseconds since 1970 UTC, or ISO 8601 with an offset. */
export const moment = z.union([
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  z.number(),
]);

/** Query of `GET /api/v1/stations/{id}/history`. `points` are full ids with commas between them. */
export const historyQuery = z.object({
  points: z
    .string()
    .min(1)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.string().min(1).max(200)).max(32)),
  from: moment,
  to: moment,
  max_points: z.coerce.number().int().min(4).max(10_000).default(500),
});

export const historySeries = z.object({
  point: z.string(),
  unit: z.string(),
  /** How many measurements the span holds; more than `points` has when it was reduced. */
  total: z.int(),
  /** [time, value, quality]; a null value is a measurement without a usable number. */
  points: z.array(z.tuple([instant, z.number().nullable(), quality])),
});
export type HistorySeries = z.infer<typeof historySeries>;

export const historyAnswer = z.object({
  series: z.array(historySeries),
  /** Where the answer came from and how far it lags behind what is stored, s. */
  source: z.enum(['embedded', 'influx']),
  behind_s: z.number(),
});
export type HistoryAnswer = z.infer<typeof historyAnswer>;

/** Answer of `GET /api/v1/stations/{id}/history/count`. */
export const historyCount = z.object({
  samples: z.int().describe('distinct times of measurement'),
  readings: z.int().describe('stored values over all points'),
  from: instant.nullable(),
  to: instant.nullable(),
});
export type HistoryCount = z.infer<typeof historyCount>;

/**
 * Query of `GET /api/v1/stations/{id}/setpoints`: a span, or a moment, which gives what was decided last before it for
 * each setpoint.
 */
export const setpointQuery = z
  .object({
    from: moment.optional(),
    to: moment.optional(),
    at: moment.optional(),
    limit: z.coerce.number().int().min(1).max(10_000).default(1000),
  })
  .refine(({ from, to, at }) => (at === undefined) === (from !== undefined && to !== undefined), {
    message: 'give from and to, or at',
  });

/** Setpoints of the past with the rule that bound: `GET /api/v1/stations/{id}/setpoints`. */
export const setpointHistory = z.object({
  setpoints: z.array(
    z.object({
      at: instant,
      circuit: z.string(),
      name: z.string(),
      value: z.number().nullable(),
      wanted: z.number().nullable(),
      reason: z.string(),
      trace: z.string().describe('the trace of rules as JSON'),
    }),
  ),
});
