/** What the center says of the network as a whole, and what people set for it. */
import { balanceView } from '@heat-center/api/balance.ts';
import { networkLoadForecast } from '@heat-center/api/learning.ts';
import { networkSettings, networkView } from '@heat-center/api/network.ts';
import type { networkSettingsChange } from '@heat-center/api/network.ts';
import { planView } from '@heat-center/api/shaving.ts';
import { sourceView } from '@heat-center/api/source.ts';
import { weatherView } from '@heat-center/api/weather.ts';
import type { z } from 'zod';
import { call } from '../api.ts';

/** Each section that is given is replaced whole; null clears it. Fields that the center fills in may be absent. */
export type SettingsChange = Partial<z.input<typeof networkSettingsChange>>;

export const networkApi = {
  network: (signal?: AbortSignal) => call({ path: '/api/v1/network', answer: networkView, signal }),
  settings: (signal?: AbortSignal) =>
    call({ path: '/api/v1/network/settings', answer: networkSettings, signal }),
  change: (body: SettingsChange) =>
    call({ method: 'PATCH', path: '/api/v1/network/settings', body, answer: networkSettings }),
  balance: (signal?: AbortSignal) => call({ path: '/api/v1/network/balance', answer: balanceView, signal }),
  source: (signal?: AbortSignal) => call({ path: '/api/v1/network/source', answer: sourceView, signal }),
  plan: (signal?: AbortSignal) => call({ path: '/api/v1/network/plan', answer: planView, signal }),
  load: (signal?: AbortSignal) =>
    call({ path: '/api/v1/network/load-forecast', answer: networkLoadForecast, signal }),
  weather: (signal?: AbortSignal) => call({ path: '/api/v1/network/weather', answer: weatherView, signal }),
};
