/** The demo city is led as a network: whoever registers it for the first time also turns balance on, as a person would. */
import { z } from 'zod';
import { callApi, type ApiOptions } from './register.ts';

const path = '/api/v1/network/settings';
const settingsView = z.looseObject({ balance: z.unknown().optional() });

/** Turns balance across stations on unless somebody decided about it already; says whether it did. */
export async function turnBalanceOn(api: ApiOptions): Promise<boolean> {
  const { balance } = settingsView.parse(await callApi(api, { method: 'GET', path }));
  if (balance !== undefined) return false;
  await callApi(api, { method: 'PATCH', path, body: { balance: { on: true } } });
  return true;
}
