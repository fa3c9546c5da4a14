/** Where weather forecasts come from: what people set, and how it goes. */
import { z } from 'zod';
import { instant } from './common.ts';

/** A plain name: it is looked for in one folder only. */
const fileName = z
  .string()
  .max(120)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.(?:json|csv|epw)$/i, {
    message: 'a name that ends in .json, .csv or .epw',
  });

export const weatherSettings = z
  .strictObject({
    provider: z.enum(['open-meteo', 'met-norway', 'file']),
    place: z
      .object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
      .optional()
      .describe('where it is asked for; a service needs it'),
    file: fileName.optional().describe('in the folder `weather` of the data folder'),
    contact: z
      .string()
      .max(120)
      .regex(/^[\x21-\x7e]+$/)
      .optional()
      .describe('address or web page of who runs this center; MET Norway asks for it'),
    every_s: z
      .number()
      .min(60)
      .max(86_400)
      .default(3600)
      .describe('how often it is asked, s; a service never sooner than its answer expires'),
  })
  .refine(({ provider, place }) => provider === 'file' || place !== undefined, {
    message: 'a service needs a place',
    path: ['place'],
  })
  .refine(({ provider, contact }) => provider !== 'met-norway' || contact !== undefined, {
    message: 'MET Norway asks who calls: an address or a web page',
    path: ['contact'],
  })
  .refine(({ provider, every_s }) => provider === 'file' || every_s >= 600, {
    message: 'a service is asked every 600 s at most',
    path: ['every_s'],
  })
  .refine(({ provider, file }) => provider !== 'file' || file !== undefined, {
    message: 'the name of the file is missing',
    path: ['file'],
  });
export type WeatherSettings = z.infer<typeof weatherSettings>;

/** Where the forecast comes from and how that goes. */
export const weatherView = z.object({
  provider: z.enum(['none', 'open-meteo', 'met-norway', 'file']),
  state: z
    .enum(['off', 'waiting', 'good', 'failing'])
    .describe('off: no provider is set, forecasts may still be posted'),
  taken_at: instant.nullable().describe('when it last gave a forecast'),
  checked_at: instant.nullable().describe('when it was last asked'),
  next_at: instant.nullable().describe('when it is asked next'),
  trouble: z.string().nullable().describe('what went wrong, for engineers'),
  attribution: z
    .object({ text: z.string(), url: z.string() })
    .nullable()
    .describe('to be shown wherever its data are'),
});
export type WeatherView = z.infer<typeof weatherView>;
