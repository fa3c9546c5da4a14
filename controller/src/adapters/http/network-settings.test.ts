/** Settings of the network over the API: kept, noted, told to the center, or refused. */
import { networkSettings } from '@heat-center/api/network.ts';
import { sourcePreview } from '@heat-center/api/source.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addStation, httpFixture, STATION, type Fixture } from '../../testing/http-fixture.ts';
import { addToken } from '../../testing/people.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
});
afterEach(async () => {
  await http.close();
});

const url = '/api/v1/network/settings';
const read = async () => networkSettings.parse((await http.ask({ url })).json());
const change = (payload: object) => http.ask({ method: 'PATCH', url, payload });
const DEFAULTS = { gain_k_per_h: 10, deadband: 0.01, rate_k_per_h: 1, bound_k: 5 };

describe('settings of the network', () => {
  it('are none at first', async () => {
    expect(await read()).toEqual({});
  });

  it('are kept whole with defaults where nothing is given, told to the center and noted', async () => {
    const answer = await change({ balance: { on: true, bound_k: 3 } });
    const balance = { on: true, ...DEFAULTS, bound_k: 3 };
    expect([answer.statusCode, answer.json()]).toEqual([200, { balance }]);
    expect(await read()).toEqual({ balance });
    expect(http.registry.networkSettings()).toEqual({ balance });
    expect(http.center.settled).toEqual(['network']);
    await change({ balance: { on: false } });
    const off = { on: false, ...DEFAULTS };
    expect(await read()).toEqual({ balance: off });
    const audit = (await http.ask({ url: '/api/v1/audit' })).json();
    expect(audit.entries[0]).toMatchObject({
      action: 'change_network',
      by: 'automation',
      subject: 'center',
      before: JSON.stringify({ balance }),
      after: JSON.stringify({ balance: off }),
    });
  });

  it('stay where nothing is given and are cleared by null', async () => {
    await change({ balance: { on: true } });
    await change({});
    expect(await read()).toEqual({ balance: { ...DEFAULTS, on: true } });
    await change({ balance: null });
    expect(await read()).toEqual({});
  });

  it.each([
    ['a section that there is not', { ballance: { on: true } }],
    ['a name that there is not', { balance: { on: true, gain: 3 } }],
    ['a section without its switch', { balance: { bound_k: 3 } }],
    ['a bound beyond what is safe', { balance: { on: true, bound_k: 8 } }],
  ])('refuse %s', async (_, payload) => {
    const answer = await change(payload);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
    expect(http.center.settled).toEqual([]);
  });
});

describe('two people who change settings at once', () => {
  const tagAt = async (at: string) => String((await http.ask({ url: at })).headers.etag);
  const changeIf = (at: string, tag: string, payload: object) =>
    http.ask({ method: 'PATCH', url: at, payload, headers: { 'if-match': tag } });

  const cases = [
    { what: 'of the network', at: url, one: { balance: { on: true } }, other: { balance: { on: false } } },
    {
      what: 'of a station',
      at: `/api/v1/stations/${STATION.id}`,
      one: { heated_area_m2: 10 },
      other: { heated_area_m2: 20 },
    },
  ];

  it.each(cases)('are told of each other: settings $what', async ({ at, one, other }) => {
    addStation(http);
    const tag = await tagAt(at);
    const first = await changeIf(at, tag, one);
    expect(first.statusCode).toBe(200);
    const late = await changeIf(at, tag, other);
    expect([late.statusCode, late.json().code]).toEqual([412, 'settings_changed']);
    expect(await tagAt(at)).toBe(first.headers.etag);
    expect((await changeIf(at, `"another", W/${first.headers.etag}`, other)).statusCode).toBe(200);
    expect(await tagAt(at)).not.toBe(first.headers.etag);
  });

  it('and a script that does not ask is not in the way', async () => {
    await change({ balance: { on: true } });
    expect((await change({ balance: { on: false } })).statusCode).toBe(200);
    expect((await changeIf(url, '*', { balance: null })).statusCode).toBe(200);
  });

  it('a refused change is not told to the center', async () => {
    await changeIf(url, '"another"', { balance: { on: true } });
    expect([await read(), http.center.settled]).toEqual([{}, []]);
  });
});

describe('the limit of the source', () => {
  const limitUrl = '/api/v1/network/source/limit';
  const as = async (role: 'viewer' | 'operator') => {
    const { token } = await addToken(http, { name: role, role });
    return { authorization: `Bearer ${token}` };
  };

  it('is set for a time and ended by operators; everything else of the section stays', async () => {
    await change({ source: { capacity_kw: 9000 } });
    const headers = await as('operator');
    const payload = { power_max_kw: 5000, hold_s: 3600, reason: 'a boiler is out' };
    const set = await http.app.inject({ method: 'PUT', url: limitUrl, headers, payload });
    const limit = { power_max_kw: 5000, until: http.center.now + 3_600_000, reason: 'a boiler is out' };
    expect([set.statusCode, set.json().limit]).toEqual([200, limit]);
    expect((await read()).source).toEqual({ capacity_kw: 9000, limit });
    const refused = await http.app.inject({ method: 'PATCH', url, headers, payload: { source: null } });
    expect(refused.statusCode).toBe(403);
    const ended = await http.app.inject({ method: 'DELETE', url: limitUrl, headers });
    expect([ended.statusCode, ended.json().limit]).toEqual([200, null]);
    expect(await read()).toEqual({ source: { capacity_kw: 9000 } });
    expect(http.center.settled).toEqual(['network', 'network', 'network']);
    const { entries } = (
      await http.ask({ url: '/api/v1/audit?by=token:operator&action=change_network' })
    ).json();
    expect(entries).toHaveLength(2);
  });

  it('ends by itself after four hours where nothing is said, and leaves nothing where nothing was', async () => {
    const set = await http.ask({ method: 'PUT', url: limitUrl, payload: { supply_max_c: 80 } });
    expect(set.json().limit).toEqual({ supply_max_c: 80, until: http.center.now + 14_400_000 });
    await http.ask({ method: 'DELETE', url: limitUrl });
    await http.ask({ method: 'DELETE', url: limitUrl });
    expect(await read()).toEqual({});
    expect(http.center.settled).toHaveLength(2);
  });

  it('is looked at before it is set, by anybody who may see the network', async () => {
    const headers = await as('viewer');
    const look = (query: string) =>
      http.app.inject({ url: `/api/v1/network/source/preview?${query}`, headers });
    expect(sourcePreview.parse((await look('power_max_kw=4000')).json())).toMatchObject({ stations: [] });
    expect((await look('hold_s=600')).statusCode).toBe(400);
    const set = await http.app.inject({ method: 'PUT', url: limitUrl, headers, payload: {} });
    expect(set.statusCode).toBe(403);
    expect(http.center.settled).toEqual([]);
  });

  it.each([{}, { power_max_kw: -1 }, { power_max_kw: 5, hold_s: 60 }, { power_max_kw: 5, until: 1 }])(
    'is refused where it says nothing or too much: %o',
    async (payload) => {
      expect((await http.ask({ method: 'PUT', url: limitUrl, payload })).statusCode).toBe(400);
    },
  );
});
