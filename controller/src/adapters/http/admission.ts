/** What the HTTP server takes on at once. Everything that a stranger can make it hold has a bound here. */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
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
  let connections = 0;
  let refusedConnections = 0;
  let open = 0;
  let refused = 0;
  server.maxConnections = HTTP_LIMITS.connections;
  server.on('drop', () => {
    refusedConnections += 1;
  });
  server.on('connection', (socket: Socket) => {
    connections += 1;
    socket.once('close', () => {
      connections -= 1;
    });
  });
  const refuse = (detail: string): never => {
    refused += 1;
    throw new HeatError('busy', detail);
  };

  app.addHook('onRequest', async (request, reply) => {
    const { socket } = request.raw;
    const sent = (bySocket.get(socket) ?? 0) + 1;
    bySocket.set(socket, sent);
    reply.raw.once('close', () => bySocket.set(socket, (bySocket.get(socket) ?? 1) - 1));
    if (sent > HTTP_LIMITS.requestsPerSocket) refuse('Too many requests were sent at once.');
  });
  app.addHook('preValidation', async (request, reply) => {
    if (request.ws) {
      if (feed.size >= HTTP_LIMITS.feedClients) refuse('Too many live feeds are open.');
      return;
    }
    if (!request.caller) return;
    if (open >= HTTP_LIMITS.requests) refuse('Too many requests are being answered.');
    open += 1;
    reply.raw.once('close', () => {
      open -= 1;
    });
  });
  return () => ({
    http_connections: connections,
    http_connections_refused: refusedConnections,
    http_requests_open: open,
    http_requests_refused: refused,
  });
}
