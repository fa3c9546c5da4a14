/** The network as a whole: its outdoor temperature, and the forecast that stands in where nothing is measured. */
import { z } from 'zod';
import { instant, stationId } from './common.ts';

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
export type ForecastBody = z.infer<typeof forecastBody>;

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
