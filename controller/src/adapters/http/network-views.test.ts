/** What the views of the network say before the network was looked at. */
import { balanceView } from '@heat-center/api/balance.ts';
import { sourceView } from '@heat-center/api/source.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { httpFixture, type Fixture } from '../../testing/http-fixture.ts';

let http: Fixture;
beforeEach(async () => {
  http = await httpFixture();
});
afterEach(async () => {
  await http.close();
});

const get = async (name: string): Promise<unknown> =>
  (await http.ask({ url: `/api/v1/network/${name}` })).json();

it('a source that was not looked at has no figures', async () => {
  expect(sourceView.parse(await get('source'))).toMatchObject({
    at: null,
    total_kw: null,
    total_from: null,
    loss_kw: null,
    normal_load: null,
    spread: null,
    stations: [],
  });
});

it('a balance that was not looked at has none either', async () => {
  expect(balanceView.parse(await get('balance'))).toMatchObject({
    at: null,
    good_share: null,
    reference: null,
    spread: null,
    stations: [],
  });
});
