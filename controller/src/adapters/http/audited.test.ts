import { SCHEMAS } from '@heat-center/api/schemas.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { addStation, httpFixture, type Fixture } from '../../testing/http-fixture.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
});
afterEach(() => http.close());

async function entries(query = '') {
  const answer = await http.ask({ url: `/api/v1/audit${query}` });
  return SCHEMAS.listAudit.response[200].parse(answer.json()).entries;
}

const wish = { kind: 'setpoints', circuit: 'low', supply_c: 58, hold_s: 3600, reason: 'cold corner' };

describe('what is asked over HTTP', () => {
  it('is in the log before its answer: changes, wishes, logins', async () => {
    const id = addStation(http);
    await http.ask({ method: 'POST', url: `/api/v1/stations/${id}/secret` });
    await http.ask({ method: 'POST', url: `/api/v1/stations/${id}/commands`, payload: wish });
    const { url } = (await http.ask({ method: 'POST', url: '/api/v1/session/link' })).json<{ url: string }>();
    const token = new URL(url).hash.replace('#login=', '');
    await http.app.inject({ method: 'POST', url: '/api/v1/session', payload: { token } });
    expect((await entries()).map(({ by, action, subject }) => [by, action, subject])).toEqual([
      ['administrator', 'login', 'center'],
      ['automation', 'login_link', 'center'],
      ['automation', 'wish', id],
      ['automation', 'rotate', id],
      ['test', 'add', id],
    ]);
    const [asked] = await entries('?action=wish');
    expect(JSON.parse(asked?.after ?? '')).toMatchObject({ asked: wish, answer: { state: 'pending' } });
    expect(JSON.stringify(await entries())).not.toContain(token);
  });

  it('is told of when it was refused for who asked, with the name that was tried', async () => {
    const bad = { authorization: 'Bearer nonsense' };
    await http.app.inject({ url: '/api/v1/stations', headers: bad });
    await http.app.inject({ method: 'POST', url: '/api/v1/session', payload: { token: 'nonsense' } });
    await http.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { user: 'li', password: 'secret words' },
    });
    // A browser that is not signed in yet tries nothing.
    await http.app.inject({ url: '/api/v1/stations' });
    const told = await entries();
    expect(told.map(({ by, action }) => [by, action])).toEqual([
      ['li', 'login_refused'],
      ['nobody', 'login_refused'],
      ['nobody', 'login_refused'],
    ]);
    expect(JSON.parse(told[0]?.after ?? '')).toMatchObject({ route: 'login', from: '127.0.0.1' });
    expect(JSON.stringify(told)).not.toMatch(/nonsense|secret words/);
  });

  it('names the person whose role was not enough, and keeps no password', async () => {
    await addPerson(http, 'li', 'viewer');
    const cookie = await signIn(http, 'li', PASSWORD);
    const headers = { cookie, host: 'localhost', origin: 'http://localhost' };
    await http.app.inject({ method: 'POST', url: '/api/v1/stations', headers, payload: { id: 'a' } });
    await http.app.inject({ url: '/api/v1/audit', headers });
    const denied = await entries('?action=denied');
    expect(denied.map(({ by, after }) => [by, JSON.parse(after ?? '')])).toEqual([
      ['li', { route: 'listAudit', status: 403, from: '127.0.0.1' }],
      ['li', { route: 'registerStation', status: 403, from: '127.0.0.1' }],
    ]);
    const all = JSON.stringify(await entries());
    expect(all).toContain('"login"');
    expect(all).not.toContain(PASSWORD);
  });

  it('is not told of when it was no change, or was refused for what was asked', async () => {
    const id = addStation(http);
    await http.ask({ url: `/api/v1/stations/${id}` });
    await http.ask({ method: 'POST', url: `/api/v1/stations/${id}/commands`, payload: { kind: 'nonsense' } });
    await http.ask({ method: 'DELETE', url: '/api/v1/stations/nowhere' });
    expect((await entries()).map(({ action }) => action)).toEqual(['add']);
  });

  it('is found by station, person, action and time, in pages', async () => {
    const id = addStation(http);
    addStation(http, { id: 'dongshan-4' });
    for (let n = 0; n < 3; n += 1) await http.ask({ method: 'POST', url: `/api/v1/stations/${id}/secret` });
    expect(await entries(`?station=${id}&by=automation`)).toHaveLength(3);
    expect(await entries('?subject=dongshan-4')).toHaveLength(1);
    expect(await entries(`?from=${http.center.now + 1}`)).toEqual([]);
    const first = (await http.ask({ url: '/api/v1/audit?limit=2' })).json<{ next: number }>();
    expect((await entries(`?limit=2&before=${first.next}`)).map(({ n }) => n)).toEqual([3, 2]);
    expect((await http.ask({ url: '/api/v1/audit?limit=0' })).statusCode).toBe(400);
  });
});
