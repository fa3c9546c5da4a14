/** Every route of the table, asked over real HTTP by everybody who could ask: what is declared is what happens. */
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { ACTIONS, ROLES, type Action, type Role } from '@heat-center/api/access.ts';
import { problem } from '@heat-center/api/common.ts';
import { ROUTES, type Route, type RouteName } from '@heat-center/api/routes.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SESSION_IDLE_MS } from '../../access/sessions.ts';
import { ADMIN, CLI, httpFixture, type Fixture } from '../../testing/http-fixture.ts';
import { addPerson, addToken, openLink, signIn } from '../../testing/people.ts';

const DAY_MS = 86_400_000;
const NAMES = Object.keys(ROUTES) as RouteName[];
const ACTION_NAMES = Object.keys(ACTIONS) as Action[];

/** What a role may do, from the declaration. */
const allOf = (role: Role): Action[] =>
  ACTION_NAMES.filter((name) => ROLES.indexOf(ACTIONS[name]) <= ROLES.indexOf(role));

interface Asker {
  readonly headers: () => Record<string, string>;
  /** What it may do; null for whoever proves nothing. */
  readonly may: readonly Action[] | null;
  readonly by: 'nothing' | 'person' | 'link' | 'token';
  /** The page that asks, as a browser tells it. */
  readonly page?: 'own' | 'foreign' | 'nameless';
  readonly host?: 'foreign';
}

let http: Fixture;
let origin: string;
let host: string;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const askers = new Map<string, Asker>();
let addresses = 0;

/** Each request from an address of its own, so that the brake on guessing does not decide. */
function ownAddress(): Record<string, string> {
  addresses += 1;
  return { 'x-forwarded-for': `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}` };
}

const ownPage = (): Record<string, string> => ({ origin, 'sec-fetch-site': 'same-origin' });

function addSession(name: string, cookie: string, { by, may }: Pick<Asker, 'by' | 'may'>): void {
  const session = { by, may } as const;
  askers.set(`${name}, own page`, {
    ...session,
    page: 'own',
    headers: () => ({ cookie, ...ownPage() }),
  });
  askers.set(`${name}, own page of an older browser`, {
    ...session,
    page: 'own',
    headers: () => ({ cookie, origin }),
  });
  askers.set(`${name}, no Origin`, { ...session, page: 'nameless', headers: () => ({ cookie }) });
  for (const [what, site, from] of [
    ['another site', 'cross-site', 'https://evil.example'],
    ['another port', 'same-site', 'http://127.0.0.1:9'],
    ['another site that lies about Origin', 'cross-site', origin],
  ] as const) {
    askers.set(`${name}, ${what}`, {
      ...session,
      page: 'foreign',
      headers: () => ({ cookie, origin: from, 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' }),
    });
  }
}

const bearer = (token: string) => (): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function meetPeople(): Promise<void> {
  for (const role of ROLES) {
    await addPerson(http, role === 'administrator' ? 'chief' : role, role);
    const cookie = await signIn(http, role === 'administrator' ? 'chief' : role);
    addSession(role, cookie, { by: 'person', may: allOf(role) });
  }
  addSession('printed link', await openLink(http), { by: 'link', may: allOf('administrator') });
}

async function meetPrograms(): Promise<void> {
  askers.set('HEAT_CENTER_ADMIN_TOKEN', { by: 'token', may: ACTION_NAMES, headers: bearer(ADMIN) });
  askers.set('the command line', { by: 'token', may: ACTION_NAMES, headers: bearer(CLI) });
  for (const role of ROLES) {
    const { token } = await addToken(http, { name: role, role });
    askers.set(`token of ${role}`, { by: 'token', may: allOf(role), headers: bearer(token) });
  }
  for (const action of ACTION_NAMES) {
    const { token } = await addToken(http, {
      name: `only-${action}`,
      role: 'administrator',
      scope: [action],
    });
    askers.set(`token for ${action} only`, { by: 'token', may: [action], headers: bearer(token) });
  }
  const { token } = await addToken(http, { name: 'wider', role: 'viewer', scope: ['read', 'manage_users'] });
  askers.set('token with a scope beyond its role', { by: 'token', may: ['read'], headers: bearer(token) });
}

async function meetStrangers(): Promise<void> {
  const nothing = { by: 'nothing', may: null } as const;
  const cookieOf = async (id: string): Promise<() => Record<string, string>> => {
    await addPerson(http, id, 'administrator');
    const cookie = await signIn(http, id);
    return () => ({ cookie, ...ownPage() });
  };
  const change = async (id: string, payload: object): Promise<void> => {
    await http.ask({ method: 'PATCH', url: `/api/v1/users/${id}`, payload });
  };
  askers.set('nobody', { ...nothing, headers: () => ({}) });
  askers.set('nobody, another site', {
    ...nothing,
    page: 'foreign',
    headers: () => ({ origin: 'https://evil.example' }),
  });
  askers.set('an unknown token', { ...nothing, headers: bearer('nonsense') });
  askers.set('another scheme', { ...nothing, headers: () => ({ authorization: `Basic ${ADMIN}` }) });
  askers.set('a made-up cookie', { ...nothing, headers: () => ({ cookie: `heat_session=${ADMIN}` }) });
  const chief = await signIn(http, 'chief');
  askers.set('a wrong token beside a good cookie', {
    ...nothing,
    headers: () => ({ cookie: chief, ...bearer('nonsense')() }),
  });
  askers.set('a good token at another host name', {
    ...nothing,
    host: 'foreign',
    headers: () => ({ ...bearer(ADMIN)(), host: 'evil.example' }),
  });

  askers.set('a disabled person', { ...nothing, headers: await cookieOf('disabled') });
  await change('disabled', { disabled: true });
  askers.set('a removed person', { ...nothing, headers: await cookieOf('removed') });
  await http.ask({ method: 'DELETE', url: '/api/v1/users/removed' });
  askers.set('a person with another role now', { ...nothing, headers: await cookieOf('demoted') });
  await change('demoted', { role: 'viewer' });
  askers.set('a person with another password now', { ...nothing, headers: await cookieOf('reset') });
  await change('reset', { password: 'eight cold radiators' });
  const signedOut = await cookieOf('gone');
  askers.set('who signed out', { ...nothing, headers: signedOut });
  await http.app.inject({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { host, ...signedOut() },
  });

  const revoked = await addToken(http, { name: 'revoked', role: 'administrator' });
  askers.set('a revoked token', { ...nothing, headers: bearer(revoked.token) });
  await http.ask({ method: 'DELETE', url: `/api/v1/tokens/${revoked.id}` });
}

/** Sessions and tokens that have ended by now: the clock goes on before the others come. */
async function meetTheLate(): Promise<void> {
  const nothing = { by: 'nothing', may: null } as const;
  await addPerson(http, 'idle', 'administrator');
  const cookie = await signIn(http, 'idle');
  const { token } = await addToken(http, { name: 'expired', role: 'administrator', valid_days: 1 });
  askers.set('an idle session', { ...nothing, headers: () => ({ cookie, ...ownPage() }) });
  askers.set('an expired token', { ...nothing, headers: bearer(token) });
  http.center.now += Math.max(DAY_MS, SESSION_IDLE_MS) + 1;
}

beforeAll(async () => {
  http = await httpFixture({ trustedProxies: ['127.0.0.1'] });
  await http.app.listen({ host: '127.0.0.1', port: 0 });
  origin = http.url();
  ({ host } = new URL(origin));
  await meetTheLate();
  await meetPeople();
  await meetPrograms();
  await meetStrangers();
});
afterAll(async () => {
  agent.destroy();
  await http.close();
});

/** Addresses that lead past the access hook to nothing that would be changed. */
function urlOf({ path }: Route): string {
  return path
    .replace('/:id', path.includes('tokens') ? '/00000000-0000-4000-8000-000000000000' : '/nowhere')
    .replace(':command', 'nothing')
    .replace('/*', '/');
}

interface Answer {
  readonly status: number;
  /** Code of a problem. */
  readonly code: string | undefined;
}

function send(method: string, url: string, headers: Record<string, string>): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const options = { method, hostname, port, path: url, agent, headers: { ...ownAddress(), ...headers } };
    const sent = httpRequest(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => {
        const isProblem = response.headers['content-type']?.startsWith('application/problem+json') ?? false;
        const code = isProblem ? problem.parse(JSON.parse(body)).code : undefined;
        resolve({ status: response.statusCode ?? 0, code });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The refusal that the declaration asks for; undefined = let through. */
function declared(route: Route, { by, may, page, host: at }: Asker): string | undefined {
  const { method, access, only } = route;
  if (at === 'foreign') return 'wrong_origin';
  const changes = method !== 'GET' || route.path === ROUTES.live.path;
  if (access === 'public') return page === 'foreign' && changes ? 'wrong_origin' : undefined;
  if (may === null) return 'not_authenticated';
  const isSession = by === 'person' || by === 'link';
  if (isSession && page !== 'own' && (changes || page === 'foreign')) return 'wrong_origin';
  if (only === 'bearer' && isSession) return 'not_permitted';
  if (only === 'person' && by !== 'person') return 'not_permitted';
  if (access === 'known') return undefined;
  return may.includes(access) ? undefined : 'not_permitted';
}

const isRefusal = ({ status, code }: Answer): boolean =>
  [401, 403, 429].includes(status) || code === 'too_many_attempts';

/** Those whose session a sign-out would end are signed out in the tests of sessions. */
const spares = (name: RouteName, asker: Asker): boolean =>
  name === 'live' ||
  (name === 'logout' && (asker.by === 'person' || asker.by === 'link') && asker.page === 'own');

describe('the table of routes', () => {
  it('is registered whole', () => {
    for (const name of NAMES) {
      const { method, path } = ROUTES[name];
      const url = path === '/api/docs/*' ? '/api/docs/static/*' : path;
      expect(http.app.hasRoute({ method, url }), `${method} ${path}`).toBe(true);
    }
  });

  it('refuses to start with a route that it lacks', async () => {
    const other = await httpFixture();
    expect(() => other.app.get('/api/v1/backdoor', async () => 'open')).toThrow(
      'GET /api/v1/backdoor is not in the table of routes',
    );
    expect(() => other.app.delete('/api/v1/stations', async () => 'gone')).toThrow('not in the table');
    await other.close();
  });

  it('names an action that somebody may do for every route, and no action without a route', () => {
    const used = new Set<string>(NAMES.map((name) => ROUTES[name].access));
    expect(ACTION_NAMES.filter((name) => !used.has(name))).toEqual([]);
  });

  it('answers other methods with nothing but not found', async () => {
    for (const method of ['PUT', 'OPTIONS', 'TRACE']) {
      const taken = new Set<string>(
        NAMES.filter((name) => ROUTES[name].method === method).map((name) => ROUTES[name].path),
      );
      for (const name of NAMES.filter((each) => !taken.has(ROUTES[each].path))) {
        const answer = await send(method, urlOf(ROUTES[name]), bearer(ADMIN)());
        expect([404, 405], `${method} ${name}`).toContain(answer.status);
      }
    }
  });
});

describe('over HTTP', () => {
  it('every route lets through whom it declares and nobody else', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const [who, asker] of askers) {
      for (const name of NAMES.filter((candidate) => !spares(candidate, asker))) {
        const route: Route = ROUTES[name];
        const answer = await send(route.method, urlOf(route), asker.headers());
        asked += 1;
        const code = isRefusal(answer) ? answer.code : undefined;
        const expected = declared(route, asker);
        if (code !== expected) wrong.push(`${name} by ${who}: ${code ?? 'let through'}, not ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(NAMES.length * 50);
  });
});

async function openFeed(headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/live`, {
    headers: { ...ownAddress(), ...headers },
  });
  const opened = once(socket, 'open').then(() => 101);
  const refused = once(socket, 'unexpected-response').then(([, response]) => Number(response.statusCode));
  socket.on('error', () => undefined);
  const status = await Promise.race([opened, refused]);
  socket.terminate();
  return status;
}

describe('over WebSocket', () => {
  it('the feed opens to whom it declares and nobody else', async () => {
    const STATUS: Readonly<Record<string, number>> = {
      not_authenticated: 401,
      not_permitted: 403,
      wrong_origin: 403,
    };
    const wrong: string[] = [];
    for (const [who, asker] of askers) {
      const status = await openFeed(asker.headers());
      const expected = STATUS[declared(ROUTES.live, asker) ?? ''] ?? 101;
      if (status !== expected) wrong.push(`${who}: ${status}, not ${expected}`);
    }
    expect(wrong).toEqual([]);
  });
});
