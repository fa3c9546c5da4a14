/** JSON Schemas of the messages; further fields stay open, since adding an optional one is no new version. */
import { z } from 'zod';
import {
  batchSchema,
  cancelCommand,
  fallbackCommand,
  heartbeatSchema,
  operateCommand,
  receiptSchema,
  releaseCommand,
  reportSchema,
  sampleSchema,
  selectCommand,
  setpointsCommand,
  statusSchema,
} from '../messages.ts';
import type { StationChannel } from '../topics.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

interface Message {
  readonly title: string;
  readonly schema: z.ZodType;
}

/** The messages of each channel by name; a channel carries any of its messages. */
export const MESSAGES: Readonly<Record<StationChannel | 'heartbeat', Readonly<Record<string, Message>>>> = {
  telemetry: {
    sample: { title: 'One sample', schema: sampleSchema },
    batch: { title: 'Up to 500 samples with ascending seq', schema: batchSchema },
  },
  receipt: { receipt: { title: 'Every sample of this boot up to seq is settled', schema: receiptSchema } },
  status: { status: { title: 'Status, also the will', schema: statusSchema } },
  command: {
    setpoints: { title: 'Setpoints for a time, renewed before it ends', schema: setpointsCommand },
    fallback: { title: 'Curve and limits that the station keeps', schema: fallbackCommand },
    select: { title: 'Select an actuator', schema: selectCommand },
    operate: { title: 'Operate the actuator that was selected', schema: operateCommand },
    cancel: { title: 'End a command by its id', schema: cancelCommand },
    release: { title: 'Back to the station’s own curve', schema: releaseCommand },
  },
  report: { report: { title: 'What became of a command', schema: reportSchema } },
  heartbeat: { heartbeat: { title: 'The center is at work', schema: heartbeatSchema } },
};

/** As a sender may write it. `draft-7` is what AsyncAPI speaks. */
export function jsonSchemaOf(schema: z.ZodType, target: 'draft-7' | 'draft-2020-12'): JsonObject {
  return z.toJSONSchema(schema, { io: 'input', target });
}

/** Files `docs/schema/{message}.json`. */
export function schemaFiles(): Record<string, JsonObject> {
  const messages = Object.values(MESSAGES).flatMap((channel) => Object.entries(channel));
  return Object.fromEntries(
    messages.map(([name, { title, schema }]) => [
      `docs/schema/${name}.json`,
      { ...jsonSchemaOf(schema, 'draft-2020-12'), title },
    ]),
  );
}
