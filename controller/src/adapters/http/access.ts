/** One hook that decides for every request, by the table of routes, whether whoever asks may. */
import { ACTIONS } from '@heat-center/api/access.ts';
import type { Route } from '@heat-center/api/routes.ts';
import { HeatError } from '@heat-center/contract/errors.ts';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.ts';
import type { Sessions } from '../../access/sessions.ts';
import { addressKey, type Throttle } from '../../access/throttle.ts';
import type { BearerTokens } from '../../access/tokens.ts';
import type { OriginRules } from './origins.ts';
import type { App } from './table.ts';

export const SESSION_COOKIE = 'heat_session';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on public routes and until the access hook has run. */
    caller: Caller | null;
  }
}

export interface AccessParts {
  readonly origins: OriginRules;
  readonly sessions: Sessions;
  readonly tokens: BearerTokens;
  readonly throttle: Throttle;
  readonly now: () => number;
}

const READS = new Set(['GET', 'HEAD']);
const BEARER = /^Bearer +(\S+)$/i;

function byToken(parts: AccessParts, request: FastifyRequest, header: string): Caller {
  const now = parts.now();
  const address = addressKey(request.ip);
  parts.throttle.check(address, now);
  const token = BEARER.exec(header)?.[1];
  const caller = token === undefined ? undefined : parts.tokens.find(token, now);
  if (caller) return caller;
  parts.throttle.fail(address, now);
  throw new HeatError('not_authenticated', 'The bearer token is not known or has ended.');
}

/** A browser says by itself which page made it ask; older ones do not. */
function requireOwnPage(parts: AccessParts, request: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  const isForeign = site !== undefined && site !== 'same-origin';
  if (isForeign || !parts.origins.originAllowed(origin, host)) {
    throw new HeatError('wrong_origin', `The page ${origin ?? '(unnamed)'} may not ask for this.`);
  }
}

/** Reading is no change, but what was read is nobody else's page's; opening an address by hand or link is no reading. */
function requireNoForeignReader({ headers }: FastifyRequest): void {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (site === undefined || site === 'same-origin' || site === 'none' || mode === 'navigate') return;
  throw new HeatError('wrong_origin', 'A page of another site may not read this.');
}

function bySession(parts: AccessParts, request: FastifyRequest): Caller {
  const token = request.cookies[SESSION_COOKIE];
  const caller = token === undefined ? undefined : parts.sessions.find(token, parts.now());
  if (!caller) throw new HeatError('not_authenticated', 'Nobody is signed in.');
  // A browser sends the cookie along whoever made it ask, so writes and the feed must come from our own page.
  if (!READS.has(request.method) || request.ws) requireOwnPage(parts, request);
  else requireNoForeignReader(request);
  return caller;
}

function requireRight(caller: Caller, { access, only }: Pick<Route, 'access' | 'only'>): void {
  if (only === 'bearer' && caller.kind !== 'token' && caller.kind !== 'automation') {
    throw new HeatError('not_permitted', 'This asks for a bearer token.');
  }
  if (only === 'person' && caller.kind !== 'person') {
    throw new HeatError('not_permitted', 'This is for people who signed in with a password.');
  }
  if (access === 'public' || access === 'known' || caller.may.includes(access)) return;
  throw new HeatError('not_permitted', `This asks for the role ${ACTIONS[access]}.`);
}

function admit(
  parts: AccessParts,
  request: FastifyRequest,
  route: Pick<Route, 'access' | 'only'>,
): Caller | null {
  const { authorization, origin } = request.headers;
  if (route.access === 'public') {
    const isFromPage = origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
    if (!READS.has(request.method) && isFromPage) requireOwnPage(parts, request);
    return null;
  }
  const caller =
    authorization === undefined ? bySession(parts, request) : byToken(parts, request, authorization);
  // Whoever is refused is named in the audit log.
  request.caller = caller;
  requireRight(caller, route);
  return caller;
}

/** Sets `request.caller` or refuses. A route without an entry in the table is refused too. */
export function bindAccess(app: App, parts: AccessParts): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    if (!parts.origins.hostAllowed(request.headers.host)) {
      throw new HeatError(
        'wrong_origin',
        `The host name ${request.headers.host ?? ''} is not this center's.`,
      );
    }
    if (request.is404) return;
    const { entry } = request.routeOptions.config;
    if (entry === undefined) throw new HeatError('not_permitted', 'This address is not in the table.');
    request.caller = admit(parts, request, entry);
  });
}

/** The caller of a route that needs one. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new HeatError('not_authenticated', 'Nobody is signed in.');
  return request.caller;
}
