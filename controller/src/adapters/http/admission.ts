/** What the HTTP server takes on at once. Everything that a stranger can make it hold has a bound here. */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Feed } from './feed/feed.ts';
import type { App } from './table.ts';

/** Times in ms. */
export const HTTP_LIMITS = {
  connections: 2048,
  /** From connecting, or the first byte, to the end of the headers. */
  headersMs: 8000,
  /** To the end of the body. */
  requestMs: 15_000,
  /** A socket on which nothing moves while it should. */
  idleMs: 15_000,
  keepAliveMs: 60_000,
  /** Requests of those who are signed in that are being answered. */
  requests: 256,
  /** The same on one connection, which may send them all at once. */
  requestsPerSocket: 32,
  feedClients: 500,
  /** How long sockets have at the center's end. */
  lingerMs: 2000,
} as const;

/** For the server, plain or encrypted. */
export const SERVER_LIMITS = {
  headersTimeout: HTTP_LIMITS.headersMs,
  connectionsCheckingInterval: 500,
} as const satisfies ServerOptions;

/** The same by Fastify's names. */
export const FASTIFY_LIMITS = {
  connectionTimeout: HTTP_LIMITS.idleMs,
  keepAliveTimeout: HTTP_LIMITS.keepAliveMs,
  requestTimeout: HTTP_LIMITS.requestMs,
} as const;

/** Counters since the start and gauges, for `/metrics`. */
export interface AdmissionFigures {
  readonly http_connections: number;
  readonly http_connections_refused: number;
  readonly http_requests_open: number;
  readonly http_requests_refused: number;
}

/**
 * Refuses with `busy` what is too much. Requests count once it is known who asks and their body is here: a stranger
 * who drips or does not read takes no place from those who work, only a connection, for as long as the times allow.
 * @returns the figures of now
 */
export function bindAdmission(app: App, feed: Feed): () => AdmissionFigures {
  const { server } = app;
  const bySocket = new WeakMap<Socket, number>();
  const openOn = (socket: Socket): number => bySocket.get(socket) ?? 0;
  const openBySocket = new WeakMap<Socket, Set<ServerResponse>>();
  const tooMany = new WeakSet<IncomingMessage>();
  const sockets = new Set<Socket>();
  let refusedConnections = 0;
  let open = 0;
  let refused = 0;
  server.maxConnections = HTTP_LIMITS.connections;
  server.on('drop', () => {
    refusedConnections += 1;
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    bySocket.set(socket, openOn(socket) + 1);
    if (openOn(socket) > HTTP_LIMITS.requestsPerSocket) tooMany.add(request);
    response.once('close', () => bySocket.set(socket, openOn(socket) - 1));
  });
  server.prependListener('upgrade', (_request: IncomingMessage, stream: Duplex) => {
    if (!(stream instanceof Socket)) return;
    // Nobody reads a socket between its upgrade and the first frame, so nobody would notice its end.
    stream.setTimeout(HTTP_LIMITS.idleMs, () => stream.destroy());
    // Sent behind requests that are still being answered, an upgrade can never be one.
    if (openOn(stream) > 0) stream.destroy();
  });
  app.addHook('preClose', async () => {
    // A frozen feed would hold up the end of the center for as long as a closing handshake may take.
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, HTTP_LIMITS.lingerMs).unref();
  });
  const countOpen = (socket: Socket, response: ServerResponse): void => {
    if (socket.destroyed) return;
    let own = openBySocket.get(socket);
    if (!own) {
      const fresh = new Set<ServerResponse>();
      own = fresh;
      openBySocket.set(socket, fresh);
      // Answers that still wait behind others are never closed when their socket is.
      socket.once('close', () => {
        open -= fresh.size;
        fresh.clear();
      });
    }
    const mine = own;
    mine.add(response);
    open += 1;
    response.once('close', () => {
      if (mine.delete(response)) open -= 1;
    });
  };
  const refuse = (detail: string): never => {
    refused += 1;
    throw new HeatError('busy', detail);
  };

  app.addHook('onRequest', async (request) => {
    if (tooMany.has(request.raw)) refuse('Too many requests were sent at once.');
  });
  app.addHook('preValidation', async (request, reply) => {
    if (request.ws) {
      if (feed.size >= HTTP_LIMITS.feedClients) refuse('Too many live feeds are open.');
      return;
    }
    if (!request.caller) return;
    if (open >= HTTP_LIMITS.requests) refuse('Too many requests are being answered.');
    countOpen(request.raw.socket, reply.raw);
  });
  return () => ({
    http_connections: sockets.size,
    http_connections_refused: refusedConnections,
    http_requests_open: open,
    http_requests_refused: refused,
  });
}
