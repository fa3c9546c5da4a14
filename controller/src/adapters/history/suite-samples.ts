/** Samples and patience for the tests of history. */
import { decodeTelemetry } from '@heat-center/contract/decode.ts';
import { telemetryEncoder } from '../../domain/telemetry/encode.ts';
import type { HistoryBatch, HistoryDecision, HistoryTelemetry } from '../../ports.ts';

export const T0 = Date.UTC(2026, 0, 15, 6);

/** Telemetry as ingest would journal a station's message. */
export function samplesOf(station: string, message: Record<string, unknown>): HistoryTelemetry[] {
  const decoded = decodeTelemetry(new TextEncoder().encode(JSON.stringify({ v: 1, ...message })));
  if (!decoded.ok) throw new Error(`the test's message was refused: ${decoded.code}`);
  return [{ station, body: telemetryEncoder()(decoded.telemetry) }];
}

export const batchOf = (
  telemetry: readonly HistoryTelemetry[],
  cursor = 1,
  decisions: readonly HistoryDecision[] = [],
): HistoryBatch => ({ telemetry, decisions, cursor });

/** InfluxDB shows what was written a little later; asks again until the answer satisfies. */
export async function eventually<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask();
    if (satisfies(answer) || attempt === 100) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
