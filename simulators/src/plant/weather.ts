/**
 * Weather of one city as a function of time: the same seed and second give the same weather, so that earlier
 * history, live operation and a restart agree without any state.
 */
import type { Weather } from './environment.ts';
import { between, type Random } from './random.ts';

export interface Climate {
  /** Mean of the season, °C. */
  readonly mean_c: number;
  /** Half the difference between afternoon and dawn on a clear day, K. */
  readonly daily_k: number;
  /** Standard deviation of spells of days, K. */
  readonly spells_k: number;
  /** Standard deviation of changes within hours, K. */
  readonly gusts_k: number;
  /** Local solar time ahead of UTC, s. */
  readonly solar_offset_s: number;
}

/** A midwinter in Taiyuan: January mean about −5 °C, colder nights, spells of a week. */
export const TAIYUAN: Climate = {
  mean_c: -3,
  daily_k: 4.5,
  spells_k: 2.6,
  gusts_k: 0.5,
  solar_offset_s: Math.round((112.55 / 15) * 3600),
};

export interface Wave {
  readonly period_s: number;
  readonly phase: number;
}

/** Random courses of unit standard deviation: sums of waves with periods spread over a band. */
export interface WeatherCourse {
  readonly climate: Climate;
  readonly spells: readonly Wave[];
  readonly gusts: readonly Wave[];
  readonly clouds: readonly Wave[];
}

const DAY_S = 86_400;
const HOUR_S = 3600;

/** Waves of random phases with periods spread over a band. */
export function wavesOf(random: Random, band: { count: number; from_s: number; to_s: number }): Wave[] {
  const ratio = band.to_s / band.from_s;
  return Array.from({ length: band.count }, (_, index) => ({
    period_s: band.from_s * ratio ** ((index + between(random, 0, 1)) / band.count),
    phase: between(random, 0, 2 * Math.PI),
  }));
}

/** Their sum, of unit standard deviation. */
export function courseOf(of: readonly Wave[], at_s: number): number {
  let sum = 0;
  for (const { period_s, phase } of of) sum += Math.sin((2 * Math.PI * at_s) / period_s + phase);
  return sum * Math.sqrt(2 / of.length);
}

export function weatherCourse(climate: Climate, random: Random): WeatherCourse {
  return {
    climate,
    spells: wavesOf(random, { count: 9, from_s: 1.4 * DAY_S, to_s: 11 * DAY_S }),
    gusts: wavesOf(random, { count: 9, from_s: 0.6 * HOUR_S, to_s: 7 * HOUR_S }),
    clouds: wavesOf(random, { count: 7, from_s: 3 * HOUR_S, to_s: 60 * HOUR_S }),
  };
}

/** Weather at a time in s since 1970 UTC. Coldest about 6 h, warmest about 15 h; clouds halve the daily swing. */
export function weatherAt(weather: WeatherCourse, at_s: number): Weather {
  const { climate } = weather;
  const hour = ((((at_s + climate.solar_offset_s) % DAY_S) + DAY_S) % DAY_S) / HOUR_S;
  const clear = Math.min(1, Math.max(0, 0.6 + 0.4 * courseOf(weather.clouds, at_s)));
  const daily = Math.cos((2 * Math.PI * (hour - 15)) / 24) + 0.2 * Math.cos((4 * Math.PI * (hour - 14)) / 24);
  const outdoor_c =
    climate.mean_c +
    climate.daily_k * (0.5 + 0.5 * clear) * daily +
    climate.spells_k * courseOf(weather.spells, at_s) +
    climate.gusts_k * courseOf(weather.gusts, at_s);
  const height = Math.max(0, Math.cos((Math.PI * (hour - 12)) / 10.5));
  return { outdoor_c, sun: Math.abs(hour - 12) < 5.25 ? height * (0.25 + 0.75 * clear) : 0, hour };
}
