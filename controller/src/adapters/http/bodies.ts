/**
 * JSON bodies and nothing else: a form of another site cannot send that type. One that is empty counts as none, since
 * clients name the type on every request.
 */
import { giveBack } from '@heat-center/broker/give-back.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { App } from './table.ts';

export function bindBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

/** Leaves the rest of a body that is too large with its sender: until the connection ends it would only fill memory. */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  request.pause();
  for (let chunk: unknown = request.read(); chunk !== null; chunk = request.read()) {
    if (chunk instanceof Uint8Array) giveBack(chunk);
  }
  const { socket } = request;
  // Node itself reads on once the answer has left; a turn later that has begun, and nothing has come yet.
  if (socket instanceof Socket) response.once('finish', () => setImmediate(() => socket.pause()));
}
