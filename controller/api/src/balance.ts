/** Balance across stations: how warm each circuit is beside what its design says, and what corrects it. */
import { z } from 'zod';
import { instant, partId, stationId } from './common.ts';

/**
 * Why a circuit is left out: nothing is asked of it (`observed`, `local`, `manual`, `unreachable`, `released`, `wish`),
 * it cannot be judged (`no_design`, `no_data`, `implausible`, `mild`: little heat is asked for), or it is not settled
 * (`flow_off`, `night`: the schedule changed what is asked within two hours, or shut it off).
 */
export const balanceWhy = z.enum([
  'observed',
  'local',
  'manual',
  'unreachable',
  'released',
  'wish',
  'no_design',
  'no_data',
  'implausible',
  'mild',
  'flow_off',
  'night',
]);

export const balanceCircuit = z.object({
  id: partId,
  area_m2: z.number(),
  relative: z.number().nullable().describe('relative warmth r; null where it cannot be judged'),
  mean_c: z.number().nullable().describe('mean water temperature as measured'),
  design_mean_c: z
    .number()
    .nullable()
    .describe('mean water temperature by design, with shift, schedule and room correction in force'),
  shift_k: z.number().describe('correction of the supply temperature in force'),
  kept_k: z
    .number()
    .describe('correction that is kept back while the valve is open wide: the others give for it meanwhile'),
  change_k_per_h: z.number().describe('how the correction moves now'),
  why: balanceWhy.nullable().describe('why it is left out; null while it takes part'),
  blocked: z
    .enum(['valve', 'limit_up', 'limit_down'])
    .nullable()
    .describe('why it is not raised: valve above 95 %, or held below by a limit; or not lowered'),
});
export type BalanceCircuit = z.infer<typeof balanceCircuit>;

export const balanceStation = z.object({
  id: stationId,
  relative: z.number().nullable().describe('mean of its circuits by area'),
  circuits: z.array(balanceCircuit),
});
export type BalanceStation = z.infer<typeof balanceStation>;

/** Answer of `GET /api/v1/network/balance`. Relative warmth is also told while balance is off. */
export const balanceView = z.object({
  on: z.boolean(),
  at: instant.nullable().describe('time of the last look, each minute; null: nothing is known yet'),
  frozen: z.boolean().describe('less than half of the area has good data: corrections stay as they are'),
  good_share: z
    .number()
    .nullable()
    .describe('share of the led area with good data, 0 … 1; null where nothing is led or looked at yet'),
  reference: z.number().nullable().describe('mean relative warmth of those that take part, by area'),
  spread: z.number().nullable().describe('standard deviation of relative warmth of those, by area'),
  least: z.number().nullable(),
  greatest: z.number().nullable(),
  stations: z.array(balanceStation).describe('stations with heating circuits, coldest first'),
});
export type BalanceView = z.infer<typeof balanceView>;
