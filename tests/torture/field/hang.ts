/** Hangs a running center in the middle of its work, as an endless loop in a cycle would: through Node's debugger. */
import { WebSocket } from 'ws';
import type { CenterProcess } from '../../support/center.ts';

/** The center must have been started with this. */
export const HANGABLE = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

/** From then on the process lives, keeps its sockets and does nothing; only SIGKILL ends it. */
export async function hang(center: CenterProcess): Promise<void> {
  const address = /Debugger listening on (ws:\S+)/.exec(center.log())?.[1];
  if (address === undefined) throw new Error('the center was not started with a debugger');
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;);' } }));
  socket.on('error', () => undefined);
}
