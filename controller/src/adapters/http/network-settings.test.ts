/** Settings of the network over the API: kept, noted, told to the center, or refused. */
import { networkSettings } from '@heat-center/api/network.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpFixture, type Fixture } from '../../testing/http-fixture.ts';

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
