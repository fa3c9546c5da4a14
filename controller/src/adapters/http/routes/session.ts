/** Signing browsers in and out. */
import type { SessionView } from '@heat-center/api/session.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { CookieSerializeOptions } from '@fastify/cookie';
import { callerOf, SESSION_COOKIE } from '../access.ts';
import type { RouteParts } from '../parts.ts';
import type { Caller } from '../sign-in.ts';
import { route, type App } from '../table.ts';

/** Browsers keep cookies for 400 days at most; the center itself ends idle sessions sooner. */
const COOKIE_MAX_AGE_S = 400 * 86_400;

const sessionViewOf = ({ name, fullName, kind, role, may, expiresAt }: Caller): SessionView => ({
  name,
  full_name: fullName,
  kind,
  role,
  may: [...may],
  expires_at: expiresAt,
});

export function sessionRoutes(app: App, parts: RouteParts): void {
  const { sessions, links, gate, feed, throttle } = parts;
  const cookie: CookieSerializeOptions = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: parts.secureCookie,
  };

  app.route({
    ...route('login'),
    handler: async (request, reply) => {
      const now = gate.now();
      throttle.check(request.ip, now);
      if (!('token' in request.body)) {
        throttle.fail(request.ip, now);
        throw new HeatError('wrong_credentials', 'Nobody signs in with this name and password.');
      }
      if (!links.take(request.body.token, now)) {
        throttle.fail(request.ip, now);
        throw new HeatError('not_authenticated', 'This link was used before or is older than 15 minutes.');
      }
      const name = 'administrator';
      const token = sessions.create(name, now);
      reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: COOKIE_MAX_AGE_S });
      const caller = sessions.find(token, now);
      if (!caller) throw new HeatError('not_authenticated', 'The session ended at once.');
      return sessionViewOf(caller);
    },
  });

  app.route({
    ...route('session'),
    handler: async (request) => sessionViewOf(callerOf(request)),
  });

  app.route({
    ...route('logout'),
    handler: async (request, reply) => {
      const { session } = callerOf(request);
      if (session !== undefined) {
        sessions.end(session);
        feed.endSession(session);
      }
      return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send(null);
    },
  });

  app.route({
    ...route('loginLink'),
    handler: async () => {
      const { token, expiresAt } = links.create(gate.now());
      return { url: parts.linkOf(token), expires_at: expiresAt };
    },
  });
}
