/** How a circuit is controlled: mode of regulation, curve, schedule, rooms, pressure over the day. */
import { z } from 'zod';
import { partId } from './common.ts';

const ascending = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? value));

/** 00:00 … 24:00, local time of the site. */
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const date = z.iso.date();

const stage = z.object({
  below_load: z.number().positive().max(1).describe('relative load below which this stage is taken'),
  ratio: z.number().min(0.2).max(1).describe('flow relative to design'),
});

/** `quality` where absent. */
export const regulation = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('quality') }),
  z.object({
    mode: z.literal('stepped'),
    stages: z
      .array(stage)
      .min(1)
      .max(4)
      .refine(
        (stages) =>
          ascending(stages.map(({ below_load }) => -below_load)) &&
          ascending(stages.map(({ ratio }) => -ratio)),
        { message: 'below_load and ratio must fall from stage to stage' },
      )
      .readonly()
      .optional(),
  }),
  z.object({ mode: z.literal('quantity'), supply_c: z.number().min(25).max(130) }),
  z.object({ mode: z.literal('mixed'), exponent: z.number().min(0).max(1).optional() }),
]);

const point = z.tuple([z.number().min(-60).max(40), z.number().min(5).max(130)]).readonly();

/** What bends the weather curve. */
export const curveSettings = z.object({
  points: z
    .array(point)
    .length(6)
    .refine((points) => ascending(points.map(([outdoor_c]) => outdoor_c)), {
      message: 'outdoor temperatures must rise from point to point',
    })
    .refine(
      (points) =>
        points.every(([, supply_c], index) => index === 0 || supply_c <= (points[index - 1]?.[1] ?? 0)),
      { message: 'supply temperatures must not rise with the outdoor temperature' },
    )
    .readonly()
    .optional()
    .describe('six points [outdoor °C, supply °C] in place of the design’s curve'),
  shift_k: z.number().min(-20).max(20).optional().describe('parallel shift, K'),
  internal_gain_k: z.number().min(0).max(15).optional().describe('internal gains as milder weather, K'),
});

const weekdays = z
  .array(z.int().min(1).max(7))
  .min(1)
  .max(7)
  .refine((days) => new Set(days).size === days.length, { message: 'days must differ' })
  .readonly();

/** Weekly periods of comfort in local time; what happens outside of them, and how the heat comes back. */
export const schedule = z.object({
  comfort: z
    .array(
      z
        .object({ days: weekdays, from: timeOfDay, to: timeOfDay })
        .refine(({ from, to }) => from !== to && from !== '24:00', { message: 'from and to must differ' }),
    )
    .min(1)
    .max(28)
    .readonly(),
  night: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('setback'),
      room_k: z.number().positive().max(10).describe('by how much the room target falls, K'),
      limit_c: z.number().min(-40).max(5).optional().describe('no set-back below this outdoor temperature'),
    }),
    z.object({
      kind: z.literal('off'),
      limit_c: z.number().min(-40).max(15).optional().describe('no shut-off below this outdoor temperature'),
    }),
  ]),
  boost: z
    .object({ supply_k: z.number().positive().max(20), for_s: z.number().min(300).max(21_600) })
    .optional(),
  start: z.enum(['fixed', 'optimised']).optional(),
  holidays: z
    .array(
      z.object({ from: date, to: date }).refine(({ from, to }) => from <= to, { message: 'from after to' }),
    )
    .max(50)
    .readonly()
    .optional(),
});

/** Sample flats that correct the curve. */
export const roomFeedback = z.object({
  rooms: z
    .array(partId)
    .min(1)
    .max(200)
    .readonly()
    .optional()
    .describe('all rooms of the station where absent'),
  target_c: z.number().min(5).max(30).optional(),
});

/** Differential pressure over the day, from each time on. */
export const dpDay = z
  .array(z.object({ from: timeOfDay, dp_kpa: z.number().min(0).max(1000) }))
  .min(1)
  .max(24)
  .refine((steps) => steps.every(({ from }, index) => index === 0 || from > (steps[index - 1]?.from ?? '')), {
    message: 'times must rise from step to step',
  })
  .readonly();

/** Highest primary return by outdoor temperature. */
export const returnSlide = z
  .array(z.tuple([z.number().min(-60).max(40), z.number().min(10).max(120)]).readonly())
  .length(2)
  .refine((points) => ascending(points.map(([outdoor_c]) => outdoor_c)), {
    message: 'outdoor temperatures must rise from point to point',
  })
  .readonly();
