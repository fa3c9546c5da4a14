/** The one place that opens a port. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { Certificates } from './certificates.ts';
import { greet } from './greeting.ts';
import type { Shared } from './shared.ts';

const BACKLOG = 2048;
const TCP = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

export interface OpenServer {
  readonly port: number;
  /** Stops listening; resolves when all sockets are closed. */
  close(): Promise<void>;
}

export async function openServer(
  address: { host: string; port: number; tls?: Certificates | undefined },
  shared: Shared,
): Promise<OpenServer> {
  const { host, port, tls } = address;
  const handshakes = new Map<string, Socket>();
  const server = tls
    ? secureServer(tls, shared, handshakes)
    : createServer(TCP, (socket) => accept(shared, socket));
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of handshakes.values()) socket.destroy();
      }),
  };
}

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** Handshakes are bounded in number and in time like logins, of which they are a part. */
function secureServer(tls: Certificates, shared: Shared, handshakes: Map<string, Socket>): Server {
  const { limits, counters, log } = shared;
  const asks = tls.material.ca !== undefined;
  const server = createTlsServer(
    {
      ...TCP,
      ...tls.material,
      handshakeTimeout: limits.connectTimeoutMs,
      requestCert: asks,
      rejectUnauthorized: false,
    },
    (socket) => acceptSecure(shared, socket),
  );
  tls.serve(server);
  server.on('connection', (socket: Socket) => {
    if (handshakes.size + pendingOf(shared) >= limits.pendingLogins) {
      counters.close('too_many');
      socket.destroy();
      return;
    }
    const name = nameOf(socket);
    handshakes.set(name, socket);
    socket.once('close', () => handshakes.delete(name));
  });
  // From here on the limits of a connection hold.
  server.on('secureConnection', (socket: TLSSocket) => handshakes.delete(nameOf(socket)));
  server.on('tlsClientError', (error, socket) => {
    counters.close('protocol_error');
    log.debug({ err: error, address: socket.remoteAddress }, 'TLS handshake failed');
    socket.destroy();
  });
  return server;
}

function acceptSecure(shared: Shared, socket: TLSSocket): void {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) {
    accept(shared, socket);
    return;
  }
  const name: unknown = certificate.toLegacyObject().subject.CN;
  if (socket.authorized && typeof name === 'string') {
    accept(shared, socket, name);
    return;
  }
  const why = socket.authorizationError?.message ?? 'it names nobody';
  shared.notices.warn(
    'certificate',
    { address: socket.remoteAddress, why },
    'a client certificate was refused',
  );
  shared.counters.close('login_refused');
  socket.destroy();
}

/** Sockets that have not logged in. */
const pendingOf = ({ greetings, pending }: Shared): number => greetings.size + pending.size;

function accept(shared: Shared, socket: Socket, certified?: string): void {
  const { limits, greetings, connections } = shared;
  const greeting = greet(shared, socket, certified);
  if (greetings.size + connections.size > limits.connections || pendingOf(shared) > limits.pendingLogins)
    greeting.close('too_many');
}
