/**
 * JSON bodies and nothing else: a form of another site cannot send that type. One that is empty counts as none, since
 * clients name the type on every request.
 */
import { giveBack } from '@heat-center/broker/give-back.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { App } from './table.ts';

/** Largest body of a request, bytes: a station with sixteen circuits is about 10 kB. */
export const BODY_LIMIT = 64 * 1024;
/** The same where anybody may ask. */
export const STRANGERS_BODY_LIMIT = 4 * 1024;

export function bindBodies(app: App): void {
  app.addHook('onRequest', async ({ headers, routeOptions }) => {
    // Whoever asks, and for whatever: the body of a refusal is read to its end to keep the connection.
    if (Number(headers['content-length'] ?? 0) > BODY_LIMIT)
      throw new HeatError('too_large', `A body of at most ${BODY_LIMIT} bytes is taken.`);
    // What has no length is only found to be too long when 64 KiB of it have been read, and strangers send it at will.
    if (headers['transfer-encoding'] !== undefined && routeOptions.config.entry?.access === 'public')
      throw new HeatError('length_required', 'A body without a length is taken only from who is signed in.');
  });
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

/** Whether more of the body may come than anybody said. */
const isEndless = ({ complete, headers }: IncomingMessage): boolean =>
  !complete && headers['transfer-encoding'] !== undefined;

/** Leaves the rest of a body with its sender that is too large or without end: it would only fill memory. */
export function leaveUnread({ raw }: FastifyRequest, reply: FastifyReply, isTooLarge: boolean): void {
  const { socket } = raw;
  // Anything but a socket is a test that injects.
  if (!(socket instanceof Socket) || !(isTooLarge || isEndless(raw))) return;
  reply.header('connection', 'close');
  raw.pause();
  for (let chunk: unknown = raw.read(); chunk !== null; chunk = raw.read()) {
    if (chunk instanceof Uint8Array) giveBack(chunk);
  }
  socket.pause();
  // Node itself reads on once the answer has left; a turn later that has begun, and nothing has come yet.
  reply.raw.once('finish', () => setImmediate(() => socket.pause()));
}
