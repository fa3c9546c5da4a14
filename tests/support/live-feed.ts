/** The live feed as a browser has it: what the center says of itself, and how old live values are when they arrive. */
import type { CenterView, LiveMessage } from '@heat-center/api/live.ts';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, type CenterProcess } from './center.ts';

const AGAIN_MS = 200;

export interface LiveFeed {
  /** What the center said of itself last. */
  center(): CenterView | undefined;
  /** Ages of changed values when they arrived, ms, of stations that the filter lets through. */
  readonly ages: number[];
  close(): void;
}

export function openLiveFeed(
  { url }: Pick<CenterProcess, 'url'>,
  {
    point = '',
    of = () => true,
    token = ADMIN_TOKEN,
  }: { point?: string; of?: (station: string) => boolean; token?: string } = {},
): LiveFeed {
  const ages: number[] = [];
  let center: CenterView | undefined;
  let socket: WebSocket | undefined;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  function hear(data: Buffer): void {
    const now = Date.now();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said by our own center
    const message = JSON.parse(data.toString()) as LiveMessage;
    center = message.center ?? center;
    if (message.type !== 'changes' || point === '') return;
    for (const [station, delta] of Object.entries(message.stations)) {
      const tuple = delta?.points?.[point];
      if (tuple && of(station)) ages.push(now - tuple[0]);
    }
  }

  /** A feed that was cut off is opened again, as the screen does it. */
  function open(): void {
    const next = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`, {
      headers: { authorization: `Bearer ${token}` },
    });
    next.on('message', hear);
    next.on('error', () => undefined);
    next.on('close', () => {
      if (!closed) again = setTimeout(open, AGAIN_MS);
    });
    socket = next;
  }

  open();
  return {
    center: () => center,
    ages,
    close() {
      closed = true;
      clearTimeout(again);
      socket?.terminate();
    },
  };
}
