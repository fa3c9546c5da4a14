/** The one place that opens a port. */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { HeatError } from '@heat-center/contract/errors.ts';
import { Connection } from './connection.ts';
import type { Shared } from './shared.ts';

const BACKLOG = 2048;
const TCP_KEEPALIVE_MS = 60_000;

export interface OpenServer {
  readonly port: number;
  /** Stops listening; resolves when all sockets are closed. */
  close(): Promise<void>;
}

export async function openServer(
  address: { host: string; port: number },
  shared: Shared,
): Promise<OpenServer> {
  const { host, port } = address;
  const tcp = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS };
  const server = createServer(tcp, (socket) => accept(shared, socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new HeatError('port_in_use', `Port ${port} of ${host} is taken.`, { host, port })
          : error,
      ),
    );
    server.listen({ host, port, backlog: BACKLOG }, resolve);
  });
  server.on('error', (error) => shared.log.error({ err: error }, 'broker socket'));
  const bound = server.address();
  return {
    port: bound === null || typeof bound === 'string' ? port : bound.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function accept(shared: Shared, socket: Socket): void {
  const { limits, connections, pending } = shared;
  const connection = new Connection(shared, socket);
  if (connections.size > limits.connections || pending.size > limits.pendingLogins)
    connection.close('too_many');
}
