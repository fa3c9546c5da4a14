/** Node's debugger of a running center: makes it do what no one can ask for from outside. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { CenterProcess } from '../../support/center.ts';

/** The center must have been started with this. */
export const DEBUGGABLE = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

export interface Debugger {
  /** Sends a call of the DevTools protocol; resolves with its result, if the process ever answers. */
  call(method: string, params?: object): Promise<unknown>;
  close(): void;
}

export async function debuggerOf(center: CenterProcess): Promise<Debugger> {
  const address = /Debugger listening on (ws:\S+)/.exec(center.log())?.[1];
  if (address === undefined) throw new Error('the center was not started with a debugger');
  const socket = new WebSocket(address);
  await once(socket, 'open');
  socket.on('error', () => undefined);
  const waiting = new Map<number, (result: unknown) => void>();
  let calls = 0;
  socket.on('message', (data: Buffer) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the DevTools protocol
    const { id, result } = JSON.parse(data.toString()) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  return {
    call(method, params = {}) {
      calls += 1;
      const id = calls;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, method, params }));
      });
    },
    close: () => socket.terminate(),
  };
}

/** Hangs it in the middle of its work, as an endless loop in a cycle would: it keeps its sockets and does nothing; only SIGKILL ends it. */
export async function hang(center: CenterProcess): Promise<void> {
  const inside = await debuggerOf(center);
  void inside.call('Runtime.evaluate', { expression: 'for (;;);' });
}
