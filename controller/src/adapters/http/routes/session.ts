/** Signing browsers in and out. */
import { HeatError } from '@heat-center/contract/errors.ts';
import type { CookieSerializeOptions } from '@fastify/cookie';
import { callerOf, SESSION_COOKIE } from '../access.ts';
import type { RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

/** Browsers keep cookies for 400 days at most; the center itself ends idle sessions sooner. */
const COOKIE_MAX_AGE_S = 400 * 86_400;

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
      if (!links.take(request.body.token, now)) {
        throttle.fail(request.ip, now);
        throw new HeatError('not_authenticated', 'This link was used before or is older than 15 minutes.');
      }
      const name = 'administrator';
      reply.setCookie(SESSION_COOKIE, sessions.create(name, now), { ...cookie, maxAge: COOKIE_MAX_AGE_S });
      return { name, role: 'administrator' as const };
    },
  });

  app.route({
    ...route('session'),
    handler: async (request) => {
      const { name, role } = callerOf(request);
      return { name, role };
    },
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
