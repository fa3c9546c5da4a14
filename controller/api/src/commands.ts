/** Wishes of people and what becomes of them. */
import { z } from 'zod';
import { instant, partId } from './common.ts';

const reason = z.string().max(500).default('');
const hold_s = z
  .number()
  .min(60)
  .max(7 * 86_400)
  .default(14_400);

/** Body of `POST /api/v1/stations/{id}/commands`. */
export const wishBody = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('setpoints'),
      circuit: partId,
      supply_c: z.number().optional(),
      flow_m3_h: z.number().optional(),
      dp_kpa: z.number().optional(),
      hold_s,
      reason,
    })
    .refine((wish) => (wish.supply_c ?? wish.flow_m3_h ?? wish.dp_kpa) !== undefined, {
      message: 'give supply_c, flow_m3_h or dp_kpa',
    }),
  z.object({ kind: z.literal('cancel'), cancels: z.string().min(1).max(64), reason }),
  z.object({ kind: z.literal('release'), reason }),
  z.object({
    kind: z.literal('select'),
    target: z.string().min(1).max(200),
    action: z.string().min(1).max(32),
    hold_s,
    reason,
  }),
  z.object({
    kind: z.literal('operate'),
    target: z.string().min(1).max(200),
    action: z.string().min(1).max(32),
    select_id: z.string().min(1).max(64),
    hold_s,
    reason,
  }),
]);
export type WishBody = z.infer<typeof wishBody>;

export const wishTaken = z.object({ id: z.string(), state: z.literal('pending') });

export const commandState = z.enum([
  'pending',
  'sent',
  'accepted',
  'applied',
  'achieved',
  'refused',
  'superseded',
  'cancelled',
  'expired',
]);
export type CommandState = z.infer<typeof commandState>;

export const commandView = z.object({
  id: z.string(),
  kind: z.enum(['setpoints', 'fallback', 'select', 'operate', 'cancel', 'release']),
  circuit: z.string().nullable(),
  by: z.string(),
  at: instant,
  ends_at: instant,
  state: commandState,
  why: z.string().optional().describe('code of the refusal'),
  path: z.string().optional(),
  reason: z.string().optional(),
  asked: z.record(z.string(), z.union([z.number(), z.string()])),
  steps: z.array(z.object({ state: commandState, at: instant })),
});
export type CommandView = z.infer<typeof commandView>;
