/** A short source: the limit that people set, and how what there is is shared over the stations. */
import { z } from 'zod';
import { instant, stationId } from './common.ts';

const roomFloor = z.number().min(5).max(18);

const power_max_kw = z.number().positive().max(1e7).describe('heat that it gives at most, kW');
const supply_max_c = z
  .number()
  .min(30)
  .max(180)
  .describe('supply temperature that it reaches at most; counts as a power at the flow of the network');
const reason = z.string().max(200);

const NEEDS_ONE = { message: 'a limit needs power_max_kw or supply_max_c' } as const;
const limits = (given: {
  readonly power_max_kw?: number | undefined;
  readonly supply_max_c?: number | undefined;
}): boolean => given.power_max_kw !== undefined || given.supply_max_c !== undefined;

/** What the source can give while it is short. One of the two limits at least; the tighter counts. */
export const sourceLimit = z
  .strictObject({
    power_max_kw: power_max_kw.optional(),
    supply_max_c: supply_max_c.optional(),
    from: instant.optional().describe('when the limit begins; at once where absent'),
    until: instant.optional().describe('when it ends by itself; never where absent'),
    reason: reason.optional(),
  })
  .refine(limits, NEEDS_ONE)
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    message: 'until must be after from',
    path: ['until'],
  });

/** Body of `PUT /api/v1/network/source/limit`: begins at once and ends by itself. */
export const sourceLimitBody = z
  .strictObject({
    power_max_kw: power_max_kw.optional(),
    supply_max_c: supply_max_c.optional(),
    hold_s: z
      .number()
      .min(600)
      .max(7 * 86_400)
      .default(14_400),
    reason: reason.optional(),
  })
  .refine(limits, NEEDS_ONE);

/** Query of `GET /api/v1/network/source/preview`. */
export const sourcePreviewQuery = z
  .object({
    power_max_kw: z.coerce.number().pipe(power_max_kw).optional(),
    supply_max_c: z.coerce.number().pipe(supply_max_c).optional(),
  })
  .refine(limits, NEEDS_ONE);

/** Section `source` of the network's settings. Without `limit` nothing is shared. */
export const sourceSettings = z.strictObject({
  limit: sourceLimit.optional(),
  capacity_kw: z
    .number()
    .positive()
    .max(1e7)
    .optional()
    .describe('what the sound source gives at most: the recovery stays below it too'),
  flow_max_m3_h: z
    .number()
    .positive()
    .max(1e6)
    .optional()
    .describe('flow that supply_max_c is counted at; where absent the flow before the shortage'),
  floor_room_c: roomFloor
    .optional()
    .describe(
      'no ordinary station gets less than what would keep its rooms at this for ever; 8 where absent',
    ),
  priority_floor_room_c: roomFloor
    .optional()
    .describe('the same for hospitals, schools and homes for the elderly; 14 where absent'),
});
export type SourceSettings = z.infer<typeof sourceSettings>;

/** Why a station takes no part in the sharing now. Its power counts as it is measured. */
export const leftOutWhy = z.enum([
  'observed',
  'local',
  'manual',
  'unreachable',
  'released',
  'no_lever',
  'no_design',
  'no_data',
]);

/**
 * `open`: it takes less than its share, nothing limits it. `limited`: held at its share. `floor`: held at its floor.
 * `starved`: it does not reach even its share, its valve is open. `left_out`: see `why`.
 */
export const shareState = z.enum(['open', 'limited', 'floor', 'starved', 'left_out']);
export type ShareState = z.infer<typeof shareState>;

export const sourceStation = z.object({
  id: stationId,
  priority: z.enum(['ordinary', 'hospital', 'school', 'elderly']),
  state: shareState,
  why: leftOutWhy.nullable(),
  power_kw: z.number().nullable().describe('mean of the last hour, of the meter or estimated'),
  design_kw: z
    .number()
    .nullable()
    .describe('design power of its heating circuits at this outdoor temperature'),
  load: z.number().nullable().describe('relative load: mean power of the last hour over design_kw'),
  load_from: z
    .enum(['meter', 'circuits', 'temperatures'])
    .nullable()
    .describe('heat meter; heat of the heating circuits where hot water is made; mean water temperatures'),
  share: z.number().nullable().describe('relative load that it is held at; null while nothing limits it'),
  floor: z.number().nullable().describe('relative load below which it is never held'),
  after: z
    .object({ offset_k: z.number(), for_s: z.number() })
    .nullable()
    .describe('how its own curve is shifted should the center die'),
});
export type SourceStation = z.infer<typeof sourceStation>;

/** What speaks for a short source without anybody having said so. */
export const sourceSign = z.object({
  code: z.enum(['source_fault', 'supply_fell', 'stations_starved']),
  since: instant,
  params: z.record(z.string(), z.union([z.number(), z.string()])),
});

export const sourceView = z.object({
  at: instant.nullable().describe('time of the last look, each minute; null: nothing is known yet'),
  phase: z.enum(['normal', 'short', 'recovering']),
  since: instant.nullable().describe('when the phase began'),
  limit: sourceLimit.nullable().describe('as people set it, also before it begins'),
  limit_kw: z.number().nullable().describe('what the source may give now; null without a limit'),
  total_kw: z
    .number()
    .nullable()
    .describe('what it gives, mean of a quarter of an hour; null while nothing is measured anywhere'),
  total_from: z
    .enum(['source', 'stations'])
    .nullable()
    .describe(
      'its own meter, or the sum of the stations, where those without power_kw count by their design',
    ),
  loss_kw: z.number().nullable().describe('what is lost between source and stations; null: not known'),
  share: z.number().nullable().describe('relative load of ordinary stations that are limited'),
  normal_load: z
    .number()
    .nullable()
    .describe('relative load of the network while nothing is limited; null: not known yet'),
  spread: z
    .number()
    .nullable()
    .describe('greatest less least relative load of ordinary limited stations, over their mean'),
  reachable: z.boolean().describe('false: even with all stations at their floors the limit is passed'),
  next_step_at: instant.nullable().describe('when the recovery may rise by its next step'),
  signs: z.array(sourceSign).describe('what speaks for a short source now'),
  stations: z.array(sourceStation),
});
export type SourceView = z.infer<typeof sourceView>;

/** What a limit would do at once, as the next look at the network would decide it. */
export const sourcePreview = z.object({
  limit_kw: z
    .number()
    .nullable()
    .describe('the limit as a power; null: the flow of the network is not known'),
  total_kw: z.number().nullable().describe('what the source gives now'),
  share: z.number().nullable().describe('relative load of ordinary stations; null: enough for everybody'),
  reachable: z.boolean().describe('false: even with all stations at their floors the limit is passed'),
  rough: z
    .boolean()
    .describe(
      'true while some of those who share were watched for less than half an hour: figures go by the moment and by design, and may say too much',
    ),
  stations: z.array(
    sourceStation.pick({ id: true, priority: true, state: true, why: true, power_kw: true }).extend({
      less_kw: z
        .number()
        .nullable()
        .describe('what it gets less than it takes now; 0 for who is spared; null: not known, or not led'),
    }),
  ),
});
export type SourcePreview = z.infer<typeof sourcePreview>;
