/** The live feed, `GET /api/v1/live` as a WebSocket: one snapshot, then numbered changes. */
import { z } from 'zod';
import { commandView } from './commands.ts';
import { instant } from './common.ts';
import { circuitSetpoints, pointTuple, stationView } from './stations.ts';

/**
 * Something that is wrong with the center itself; the screen puts the code into words.
 *
 * - `journal_unwritable` { detail }: nothing is acknowledged until the disk can be written again
 * - `disk_low` { free_mib, hours_left? }: hours until nothing is acknowledged any more, if it goes on like this
 * - `broker_away` { detail }: the external broker cannot be reached
 * - `history_stopped` { detail, behind_s }: history takes nothing; the journal keeps it
 * - `history_behind` { behind_s }: history catches up
 * - `source_short` { share_pct? }: what a short source gives is shared; the share of ordinary stations, once it binds
 * - `source_over` { share_pct? }: the same, and the limit cannot be kept: floors and stations that are not led take more
 * - `source_recovering` { share_pct? }: the limit is over, heat comes back in steps
 * - `source_suspected` { signs }: nobody set a limit, but codes of `signs` of `GET /api/v1/network/source` speak for one
 * - `history_set_aside` { lines }: InfluxDB refused lines for ever; they lie beside the embedded store, with the reason
 * - `clock_off` { off_s }: the machine's clock is so far ahead of the center's time, below 0 behind; the center goes on
 *   by its own
 * - `planner_stopped` { detail }: no plan of peak shaving can be made; the last one fades out
 */
export const centerTrouble = z.object({
  code: z.enum([
    'journal_unwritable',
    'disk_low',
    'broker_away',
    'history_stopped',
    'history_behind',
    'history_set_aside',
    'source_short',
    'source_over',
    'source_recovering',
    'source_suspected',
    'clock_off',
    'planner_stopped',
  ]),
  since: instant,
  params: z.record(z.string(), z.union([z.number(), z.string()])),
});
export type CenterTrouble = z.infer<typeof centerTrouble>;

export const centerView = z.object({
  name: z.string(),
  zone: z.string().describe('time zone of the site, for example Asia/Shanghai'),
  epoch: z.int(),
  version: z.string(),
  /** Stations that obey a newer epoch and wait for a person's confirmation. */
  epoch_conflicts: z.array(z.object({ station: z.string(), epoch: z.int() })),
  history_behind_s: z.number(),
  troubles: z.array(centerTrouble),
});
export type CenterView = z.infer<typeof centerView>;

export const liveSnapshot = z.object({
  type: z.literal('snapshot'),
  n: z.literal(0),
  at: instant,
  center: centerView,
  stations: z.record(z.string(), stationView),
});
export type LiveSnapshot = z.infer<typeof liveSnapshot>;

/** Fields of a station that change; absent means unchanged. `null` for a station means removed. */
export const stationDelta = stationView
  .omit({ id: true, points: true, setpoints: true })
  .partial()
  .extend({
    points: z.record(z.string(), pointTuple).optional(),
    setpoints: circuitSetpoints.optional().describe('circuits whose setpoints changed, each whole'),
    /** A station that was registered after the snapshot, whole. */
    added: stationView.optional(),
  });
export type StationDelta = z.infer<typeof stationDelta>;

export const liveChanges = z.object({
  type: z.literal('changes'),
  n: z.int().min(1),
  at: instant,
  center: centerView.optional(),
  stations: z.record(z.string(), stationDelta.nullable()),
  /** Station id → commands whose state changed. */
  commands: z.record(z.string(), z.array(commandView)),
});
export type LiveChanges = z.infer<typeof liveChanges>;

export const liveMessage = z.discriminatedUnion('type', [liveSnapshot, liveChanges]);
export type LiveMessage = z.infer<typeof liveMessage>;
