/** Status and reports of stations as inputs of the center. */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import { reportSchema, statusSchema } from '@heat-center/contract/messages.ts';
import type { OtherInput } from './records.ts';

export interface StationMessage {
  readonly station: string;
  readonly channel: 'status' | 'report';
  readonly bytes: Uint8Array;
  readonly retained: boolean;
}

const decoder = new TextDecoder();

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** What a message that came at `at` (ms UTC) means, or why it is refused. */
export function inputOfMessage(message: StationMessage, at: number): OtherInput | ErrorCode {
  const { station, channel, bytes, retained } = message;
  const raw = parseJson(bytes);
  if (raw === undefined) return 'not_json';
  if (channel === 'status') {
    const parsed = statusSchema.safeParse(raw);
    if (!parsed.success) return 'bad_shape';
    // A will was written at connect; `offline` comes as one in practice, so its other fields mean nothing.
    const will = parsed.data.state === 'offline';
    return { kind: 'status', at, station, status: parsed.data, will, retained };
  }
  const parsed = reportSchema.safeParse(raw);
  return parsed.success ? { kind: 'report', at, station, report: parsed.data } : 'bad_shape';
}
