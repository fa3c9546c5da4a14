/**
 * A forecast of a weather that is known: right about now, further off the further ahead, and of one piece, so that
 * neighbouring hours err alike. A new run of the model each six hours errs anew; between runs nothing changes.
 */
import type { Weather } from './environment.ts';
import { randomFrom } from './random.ts';
import { courseOf, wavesOf } from './weather.ts';

const HOUR_S = 3600;
const RUN_S = 6 * HOUR_S;
/** Standard error, K: at once and for each hour ahead; about 1 K after one day and 2 K after three. */
const ERROR_K = 0.4;
const ERROR_K_PER_H = 0.025;
/** Errors last for a day or some days. */
const BAND = { count: 8, from_s: 20 * HOUR_S, to_s: 90 * HOUR_S } as const;

export interface WeatherForecast {
  /** When its run began, s since 1970 UTC. */
  readonly issued_s: number;
  /** [s since 1970 UTC, °C], each full hour. */
  readonly hours: readonly (readonly [at_s: number, outdoor_c: number])[];
}

/** Standard error of a temperature so far ahead, K. */
export const forecastError = (ahead_h: number): number => ERROR_K + ERROR_K_PER_H * Math.max(0, ahead_h);

/** The newest forecast at a time, from the hour before it on. */
export function forecastWeather(
  weatherAt: (at_s: number) => Weather,
  now_s: number,
  count = 98,
): WeatherForecast {
  const issued_s = Math.floor(now_s / RUN_S) * RUN_S;
  const waves = wavesOf(randomFrom(`forecast ${issued_s}`), BAND);
  const first_s = Math.floor(now_s / HOUR_S) * HOUR_S - HOUR_S;
  const hours = Array.from({ length: count }, (_, index): [number, number] => {
    const at_s = first_s + index * HOUR_S;
    const error_k = forecastError((at_s - issued_s) / HOUR_S) * courseOf(waves, at_s);
    return [at_s, Math.round((weatherAt(at_s).outdoor_c + error_k) * 10) / 10];
  });
  return { issued_s, hours };
}
