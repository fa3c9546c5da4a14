/** The heat source and the primary network as a station sees them. */
import { weatherAt, type WeatherCourse } from './weather.ts';

export interface Primary {
  readonly supply_c: number;
  readonly supply_kpa: number;
  readonly return_kpa: number;
}

/** What surrounds a station at one moment. */
export interface Environment extends Primary {
  readonly outdoor_c: number;
  readonly sun: number;
  readonly hour: number;
}

const HOUR_S = 3600;

/**
 * Source temperature: operators set it by hand from the forecast, so it follows the outdoor temperature of
 * the last six hours in steps of 1 K, 98 °C at 0 °C and 1.1 K more for each kelvin below, between 85 and 115 °C,
 * and boilers make it swing by about 0.8 K. Pressures swing with the city's draw, low at six in the morning.
 */
export function sourceAt(weather: WeatherCourse, at_s: number): Primary {
  let mean_c = 0;
  for (let back = 0; back < 3; back += 1)
    mean_c += weatherAt(weather, at_s - back * 3 * HOUR_S).outdoor_c / 3;
  const set_c = Math.round(Math.min(115, Math.max(85, 98 - 1.1 * mean_c)));
  const swing_k =
    0.6 * Math.sin(at_s / 190) + 0.5 * Math.sin(at_s / 611 + 1) + 0.4 * Math.sin(at_s / 2900 + 2);
  const { hour } = weatherAt(weather, at_s);
  const draw = Math.cos((2 * Math.PI * (hour - 6)) / 24);
  return {
    supply_c: set_c + swing_k,
    supply_kpa: 640 - 18 * draw + 4 * Math.sin(at_s / 97),
    return_kpa: 395 + 9 * draw + 3 * Math.sin(at_s / 131),
  };
}

export function environmentAt(weather: WeatherCourse, at_s: number): Environment {
  return { ...sourceAt(weather, at_s), ...weatherAt(weather, at_s) };
}
