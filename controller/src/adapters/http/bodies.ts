/**
 * JSON bodies and nothing else: a form of another site cannot send that type. One that is empty counts as none, since
 * clients name the type on every request.
 */
import type { App } from './table.ts';

export function bindBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}
