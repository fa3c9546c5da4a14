/** The network as a whole: its outdoor temperature, the forecast that stands in where nothing is measured, settings. */
import { z } from 'zod';
import { instant, stationId } from './common.ts';
import { shavingSettings } from './shaving.ts';
import { sourceSettings } from './source.ts';
import { weatherSettings } from './weather.ts';

const rising = (hours: readonly (readonly [number, number])[]): boolean =>
  hours.every(([at], index) => index === 0 || at > (hours[index - 1]?.[0] ?? at));

/** Body of `POST /api/v1/forecast`: outdoor temperatures to come, from any weather service. */
export const forecastBody = z.object({
  source: z.string().min(1).max(120).describe('who made it'),
  issued_at: instant,
  hours: z
    .array(z.tuple([instant, z.number().min(-60).max(60)]).readonly())
    .min(2)
    .max(400)
    .refine(rising, { message: 'times must rise' })
    .readonly()
    .describe('[time, outdoor °C]'),
});

export const networkView = z.object({
  outdoor: z
    .object({
      at: instant,
      median_c: z.number(),
      filtered_c: z.number().describe('after the low-pass'),
      sensors: z.int().describe('fit sensors that it is the median of'),
    })
    .nullable(),
  doubted: z.array(stationId).describe('stations whose outdoor sensor disagrees with the median'),
  forecast: forecastBody.nullable(),
});
export type NetworkView = z.infer<typeof networkView>;

/** Balance across stations; what is left out takes its default. */
export const balanceSettings = z.strictObject({
  on: z.boolean(),
  gain_k_per_h: z
    .number()
    .min(1)
    .max(20)
    .default(10)
    .describe('change of a correction for each unit of relative warmth that a circuit lacks, K/h'),
  deadband: z.number().min(0).max(0.1).default(0.01).describe('in relative warmth'),
  rate_k_per_h: z.number().min(0.1).max(3).default(1).describe('fastest change of a correction, K/h'),
  bound_k: z.number().min(0.5).max(5).default(5).describe('greatest correction, K'),
});

/** What people set for the network as a whole; a section that is absent is not in use. */
export const networkSettings = z.strictObject({
  balance: balanceSettings.optional(),
  source: sourceSettings.optional(),
  weather: weatherSettings.optional(),
  shaving: shavingSettings.optional(),
});
export type NetworkSettings = z.infer<typeof networkSettings>;

const { shape } = networkSettings;

/** Body of `PATCH /api/v1/network/settings`: each section that is given is replaced whole, null clears it. */
export const networkSettingsChange = z.strictObject({
  balance: shape.balance.nullable(),
  source: shape.source.nullable(),
  weather: shape.weather.nullable(),
  shaving: shape.shaving.nullable(),
});
export type NetworkSettingsChange = z.infer<typeof networkSettingsChange>;
