/** People and programs from adding to removing, over the API. */
import { once } from 'node:events';
import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { sessionView } from '@heat-center/api/session.ts';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { httpFixture, type Fixture } from '../../testing/http-fixture.ts';
import { addPerson, addToken, openLink, PASSWORD, signIn } from '../../testing/people.ts';
import { SIGNED_OUT } from './feed/feed.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
});
afterEach(() => http.close());

const HOST = 'localhost';
const page = (cookie: string) => ({ cookie, host: HOST, origin: `http://${HOST}` });
const as = (cookie: string, options: InjectOptions) => http.app.inject({ ...options, headers: page(cookie) });
const whoIs = async (cookie: string) => (await as(cookie, { url: '/api/v1/session' })).json();
const tryIn = (user: string, password: string, remoteAddress = '10.0.0.1') =>
  http.app.inject({ method: 'POST', url: '/api/v1/session', payload: { user, password }, remoteAddress });
const add = (payload: object) => http.ask({ method: 'POST', url: '/api/v1/users', payload });
const change = (id: string, payload: object) =>
  http.ask({ method: 'PATCH', url: `/api/v1/users/${encodeURIComponent(id)}`, payload });
const codeOf = (answer: { json(): { code: string } }): string => answer.json().code;

describe('a person', () => {
  it('is added, signs in with the password that was made up, and is named in what they ask for', async () => {
    const added = SCHEMAS.addUser.response[201].parse(
      (await add({ id: '王伟', full_name: '王伟 (值班)', role: 'operator' })).json(),
    );
    expect(added).toMatchObject({ id: '王伟', role: 'operator', disabled: false, sessions: 0 });
    expect(added.password).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
    const cookie = await signIn(http, '王伟', added.password);
    const session = sessionView.parse(await whoIs(cookie));
    expect(session).toMatchObject({
      name: '王伟',
      full_name: '王伟 (值班)',
      kind: 'person',
      role: 'operator',
    });
    expect(session.may).toEqual(['read', 'metrics', 'command', 'limit_source']);
    const { users } = SCHEMAS.listUsers.response[200].parse(
      (await http.ask({ url: '/api/v1/users' })).json(),
    );
    expect(users).toMatchObject([{ id: '王伟', signed_in_at: http.center.now, sessions: 1 }]);
    expect(JSON.stringify(users)).not.toContain('scrypt');
  });

  it('signs in whatever way the name and password are typed', async () => {
    await add({ id: 'Li.Na', role: 'viewer', password: 'Ça chauffe bien ici' });
    expect((await tryIn('LI.NA', 'Ça chauffe bien ici')).statusCode).toBe(200);
    expect((await tryIn('li.na', 'Ça chauffe bien ici')).statusCode).toBe(200);
    expect((await tryIn('li.na', 'ça chauffe bien ici')).statusCode).toBe(401);
  });

  it('is not told apart from nobody, nor a disabled account from a wrong password', async () => {
    await addPerson(http, 'li', 'viewer');
    await addPerson(http, 'off', 'viewer');
    await change('off', { disabled: true });
    const answers = [
      await tryIn('li', 'wrong', '10.0.0.1'),
      await tryIn('nobody-here', 'wrong', '10.0.0.2'),
      await tryIn('off', PASSWORD, '10.0.0.3'),
    ];
    const [first, ...others] = answers.map(({ statusCode, body, headers }) => ({
      statusCode,
      body,
      names: Object.keys(headers),
    }));
    expect(first).toMatchObject({ statusCode: 401, body: expect.stringContaining('wrong_credentials') });
    for (const other of others) expect(other).toEqual(first);
  });

  it('has a name and a password that are hard to mistake and to guess', async () => {
    for (const [payload, code] of [
      [{ id: 'a b', role: 'viewer' }, 'invalid_request'],
      [{ id: 'token:x', role: 'viewer' }, 'invalid_request'],
      [{ id: 'li', role: 'chief' }, 'invalid_request'],
      [{ id: 'li', role: 'viewer', password: 'short' }, 'invalid_request'],
      [{ id: 'li', role: 'viewer', is_admin: true }, 'invalid_request'],
      [{ id: 'lina', role: 'viewer', password: 'I am LiNa, open!' }, 'weak_password'],
      [{ id: 'li', role: 'viewer', password: 'aaaaaaaaaaaaaaaa' }, 'weak_password'],
      [{ id: 'administrator', role: 'viewer' }, 'already_exists'],
      [{ id: 'automation', role: 'viewer' }, 'already_exists'],
    ] as const) {
      expect(codeOf(await add(payload)), JSON.stringify(payload)).toBe(code);
    }
    await addPerson(http, 'li', 'viewer');
    expect(codeOf(await add({ id: 'LI', role: 'administrator' }))).toBe('already_exists');
    expect(codeOf(await change('nowhere', { role: 'viewer' }))).toBe('not_found');
  });

  it('does not take away their own rights', async () => {
    await addPerson(http, 'chief', 'administrator');
    const cookie = await signIn(http, 'chief');
    const patch = (payload: object) => as(cookie, { method: 'PATCH', url: '/api/v1/users/chief', payload });
    for (const payload of [{ role: 'viewer' }, { disabled: true }, { password: 'nine lives of a cat' }]) {
      expect(codeOf(await patch(payload))).toBe('own_account');
    }
    expect(codeOf(await as(cookie, { method: 'DELETE', url: '/api/v1/users/chief' }))).toBe('own_account');
    expect((await patch({ full_name: 'Chief' })).json()).toMatchObject({ full_name: 'Chief' });
    expect((await patch({ full_name: null })).json()).toMatchObject({ full_name: null });
  });

  it('changes the own password with the current one; other sessions end', async () => {
    await addPerson(http, 'li', 'viewer');
    const cookie = await signIn(http, 'li');
    const other = await signIn(http, 'li');
    const put = (payload: object) => as(cookie, { method: 'POST', url: '/api/v1/session/password', payload });
    const next = 'eight cold radiators';
    expect(codeOf(await put({ current: 'wrong', password: next }))).toBe('wrong_credentials');
    expect(codeOf(await put({ current: PASSWORD, password: 'li li li li li' }))).toBe('weak_password');
    expect((await put({ current: PASSWORD, password: next })).statusCode).toBe(204);
    expect(await whoIs(cookie)).toMatchObject({ name: 'li' });
    expect(codeOf(await as(other, { url: '/api/v1/session' }))).toBe('not_authenticated');
    expect((await tryIn('li', PASSWORD)).statusCode).toBe(401);
    expect((await tryIn('li', next)).statusCode).toBe(200);
  });

  it('gets a hash of the present strength with the next sign-in', async () => {
    await addPerson(http, 'li', 'viewer');
    const costOf = () => http.registry.people.users.user('li')?.password.split('$')[2];
    expect(costOf()).toBe('ln=4,r=1,p=1');
    const stronger = await httpFixture({ scrypt: { ln: 5, r: 1, p: 2 } }, http.registry);
    await signIn(stronger, 'li');
    expect(costOf()).toBe('ln=5,r=1,p=2');
    await signIn(stronger, 'li');
    await stronger.app.close();
    await stronger.audit.close();
  });

  it('outlives a restart with role and session, and what was changed stands in the audit without the password', async () => {
    await addPerson(http, 'li', 'engineer');
    const cookie = await signIn(http, 'li');
    await change('li', { full_name: 'Li Na', password: 'eight cold radiators' });
    const again = await httpFixture({}, http.registry);
    expect(codeOf(await again.app.inject({ url: '/api/v1/session', headers: { cookie } }))).toBe(
      'not_authenticated',
    );
    await signIn(again, 'li', 'eight cold radiators');
    await again.app.close();
    await again.audit.close();
    const { entries } = SCHEMAS.listAudit.response[200].parse(
      (await http.ask({ url: '/api/v1/audit?subject=li' })).json(),
    );
    expect(entries).toMatchObject([
      {
        action: 'change_user',
        by: 'automation',
        after: '{"full_name":"Li Na","role":"engineer","disabled":false,"password":"changed"}',
      },
      { action: 'add_user', by: 'automation', before: null },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/radiators|scrypt/);
  });
});

describe('guessing a password', () => {
  it('is refused unheard after ten failures for an account, from whatever address, known or not', async () => {
    await addPerson(http, 'li', 'viewer');
    for (const user of ['li', 'nobody-here']) {
      for (let index = 0; index < 10; index += 1) {
        expect((await tryIn(user, 'wrong', `10.1.0.${index}`)).statusCode).toBe(401);
      }
      const refused = await tryIn(user, PASSWORD, '10.2.0.1');
      expect(codeOf(refused)).toBe('too_many_attempts');
      expect(refused.headers['retry-after']).toBe('600');
    }
    http.center.now += 600_000;
    expect((await tryIn('li', PASSWORD)).statusCode).toBe(200);
  });

  it('is refused unheard after ten failures from an address, also when they all come at once', async () => {
    await addPerson(http, 'li', 'viewer');
    const guesses = Array.from({ length: 15 }, (_, index) => tryIn(`user${index}`, 'wrong', '10.1.0.1'));
    const codes = (await Promise.all(guesses)).map(codeOf);
    expect(codes.filter((code) => code === 'wrong_credentials')).toHaveLength(10);
    expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(5);
    expect(codeOf(await tryIn('li', PASSWORD, '10.1.0.1'))).toBe('too_many_attempts');
    expect((await tryIn('li', PASSWORD, '10.1.0.2')).statusCode).toBe(200);
  });

  it('is not what somebody does who knows it', async () => {
    await addPerson(http, 'li', 'viewer');
    for (let index = 0; index < 25; index += 1) expect((await tryIn('li', PASSWORD)).statusCode).toBe(200);
  });

  it('is told by the address behind a proxy that is trusted, and by the proxy’s where none is', async () => {
    const proxied = await httpFixture({ trustedProxies: ['127.0.0.1'] });
    for (const [fixture, status] of [
      [proxied, 200],
      [http, 429],
    ] as const) {
      await addPerson(fixture, 'li', 'viewer');
      const from = (address: string, password: string) =>
        fixture.app.inject({
          method: 'POST',
          url: '/api/v1/session',
          payload: { user: password === PASSWORD ? 'li' : 'guess', password },
          headers: { 'x-forwarded-for': address },
        });
      for (let index = 0; index < 10; index += 1) await from('203.0.113.9', 'wrong');
      expect((await from('203.0.113.10', PASSWORD)).statusCode).toBe(status);
    }
    await proxied.close();
  });
});

describe('a token', () => {
  it('is shown once, acts under its name, and is kept as a hash', async () => {
    const { token, id } = await addToken(http, { name: 'grafana', role: 'viewer', scope: ['metrics'] });
    expect(token).toMatch(/^heat_[\w-]{43}$/);
    const headers = { authorization: `Bearer ${token}` };
    const session = await http.app.inject({ url: '/api/v1/session', headers });
    expect(session.json()).toMatchObject({
      name: 'token:grafana',
      kind: 'token',
      role: 'viewer',
      may: ['metrics'],
    });
    const listed = (await http.ask({ url: '/api/v1/tokens' })).json();
    expect(SCHEMAS.listTokens.response[200].parse(listed).tokens).toMatchObject([
      { id, name: 'grafana', created_by: 'automation', scope: ['metrics'], used_at: http.center.now },
    ]);
    expect(JSON.stringify(listed)).not.toContain(token);
    const again = await addToken(http, { name: 'other', role: 'viewer' });
    expect(again.token).not.toBe(token);
    const taken = await http.ask({
      method: 'POST',
      url: '/api/v1/tokens',
      payload: { name: 'grafana', role: 'viewer' },
    });
    expect(codeOf(taken)).toBe('already_exists');
  });
});

describe('rights that somebody gives', () => {
  it('are never more than they have', async () => {
    const scope = ['read', 'metrics', 'manage_users', 'manage_tokens'] as const;
    const { token } = await addToken(http, { name: 'hr', role: 'administrator', scope: [...scope] });
    const headers = { authorization: `Bearer ${token}` };
    const post = (url: string, payload: object) =>
      http.app.inject({ method: 'POST', url: `/api/v1/${url}`, payload, headers });
    const patch = (id: string, payload: object) =>
      http.app.inject({ method: 'PATCH', url: `/api/v1/users/${id}`, payload, headers });
    await addPerson(http, 'chief', 'administrator');
    for (const answer of [
      await post('users', { id: 'li', role: 'operator' }),
      await post('tokens', { name: 'wide', role: 'administrator' }),
      await post('tokens', { name: 'wide', role: 'administrator', scope: ['read', 'command'] }),
      await patch('chief', { password: 'nine lives of a cat' }),
    ]) {
      expect(answer.json()).toMatchObject({
        code: 'not_permitted',
        detail: expect.stringContaining('command'),
      });
    }
    expect((await post('users', { id: 'li', role: 'viewer' })).statusCode).toBe(201);
    expect(codeOf(await patch('li', { role: 'engineer' }))).toBe('not_permitted');
    expect((await patch('li', { password: 'nine lives of a cat' })).statusCode).toBe(200);
    expect((await patch('chief', { disabled: true })).statusCode).toBe(200);
    const narrow = { name: 'narrow', role: 'administrator', scope: ['read', 'manage_users'] };
    expect((await post('tokens', narrow)).statusCode).toBe(201);
  });
});

describe('the live feed', () => {
  async function openFeed(headers: Record<string, string>) {
    const socket = new WebSocket(`${http.url().replace('http', 'ws')}/api/v1/live`, { headers });
    await once(socket, 'message');
    return socket;
  }

  it.each([
    ['disabled', (id: string) => change(id, { disabled: true })],
    ['given another role', (id: string) => change(id, { role: 'viewer' })],
    ['given another password', (id: string) => change(id, { password: 'eight cold radiators' })],
    ['removed', (id: string) => http.ask({ method: 'DELETE', url: `/api/v1/users/${id}` })],
  ])('is closed within 5 s when its person is %s, and no other', async (_, end) => {
    await http.app.listen({ host: '127.0.0.1', port: 0 });
    const origin = http.url();
    await addPerson(http, 'li', 'engineer');
    await addPerson(http, 'anna', 'engineer');
    const [ends, stays] = [
      await openFeed({ cookie: await signIn(http, 'li'), origin }),
      await openFeed({ cookie: await signIn(http, 'anna'), origin }),
    ];
    const closed = once(ends, 'close', { signal: AbortSignal.timeout(5000) });
    expect((await end('li')).statusCode).toBeLessThan(300);
    expect((await closed)[0]).toBe(SIGNED_OUT);
    expect([stays.readyState, http.feed.size]).toEqual([WebSocket.OPEN, 1]);
    stays.terminate();
  });

  it('is closed within 5 s when its token is revoked or ends by itself', async () => {
    await http.app.listen({ host: '127.0.0.1', port: 0 });
    const [revoked, expired] = [
      await addToken(http, { name: 'revoked', role: 'viewer' }),
      await addToken(http, { name: 'expired', role: 'viewer', valid_days: 1 }),
    ];
    for (const [{ token }, end] of [
      [revoked, () => http.ask({ method: 'DELETE', url: `/api/v1/tokens/${revoked.id}` })],
      [expired, async () => (http.center.now += 86_400_000)],
    ] as const) {
      const socket = await openFeed({ authorization: `Bearer ${token}` });
      const closed = once(socket, 'close', { signal: AbortSignal.timeout(5000) });
      await end();
      expect((await closed)[0]).toBe(SIGNED_OUT);
    }
  });

  it('is closed when another signs in with the same browser', async () => {
    await http.app.listen({ host: '127.0.0.1', port: 0 });
    await addPerson(http, 'li', 'viewer');
    const cookie = await openLink(http);
    const socket = await openFeed({ cookie, origin: http.url() });
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(5000) });
    await as(cookie, {
      method: 'POST',
      url: '/api/v1/session',
      payload: { user: 'li', password: PASSWORD },
    });
    expect((await closed)[0]).toBe(SIGNED_OUT);
    expect(codeOf(await as(cookie, { url: '/api/v1/session' }))).toBe('not_authenticated');
  });
});
