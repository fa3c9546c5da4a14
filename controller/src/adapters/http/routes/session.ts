/** Signing browsers in and out. */
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { LoginBody, SessionView } from '@heat-center/api/session.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../../access/caller.ts';
import { digestOf, SESSION_MAX_MS } from '../../../access/sessions.ts';
import { addressKey } from '../../../access/throttle.ts';
import { callerOf, SESSION_COOKIE } from '../access.ts';
import { STRANGERS_BODY_LIMIT } from '../bodies.ts';
import type { RouteParts } from '../parts.ts';
import { route, type App } from '../table.ts';

const sessionViewOf = ({ name, fullName, kind, role, may, expiresAt }: Caller): SessionView => ({
  name,
  full_name: fullName,
  kind,
  role,
  may: [...may],
  expires_at: expiresAt,
});

/** Who proved to be there: a person's name, or null for the printed link. */
async function proved(parts: RouteParts, body: LoginBody, address: string): Promise<string | null> {
  const now = parts.gate.now();
  if ('user' in body) return (await parts.accounts.signIn({ ...body, address, now })).id;
  const key = addressKey(address);
  parts.throttle.check(key, now);
  if (parts.links.take(body.token, now)) return null;
  parts.throttle.fail(key, now);
  throw new HeatError('not_authenticated', 'This link was used before or is older than 15 minutes.');
}

export function sessionRoutes(app: App, parts: RouteParts): void {
  const { sessions, accounts, links, gate, feed } = parts;
  const cookie: CookieSerializeOptions = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: parts.secureCookie,
  };

  /** A new sign-in replaces the one that the browser had. */
  function begin(request: FastifyRequest, reply: FastifyReply, user: string | null): Caller {
    const before = request.cookies[SESSION_COOKIE];
    if (before !== undefined) {
      sessions.end(before);
      feed.review();
    }
    const token = sessions.create(user, gate.now());
    reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_MAX_MS / 1000 });
    const caller = sessions.find(token, gate.now());
    if (!caller) throw new HeatError('wrong_credentials', 'The account was disabled just now.');
    return caller;
  }

  app.route({
    ...route('login'),
    bodyLimit: STRANGERS_BODY_LIMIT,
    handler: async (request, reply) => {
      const user = await proved(parts, request.body, request.ip);
      return sessionViewOf(begin(request, reply, user));
    },
  });

  app.route({ ...route('session'), handler: async (request) => sessionViewOf(callerOf(request)) });

  app.route({
    ...route('logout'),
    handler: async (request, reply) => {
      sessions.endKey(callerOf(request).key ?? '');
      feed.review();
      return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send(null);
    },
  });

  app.route({
    ...route('changePassword'),
    handler: async (request, reply) => {
      const { name, key = '' } = callerOf(request);
      const { current, password } = request.body;
      const attempt = { user: name, password: current, address: request.ip, now: gate.now() };
      await accounts.changeOwn(attempt, password, digestOf(key) ?? new Uint8Array());
      feed.review();
      return reply.code(204).send(null);
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
