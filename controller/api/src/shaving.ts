/** Peak shaving: what people set, and the plan that shifts heat with the mass of the buildings. */
import { z } from 'zod';
import { instant, stationId } from './common.ts';

const HOURS = 24;

/** Section `shaving` of the network's settings. Lists have 24 entries: the hours of the local day, from midnight. */
export const shavingSettings = z
  .strictObject({
    on: z.boolean(),
    cap_kw: z
      .array(z.number().positive().max(1e7).nullable())
      .length(HOURS)
      .readonly()
      .optional()
      .describe('heat that the source should not pass, kW; null: no cap in that hour'),
    price_per_mwh: z
      .array(z.number().min(0).max(1e5))
      .length(HOURS)
      .readonly()
      .optional()
      .describe('what heat costs, in any currency; only the differences count'),
    comfort_band_k: z
      .number()
      .min(0.1)
      .max(3)
      .optional()
      .describe('rooms of ordinary buildings may be planned so far off their target, K; 1 where absent'),
    cap_margin: z
      .number()
      .min(0)
      .max(0.2)
      .optional()
      .describe('share of a cap that plans keep free for what the forecast is off; 0.04 where absent'),
    time_constant_h: z
      .number()
      .min(10)
      .max(400)
      .optional()
      .describe('of buildings that none was learned for, h; 100 where absent'),
    excluded: z.array(stationId).max(10_000).readonly().optional().describe('stations that never take part'),
  })
  .refine(({ on, cap_kw, price_per_mwh }) => !on || cap_kw !== undefined || price_per_mwh !== undefined, {
    message: 'a plan needs cap_kw or price_per_mwh',
  });
export type ShavingSettings = z.infer<typeof shavingSettings>;

/** Why a station takes no part in the plan; its heat counts as it is. */
export const notPlannedWhy = z.enum([
  'excluded',
  'priority',
  'observed',
  'unreachable',
  'released',
  'wish',
  'schedule',
  'no_design',
]);

/**
 * `off`: not switched on. `waiting`: no plan yet. `idle`: nothing to shift, the baseline keeps the cap. `kept`: heat is
 * shifted and no hour passes its cap. `exceeded`: the cap cannot be kept; this is the nearest. `lapsed`: the last plan
 * is too old, nothing is shifted any more.
 */
export const planStatus = z.enum(['off', 'waiting', 'idle', 'kept', 'exceeded', 'lapsed']);

const planHour = z.object({
  from: instant,
  to: instant,
  outdoor_c: z.number().describe('filtered as the curves filter it'),
  baseline_kw: z.number().describe('heat without a plan, mean of the hour'),
  planned_kw: z.number(),
  cap_kw: z.number().nullable(),
  price_per_mwh: z.number().nullable(),
});

/** Buildings that are planned as one. Lists have an entry for each hour of the plan. */
const planClass = z.object({
  stations: z.array(stationId),
  time_constant_h: z.number(),
  learned: z.int().describe('stations of it whose time constant was learned'),
  band_k: z.number(),
  loss_kw_k: z.number().describe('heat that one kelvin costs'),
  colder_k: z
    .array(z.number())
    .describe('heat as if it were so much colder outdoors, K; below 0 as if milder'),
  heat_kw: z.array(z.number()).describe('the same in kW'),
  room_k: z.array(z.number()).describe('deviation of the rooms expected at the end of the hour, K'),
});

export const planView = z.object({
  status: planStatus,
  made_at: instant.nullable(),
  until: instant.nullable().describe('without a newer plan this one has faded out by then'),
  outdoor_from: z
    .enum(['forecast', 'held'])
    .nullable()
    .describe('held: there is no forecast, the temperature of today is taken for all hours'),
  load_from: z
    .enum(['measured', 'design'])
    .nullable()
    .describe('whether the baseline was fitted to measured heat'),
  solve_ms: z.number().nullable(),
  hours: z.array(planHour),
  baseline_peak_kw: z.number().nullable(),
  planned_peak_kw: z.number().nullable(),
  exceeded_kw: z.number().nullable().describe('most that an hour of the plan passes its cap; 0: none does'),
  shifted_kwh: z.number().nullable().describe('heat that comes at another time'),
  saved: z.number().nullable().describe('cost saved over the plan, in the currency of the prices'),
  classes: z.array(planClass),
  left_out: z.array(z.object({ id: stationId, why: notPlannedWhy })),
  trouble: z.string().nullable().describe('why there is no newer plan, for engineers'),
});
export type PlanView = z.infer<typeof planView>;
