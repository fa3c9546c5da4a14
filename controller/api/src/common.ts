/** Pieces that several answers of the API share. Times are integer milliseconds since 1970 UTC. */
import { z } from 'zod';

export const stationId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
export const partId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);
export const instant = z.int().describe('ms since 1970 UTC');
export const quality = z.enum(['good', 'uncertain', 'bad']);

/** A name in both languages of the screen; either may stand for both. */
export const localName = z.object({ en: z.string().max(120), zh: z.string().max(120) }).partial();
export type LocalName = z.infer<typeof localName>;

/** Why a value is what it is; the screen translates the code. */
export const reason = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.number(), z.string()])),
});
export type Reason = z.infer<typeof reason>;

export const traceEntry = z.object({
  reason,
  min: z.number().optional(),
  max: z.number().optional(),
  binding: z.boolean().describe('this rule decided the value'),
  overridden: z.boolean().describe('an earlier rule left no room for this one'),
});
export type TraceEntry = z.infer<typeof traceEntry>;

/** Headers of a change of settings. */
export const settingsMatch = z.looseObject({
  'if-match': z
    .string()
    .max(1000)
    .optional()
    .describe('ETag of the settings that the change rests on: refused where others are in force'),
});

/** Problem details after RFC 9457. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  limits: z.object({ min: z.number().optional(), max: z.number().optional() }).optional(),
});
export type Problem = z.infer<typeof problem>;
