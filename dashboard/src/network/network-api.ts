/** What the center says of the network as a whole, and what people set for it. */
import { balanceView } from '@heat-center/api/balance.ts';
import { networkLoadForecast } from '@heat-center/api/learning.ts';
import { networkSettings, networkView } from '@heat-center/api/network.ts';
import type { networkSettingsChange } from '@heat-center/api/network.ts';
import { planView } from '@heat-center/api/shaving.ts';
import { sourcePreview, sourceView } from '@heat-center/api/source.ts';
import type { sourceLimitBody } from '@heat-center/api/source.ts';
import { weatherView } from '@heat-center/api/weather.ts';
import type { z } from 'zod';
import { call, callTagged } from '../api.ts';

/** Each section that is given is replaced whole; null clears it. Fields that the center fills in may be absent. */
export type SettingsChange = Partial<z.input<typeof networkSettingsChange>>;

type LimitAsk = z.input<typeof sourceLimitBody>;

export const networkApi = {
  network: (signal?: AbortSignal) => call({ path: '/api/v1/network', answer: networkView, signal }),
  settings: (signal?: AbortSignal) =>
    call({ path: '/api/v1/network/settings', answer: networkSettings, signal }),
  taggedSettings: () => callTagged({ path: '/api/v1/network/settings', answer: networkSettings }),
  change: (body: SettingsChange, ifMatch: string) =>
    call({ method: 'PATCH', path: '/api/v1/network/settings', body, ifMatch, answer: networkSettings }),
  balance: (signal?: AbortSignal) => call({ path: '/api/v1/network/balance', answer: balanceView, signal }),
  source: (signal?: AbortSignal) => call({ path: '/api/v1/network/source', answer: sourceView, signal }),
  previewLimit: (limit: Pick<LimitAsk, 'power_max_kw' | 'supply_max_c'>, signal?: AbortSignal) => {
    const query = new URLSearchParams();
    if (limit.power_max_kw !== undefined) query.set('power_max_kw', String(limit.power_max_kw));
    if (limit.supply_max_c !== undefined) query.set('supply_max_c', String(limit.supply_max_c));
    return call({ path: `/api/v1/network/source/preview?${query}`, answer: sourcePreview, signal });
  },
  limitSource: (body: LimitAsk) =>
    call({ method: 'PUT', path: '/api/v1/network/source/limit', body, answer: sourceView }),
  endLimit: () => call({ method: 'DELETE', path: '/api/v1/network/source/limit', answer: sourceView }),
  plan: (signal?: AbortSignal) => call({ path: '/api/v1/network/plan', answer: planView, signal }),
  load: (signal?: AbortSignal) =>
    call({ path: '/api/v1/network/load-forecast', answer: networkLoadForecast, signal }),
  weather: (signal?: AbortSignal) => call({ path: '/api/v1/network/weather', answer: weatherView, signal }),
};
