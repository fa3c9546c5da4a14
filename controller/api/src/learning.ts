/** What the center learned of each building: loss line, time constant, the curve that follows from them. */
import { z } from 'zod';
import { curveSettings } from './control.ts';
import { instant, partId, stationId } from './common.ts';

/**
 * Why something cannot be said. `no_heat`: the heat of this circuit is not measured. `no_rooms`: no rooms are
 * measured, so that the heat merely traces the center's own curve.
 * `shared_rooms`: several circuits heat the measured rooms and the settings do not say which are whose.
 * `too_few_days`, `no_spread`: the days were all alike. `no_excitation`: rooms stood still. `not_significant`: the
 * figure is not clearly different from its own error.
 */
export const unknownWhy = z.enum([
  'no_heat',
  'no_rooms',
  'shared_rooms',
  'too_few_days',
  'no_spread',
  'no_excitation',
  'not_significant',
]);

const unknown = z.object({
  identifiable: z.literal(false),
  why: unknownWhy,
  days_used: z.int().describe('days that count so far'),
});

/** Q = a·(t0 − tw) + b0 for tw < t0, from daily means. Errors are standard errors. */
export const lossLine = z.discriminatedUnion('identifiable', [
  unknown,
  z.object({
    identifiable: z.literal(true),
    a_kw_k: z.number().describe('heat that one kelvin outdoors costs, kW/K'),
    a_error_kw_k: z.number(),
    t0_c: z.number().describe('outdoor temperature from which rooms keep their target unheated, °C'),
    t0_error_k: z.number(),
    base_kw: z
      .number()
      .nullable()
      .describe('b0, heat that no weather asks for; null until a summer was seen'),
    days_used: z.int(),
    days_dropped: z.int().describe('days further than 3 σ from the line'),
    residual_kw: z.number().describe('standard deviation of a day about the line'),
  }),
]);
export type LossLine = z.infer<typeof lossLine>;

export const timeConstant = z.discriminatedUnion('identifiable', [
  unknown,
  z.object({
    identifiable: z.literal(true),
    tau_h: z.number(),
    error_h: z.number().describe('standard error'),
    from: z
      .enum(['nights', 'days'])
      .describe('how rooms fell in nights, or how they drifted from day to day'),
    days_used: z.int().describe('nights or days that it is from'),
  }),
]);
export type TimeConstant = z.infer<typeof timeConstant>;

/**
 * A curve that would bring the rooms to their target; a person applies it or does not. `six_points`: from the learned
 * loss line and emitters. `shift`: rooms are off their target, and the design says what that takes.
 */
export const curveProposal = z.object({
  made_at: instant.describe('end of the last day that it is from; to be sent back to apply it'),
  kind: z.enum(['six_points', 'shift']),
  curve: curveSettings.describe('as it would stand in the circuit’s settings'),
  now: z.array(z.tuple([z.number(), z.number()])).describe('[outdoor °C, supply °C] of the curve in force'),
  proposed: z.array(z.tuple([z.number(), z.number()])).describe('the same outdoor temperatures'),
  error_k: z.number().describe('standard error of the proposed supply temperatures, K'),
  room_c: z.number().describe('what rooms had, °C'),
  target_c: z.number(),
  days_used: z.int(),
});
export type CurveProposal = z.infer<typeof curveProposal>;

/** `settled`: rooms have their target, or the proposal would change less than its error. */
export const noProposalWhy = z.enum(['no_rooms', 'too_few_days', 'no_curve', 'settled']);

export const circuitLearning = z.object({
  circuit: partId,
  heat_from: z
    .enum(['meter', 'circuit'])
    .nullable()
    .describe('the heat meter, or the circuit’s own flow and temperatures; null: not measured'),
  rooms_measured: z.boolean().describe('whether room sensors told anything on a day that is kept'),
  loss: lossLine,
  time_constant: timeConstant,
  proposal: curveProposal.nullable(),
  no_proposal: noProposalWhy.nullable().describe('why there is none'),
  days: z
    .array(
      z.object({
        at: instant.describe('end of the day'),
        outdoor_c: z.number(),
        heat_kw: z.number(),
        room_c: z.number().nullable(),
        used: z.boolean().describe('false: further than 3 σ from the line'),
      }),
    )
    .describe('daily means, oldest first'),
});
export type CircuitLearning = z.infer<typeof circuitLearning>;

export const stationLearning = z.object({ id: stationId, circuits: z.array(circuitLearning) });
export type StationLearning = z.infer<typeof stationLearning>;

/** Body of `POST …/learning/{circuit}/apply`. */
export const applyProposal = z.object({
  made_at: instant.describe('of the proposal that was looked at'),
});

export const loadForecastQuery = z.object({
  hours: z.coerce.number().int().min(1).max(72).default(72),
});

const loadHour = z.object({
  at: instant.describe('end of the hour'),
  outdoor_c: z.number(),
  load_kw: z.number().describe('mean of the hour'),
  error_kw: z.number().describe('standard error, without that of the weather forecast'),
});

/** Load to come. `why` says why there is none. */
const loadForecast = z.object({
  at: instant,
  weather: z
    .object({ source: z.string(), issued_at: instant })
    .nullable()
    .describe('the weather forecast that it follows'),
  why: z.enum(['no_forecast', 'nothing_known']).nullable(),
  now_kw: z.number().nullable().describe('measured mean of the hour before'),
  hours: z.array(loadHour),
});

/** Of one station; `basis`: the design, where it has one, as long as less than a day was seen. */
export const stationLoadForecast = loadForecast.extend({
  id: stationId,
  basis: z.enum(['design', 'learned']).nullable(),
  hours_seen: z.int().describe('hours that it was learned from'),
});

export type StationLoadForecast = z.infer<typeof stationLoadForecast>;

/** Of all stations together; sources are shown apart: they also carry the losses of the network. */
export const networkLoadForecast = loadForecast.extend({
  stations: z.int().describe('stations in the sum'),
  learned: z.int().describe('those of them whose load was learned, not taken from the design'),
  without: z.array(stationId).describe('stations of which nothing can be said'),
  sources: z.array(
    z.object({
      id: stationId,
      now_kw: z.number().nullable(),
      hours: z.array(loadHour),
    }),
  ),
});
export type NetworkLoadForecast = z.infer<typeof networkLoadForecast>;
