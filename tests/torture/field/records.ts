/** What becomes of commands and wishes, from the live feed: each record with its steps. */
import type { CommandView } from '@heat-center/api/commands.ts';
import type { LiveMessage } from '@heat-center/api/live.ts';
import { WebSocket } from 'ws';
import { ADMIN_TOKEN, type CenterProcess } from '../../support/center.ts';

const FINAL = new Set(['refused', 'superseded', 'cancelled', 'expired']);
const DONE_WHEN_APPLIED = new Set(['cancel', 'release', 'fallback']);
const DONE = new Set(['applied', 'achieved']);
const FINAL_WITHIN_MS = 2000;

export interface Records {
  readonly all: ReadonlyMap<string, CommandView>;
  /** Records that were not final 2 s after their end, in the center's time; `now` is that time. */
  late(now: number): CommandView[];
  close(): void;
}

/** When a record came to its end; undefined while it is open. */
function endOf({ kind, steps }: CommandView): number | undefined {
  return steps.find(({ state }) => FINAL.has(state) || (DONE_WHEN_APPLIED.has(kind) && DONE.has(state)))?.at;
}

export function followRecords({ url }: Pick<CenterProcess, 'url'>): Records {
  const all = new Map<string, CommandView>();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- said by our own center
    const message = JSON.parse(data.toString()) as LiveMessage;
    if (message.type !== 'changes') return;
    for (const [station, commands] of Object.entries(message.commands)) {
      for (const command of commands) all.set(`${station} ${command.id}`, command);
    }
  });
  return {
    all,
    late: (now) =>
      [...all.values()].filter((command) => (endOf(command) ?? now) > command.ends_at + FINAL_WITHIN_MS),
    close: () => socket.terminate(),
  };
}
