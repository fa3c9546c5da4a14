/** From text to a message of the feed. */
import { liveMessage, liveSnapshot } from '@heat-center/api/live.ts';
import type { LiveChanges, LiveMessage } from '@heat-center/api/live.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasFrame = (json: unknown): json is LiveChanges =>
  isRecord(json) &&
  json['type'] === 'changes' &&
  Number.isInteger(json['n']) &&
  typeof json['at'] === 'number' &&
  isRecord(json['stations']) &&
  isRecord(json['commands']);

/**
 * The snapshot is checked whole, so that a page from before an upgrade of the center notices the difference.
 * Of the changes, up to four a second, only the frame is checked unless `thorough` is set: for 250 stations the
 * whole check took 8 ms, which is half of the time that a frame has, and parsing alone 1.6 ms.
 * @returns null when the text is not a message of the feed.
 */
export function parseLive(text: string, thorough: boolean): LiveMessage | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (thorough) return liveMessage.safeParse(json).data ?? null;
  if (hasFrame(json)) return json;
  return liveSnapshot.safeParse(json).data ?? null;
}
