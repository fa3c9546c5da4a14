import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, asAdmin, httpFixture, type Fixture } from '../../testing/http-fixture.ts';
import { LINK_VALID_MS } from '../../access/links.ts';
import { SESSION_IDLE_MS, SESSION_MAX_MS } from '../../access/sessions.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
});
afterEach(async () => {
  await http.close();
});

const tokenOf = (url: string): string => new URL(url).hash.replace('#login=', '');
const signIn = (token: string, headers: Record<string, string> = {}) =>
  http.app.inject({ method: 'POST', url: '/api/v1/session', payload: { token }, headers });
const whoAmI = (cookie: string) => http.app.inject({ url: '/api/v1/session', headers: { cookie } });

async function signedIn(): Promise<string> {
  const answer = await signIn(tokenOf(http.loginLink().url));
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

describe('the printed link', () => {
  it('signs a browser in once', async () => {
    const token = tokenOf(http.loginLink().url);
    const first = await signIn(token);
    expect(first.statusCode).toBe(200);
    expect(first.json()).toMatchObject({ name: 'administrator', kind: 'link', role: 'administrator' });
    const cookie = String(first.headers['set-cookie']);
    expect(cookie).toMatch(/^heat_session=[\w-]{43};/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).not.toContain('Secure');
    expect((await signIn(token)).json()).toMatchObject({ status: 401, code: 'not_authenticated' });
    expect((await whoAmI(cookie)).statusCode).toBe(200);
  });

  it('works for a quarter of an hour', async () => {
    const token = tokenOf(http.loginLink().url);
    http.center.now += LINK_VALID_MS;
    expect((await signIn(token)).statusCode).toBe(401);
    const other = tokenOf(http.loginLink().url);
    http.center.now += LINK_VALID_MS - 1;
    expect((await signIn(other)).statusCode).toBe(200);
  });

  it('is had from the API by automation only', async () => {
    const answer = await http.ask({ method: 'POST', url: '/api/v1/session/link' });
    expect(answer.json().expires_at).toBe(http.center.now + LINK_VALID_MS);
    expect((await signIn(tokenOf(answer.json().url))).statusCode).toBe(200);
  });

  it('is not taken from a page of another site', async () => {
    const answer = await signIn(tokenOf(http.loginLink().url), { origin: 'https://evil.example' });
    expect(answer.json()).toMatchObject({ status: 403, code: 'wrong_origin' });
  });
});

describe('a session', () => {
  it('is kept as a hash, so a restart signs nobody out', async () => {
    const cookie = await signedIn();
    const value = cookie.replace('heat_session=', '');
    const { registry } = http;
    const again = await httpFixture({}, registry);
    const answer = await again.app.inject({ url: '/api/v1/session', headers: { cookie } });
    expect(answer.statusCode).toBe(200);
    expect(registry.people.sessions.session(Buffer.from(value))).toBeUndefined();
    await again.app.close();
    await again.audit.close();
  });

  it('ends with signing out', async () => {
    const cookie = await signedIn();
    const headers = { cookie, host: 'localhost', origin: 'http://localhost' };
    const out = await http.app.inject({ method: 'DELETE', url: '/api/v1/session', headers });
    expect(out.statusCode).toBe(204);
    expect(String(out.headers['set-cookie'])).toContain('heat_session=;');
    expect((await whoAmI(cookie)).statusCode).toBe(401);
  });

  it('ends when it was idle for a day, and lasts while it is used', async () => {
    const cookie = await signedIn();
    http.center.now += SESSION_IDLE_MS - 1;
    expect((await whoAmI(cookie)).statusCode).toBe(200);
    http.center.now += SESSION_IDLE_MS - 1;
    expect((await whoAmI(cookie)).statusCode).toBe(200);
    http.center.now += SESSION_IDLE_MS + 1;
    expect((await whoAmI(cookie)).statusCode).toBe(401);
  });

  it('ends after 30 days, used or not, and says so', async () => {
    const cookie = await signedIn();
    const end = http.center.now + SESSION_MAX_MS;
    expect((await whoAmI(cookie)).json()).toMatchObject({ expires_at: end });
    while (http.center.now + SESSION_IDLE_MS <= end) {
      expect((await whoAmI(cookie)).statusCode).toBe(200);
      http.center.now += SESSION_IDLE_MS;
    }
    http.center.now = end + 1;
    expect((await whoAmI(cookie)).statusCode).toBe(401);
  });

  it('travels encrypted only where the public address is', async () => {
    const secure = await httpFixture({ publicUrl: 'https://heat.example.org' });
    const { url } = secure.loginLink();
    expect(url).toMatch(/^https:\/\/heat\.example\.org\/#login=/);
    const answer = await secure.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { token: tokenOf(url) },
      headers: { host: 'heat.example.org', origin: 'https://heat.example.org' },
    });
    expect(String(answer.headers['set-cookie'])).toContain('Secure');
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await http.ask({ url: '/' })).headers).not.toHaveProperty('strict-transport-security');
    await secure.close();
  });
});

describe('guessing', () => {
  it('is refused unheard after ten failures from an address, for a minute', async () => {
    const guess = (token: string, remoteAddress = '10.1.1.1') =>
      http.app.inject({
        url: '/api/v1/session',
        headers: { authorization: `Bearer ${token}` },
        remoteAddress,
      });
    for (let index = 0; index < 10; index += 1) expect((await guess('wrong')).statusCode).toBe(401);
    expect((await guess(ADMIN)).json()).toMatchObject({ status: 429, code: 'too_many_attempts' });
    expect((await guess(ADMIN, '10.1.1.2')).statusCode).toBe(200);
    http.center.now += 60_000;
    expect((await guess(ADMIN)).statusCode).toBe(200);
  });

  it('counts wrong links too', async () => {
    for (let index = 0; index < 10; index += 1) await signIn('wrong');
    expect((await signIn(tokenOf(http.loginLink().url))).statusCode).toBe(429);
  });
});

describe('host names', () => {
  const ask = (host: string, fixture = http) =>
    fixture.app.inject({ url: '/api/v1/session', headers: { ...asAdmin, host } });

  it('on a loopback address are only its own: a rebound name gets nothing', async () => {
    for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'localhost']) {
      expect((await ask(host)).statusCode, host).toBe(200);
    }
    for (const host of ['evil.example', 'evil.example:8080', 'localhost.evil.example']) {
      expect((await ask(host)).json(), host).toMatchObject({ status: 403, code: 'wrong_origin' });
    }
  });

  it('include the public one, and are free on other addresses', async () => {
    const proxied = await httpFixture({ publicUrl: 'https://heat.example.org' });
    expect((await ask('heat.example.org', proxied)).statusCode).toBe(200);
    expect((await ask('other.example.org', proxied)).statusCode).toBe(403);
    await proxied.close();
    const open = await httpFixture({ host: '0.0.0.0' });
    expect((await ask('192.168.7.3:8080', open)).statusCode).toBe(200);
    await open.close();
  });
});
