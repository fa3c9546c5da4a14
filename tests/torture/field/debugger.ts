/** Node's debugger of a running center: makes it do what no one can ask for from outside. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { CenterProcess } from '../../support/center.ts';

/** The center must have been started with this. */
export const DEBUGGABLE = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

type Call = (method: string, params?: object) => Promise<unknown>;

export interface Debugger {
  /** Sends a call of the DevTools protocol to the main thread; resolves with its result, if the process ever answers. */
  readonly call: Call;
  /** The same call to the main thread and to each worker that runs now; their results. */
  everywhere(method: string): Promise<unknown[]>;
  close(): void;
}

interface Said {
  readonly id?: number;
  readonly result?: unknown;
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly message?: string };
}

/** Calls by number, and the answers to them, over whatever carries text. */
function conversation(send: (text: string) => void): { call: Call; heard(said: Said): void } {
  const waiting = new Map<number, (result: unknown) => void>();
  let calls = 0;
  return {
    call(method, params = {}) {
      calls += 1;
      const id = calls;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        send(JSON.stringify({ id, method, params }));
      });
    },
    heard({ id, result }) {
      if (id === undefined) return;
      waiting.get(id)?.(result);
      waiting.delete(id);
    },
  };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the DevTools protocol
const read = (text: string): Said => JSON.parse(text) as Said;

export async function debuggerOf(center: CenterProcess): Promise<Debugger> {
  const address = /Debugger listening on (ws:\S+)/.exec(center.log())?.[1];
  if (address === undefined) throw new Error('the center was not started with a debugger');
  const socket = new WebSocket(address);
  await once(socket, 'open');
  socket.on('error', () => undefined);
  const main = conversation((text) => socket.send(text));
  const workers = new Map<string, ReturnType<typeof conversation>>();
  socket.on('message', (data: Buffer) => {
    const said = read(data.toString());
    main.heard(said);
    const { sessionId = '', message = '{}' } = said.params ?? {};
    if (said.method === 'NodeWorker.attachedToWorker') {
      const toWorker = (text: string): void =>
        void main.call('NodeWorker.sendMessageToWorker', { sessionId, message: text });
      workers.set(sessionId, conversation(toWorker));
    }
    if (said.method === 'NodeWorker.receivedMessageFromWorker') workers.get(sessionId)?.heard(read(message));
    if (said.method === 'NodeWorker.detachedFromWorker') workers.delete(sessionId);
  });
  await main.call('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    call: main.call,
    everywhere: (method) => Promise.all([main, ...workers.values()].map(async ({ call }) => call(method))),
    close: () => socket.terminate(),
  };
}

/** Hangs it in the middle of its work, as an endless loop in a cycle would: it keeps its sockets and does nothing; only SIGKILL ends it. */
export async function hang(center: CenterProcess): Promise<void> {
  const inside = await debuggerOf(center);
  void inside.call('Runtime.evaluate', { expression: 'for (;;);' });
}
