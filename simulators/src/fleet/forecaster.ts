/** The city's weather service: posts a forecast to the center as any other program would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { forecastWeather } from '../plant/weather-forecast.ts';
import type { WeatherAt } from './city.ts';
import { callApi, type ApiOptions } from './register.ts';

const SOURCE = 'Simulated weather service';
/** It looks for a new run of the model this often, ms. */
const EVERY_MS = 60_000;
const RETRY_MS = 15_000;

const weatherView = z.looseObject({ provider: z.string() });

export interface ForecasterOptions {
  readonly api: ApiOptions & { readonly signal: AbortSignal };
  readonly weather: WeatherAt;
  /** ms UTC. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Posts a new run unless the center has a weather service of its own; gives when the newest run began. */
async function post(options: ForecasterOptions, before_s: number | undefined): Promise<number | undefined> {
  const { api, weather, now } = options;
  const { issued_s, hours } = forecastWeather(weather, now() / 1000);
  if (issued_s === before_s) return before_s;
  const answer = await callApi(api, { method: 'GET', path: '/api/v1/network/weather' });
  if (weatherView.parse(answer).provider !== 'none') return before_s;
  await callApi(api, {
    method: 'POST',
    path: '/api/v1/forecast',
    body: {
      source: SOURCE,
      issued_at: issued_s * 1000,
      hours: hours.map(([at_s, outdoor_c]) => [at_s * 1000, outdoor_c]),
    },
  });
  return issued_s;
}

/** Goes on until the signal ends it. */
export async function tellForecasts(options: ForecasterOptions): Promise<void> {
  const { signal } = options.api;
  let newest_s: number | undefined;
  while (!signal.aborted) {
    let wait_ms = EVERY_MS;
    try {
      newest_s = await post(options, newest_s);
    } catch (error) {
      if (signal.aborted) return;
      options.log.debug({ err: error }, 'the forecast was not taken');
      wait_ms = RETRY_MS;
    }
    await sleep(wait_ms, undefined, { signal }).catch(() => undefined);
  }
}
