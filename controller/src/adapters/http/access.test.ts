import { problem } from '@heat-center/api/common.ts';
import { ROUTES, type Route, type RouteName } from '@heat-center/api/routes.ts';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addStation, ADMIN, CLI, httpFixture, type Fixture } from '../../testing/http-fixture.ts';

/** Routes with an address of their own; `/*` ones stand for files. */
const NAMES = (Object.keys(ROUTES) as RouteName[]).filter((name) => !ROUTES[name].path.includes('*'));
const HOST = 'localhost:8080';

let http: Fixture;
let cookie: string;
beforeAll(async () => {
  http = await httpFixture();
  addStation(http);
  const token = new URL(http.loginLink().url).hash.replace('#login=', '');
  const answer = await http.app.inject({ method: 'POST', url: '/api/v1/session', payload: { token } });
  cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(async () => {
  await http.close();
});

function request(name: RouteName, headers: Record<string, string>): InjectOptions {
  const { method, path } = ROUTES[name];
  const url = path.replace(':id', 'dongshan-3').replace(':command', 'nothing');
  return { method, url, headers: { host: HOST, ...headers } };
}

/** Code of the refusal by the access hook; undefined when the request was let through to its handler. */
async function refusal(options: InjectOptions): Promise<string | undefined> {
  const answer = await http.app.inject(options);
  if (![401, 403].includes(answer.statusCode)) return undefined;
  return problem.parse(answer.json()).code;
}

const callers = {
  nobody: {},
  'an unknown token': { authorization: 'Bearer nonsense' },
  'the admin token': { authorization: `Bearer ${ADMIN}` },
  'the command line': { authorization: `Bearer ${CLI}` },
  'a session of our page': () => ({ cookie, origin: `http://${HOST}` }),
  'a session without Origin': () => ({ cookie }),
  'a session used by another site': () => ({ cookie, origin: 'https://evil.example' }),
  'a session used by another port': () => ({ cookie, origin: 'http://localhost:9999' }),
} as const;
type CallerName = keyof typeof callers;

type Expected = (route: Route) => string | undefined;
const unlessPublic =
  (code: string): Expected =>
  ({ access }) =>
    access === 'public' ? undefined : code;
const withoutPerson: Expected = ({ only }) => (only === 'person' ? 'not_permitted' : undefined);
const ownPage: Expected = ({ only }) => (only === undefined ? undefined : 'not_permitted');
const otherPage: Expected = (route) =>
  route.access === 'public' || route.method === 'GET' ? ownPage(route) : 'wrong_origin';

/** What each kind of route says to each caller. */
const EXPECTED: Record<CallerName, Expected> = {
  nobody: unlessPublic('not_authenticated'),
  'an unknown token': unlessPublic('not_authenticated'),
  'the admin token': withoutPerson,
  'the command line': withoutPerson,
  'a session of our page': ownPage,
  'a session without Origin': otherPage,
  'a session used by another site': otherPage,
  'a session used by another port': otherPage,
};

describe('the table of routes', () => {
  it('is registered whole', () => {
    for (const name of Object.keys(ROUTES) as RouteName[]) {
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
});

describe.each(Object.keys(callers) as CallerName[])('%s', (caller) => {
  // Signing in and out would end the session that the other rows use.
  const rows = NAMES.filter((name) => !['login', 'logout', 'live'].includes(name));
  it.each(rows)('%s', async (name) => {
    // Each row from an address of its own, so that the brake on guessing does not decide.
    const remoteAddress = `10.0.${Object.keys(callers).indexOf(caller)}.${rows.indexOf(name)}`;
    const given = callers[caller];
    const headers = typeof given === 'function' ? given() : given;
    const expected = EXPECTED[caller](ROUTES[name]);
    expect(await refusal({ ...request(name, { ...headers }), remoteAddress })).toBe(expected);
  });
});
