/**
 * The public services that are known: how each is asked and what it answers. Neither needs a key.
 *
 * Open-Meteo (open-meteo.com/en/docs, …/en/terms): free for non-commercial use below 10,000 calls a day; data under
 * CC BY 4.0 with a link; whoever earns money takes a subscription with a key.
 * MET Norway Locationforecast 2.0 (api.met.no/doc/TermsOfService): calls name their application and a contact, give no
 * more than four decimals, heed Expires and ask with If-Modified-Since; data under CC BY 4.0.
 */
import { forecastBody } from '@heat-center/api/network.ts';
import type { WeatherSettings } from '@heat-center/api/weather.ts';
import { z } from 'zod';
import type { Forecast } from '../../domain/network/forecast.ts';
import { WeatherTrouble } from './ask.ts';

type Place = NonNullable<WeatherSettings['place']>;

/** What is asked for beyond where. */
export interface Asking {
  readonly place: Place;
  /** Replaces the service's own address: a proxy, an own server, a paid address. */
  readonly base: string | undefined;
  /** Of a subscription. */
  readonly key: string | undefined;
}

export interface Service {
  readonly url: (asking: Asking) => URL;
  /** Throws `WeatherTrouble` for an answer of another shape. */
  readonly forecastOf: (body: unknown, now: number) => Forecast;
  readonly attribution: { readonly text: string; readonly url: string };
}

const HOUR_MS = 3_600_000;
/** Past hours are kept so that the present lies between two points; further ahead nobody plans. */
const BEFORE_MS = 3 * HOUR_MS;
const AHEAD_MS = 120 * HOUR_MS;

/** Four decimals are eleven metres; more would only spoil the service's cache. */
const degrees = (value: number): string => String(Math.round(value * 10_000) / 10_000);

/** A forecast in our form, cut to the hours of use; throws `WeatherTrouble` that says what is wrong. */
export function checked(
  source: string,
  given: { issued_at: number; hours: [number, number][] },
  now: number,
): Forecast {
  const hours = given.hours.filter(([at]) => at >= now - BEFORE_MS && at <= now + AHEAD_MS);
  const found = forecastBody.safeParse({ source, issued_at: given.issued_at, hours });
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new WeatherTrouble(
    `the forecast is not usable: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

function shaped<T>(schema: z.ZodType<T>, body: unknown): T {
  const found = schema.safeParse(body);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new WeatherTrouble(
    `the answer is not of the documented shape: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

const openMeteoShape = z.object({
  hourly_units: z.object({ temperature_2m: z.literal('°C') }),
  hourly: z.object({
    time: z.array(z.int().nonnegative()),
    temperature_2m: z.array(z.number().nullable()),
  }),
});

const OPEN_METEO: Service = {
  url({ place, base, key }) {
    const url = new URL('v1/forecast', withSlash(base ?? 'https://api.open-meteo.com'));
    url.searchParams.set('latitude', degrees(place.lat));
    url.searchParams.set('longitude', degrees(place.lon));
    url.searchParams.set('hourly', 'temperature_2m');
    url.searchParams.set('timeformat', 'unixtime');
    url.searchParams.set('forecast_days', '5');
    if (key !== undefined) url.searchParams.set('apikey', key);
    return url;
  },
  forecastOf(body, now) {
    const { time, temperature_2m } = shaped(openMeteoShape, body).hourly;
    const hours = time.flatMap((at_s, index): [number, number][] => {
      const outdoor_c = temperature_2m[index];
      return outdoor_c == null ? [] : [[at_s * 1000, outdoor_c]];
    });
    // It does not say when it was made: as of now is as old as it gets.
    return checked('Open-Meteo', { issued_at: now, hours }, now);
  },
  attribution: { text: 'Weather data by Open-Meteo.com (CC BY 4.0)', url: 'https://open-meteo.com/' },
};

const metNorwayShape = z.object({
  properties: z.object({
    meta: z.object({
      updated_at: z.iso.datetime(),
      units: z.object({ air_temperature: z.literal('celsius') }),
    }),
    timeseries: z.array(
      z.object({
        time: z.iso.datetime(),
        data: z.object({
          instant: z.object({ details: z.object({ air_temperature: z.number().optional() }) }),
        }),
      }),
    ),
  }),
});

const MET_NORWAY: Service = {
  url({ place, base }) {
    const url = new URL('weatherapi/locationforecast/2.0/compact', withSlash(base ?? 'https://api.met.no'));
    url.searchParams.set('lat', degrees(place.lat));
    url.searchParams.set('lon', degrees(place.lon));
    return url;
  },
  forecastOf(body, now) {
    const { meta, timeseries } = shaped(metNorwayShape, body).properties;
    const hours = timeseries.flatMap(({ time, data }): [number, number][] => {
      const outdoor_c = data.instant.details.air_temperature;
      return outdoor_c === undefined ? [] : [[Date.parse(time), outdoor_c]];
    });
    return checked('MET Norway', { issued_at: Date.parse(meta.updated_at), hours }, now);
  },
  attribution: { text: 'Weather data from MET Norway (CC BY 4.0)', url: 'https://api.met.no/' },
};

function withSlash(base: string): string {
  return base.endsWith('/') ? base : `${base}/`;
}

export const SERVICES = { 'open-meteo': OPEN_METEO, 'met-norway': MET_NORWAY } as const satisfies Record<
  string,
  Service
>;
