/** The live feed as a browser has it: what the center says of itself, and how old live values are when they arrive. */
import type { CenterView, LiveMessage } from '@heat-center/api/live.ts';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, type CenterProcess } from './center.ts';

export interface LiveFeed {
  /** What the center said of itself last. */
  center(): CenterView | undefined;
  /** Ages of changed values when they arrived, ms, of stations that the filter lets through. */
  readonly ages: number[];
  close(): void;
}

export function openLiveFeed(
  { url }: Pick<CenterProcess, 'url'>,
  { point = '', of = () => true }: { point?: string; of?: (station: string) => boolean } = {},
): LiveFeed {
  const ages: number[] = [];
  let center: CenterView | undefined;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  socket.on('message', (data: Buffer) => {
    const now = Date.now();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said by our own center
    const message = JSON.parse(data.toString()) as LiveMessage;
    center = message.center ?? center;
    if (message.type !== 'changes' || point === '') return;
    for (const [station, delta] of Object.entries(message.stations)) {
      const tuple = delta?.points?.[point];
      if (tuple && of(station)) ages.push(now - tuple[0]);
    }
  });
  socket.on('error', () => undefined);
  return { center: () => center, ages, close: () => socket.terminate() };
}
