/** The city around a fleet: one weather, one source, one network, and the stations that are there. */
import {
  beginStep,
  cityOf,
  endStep,
  environmentOf,
  fitsDesign,
  usualEnvironment,
  type Begun,
  type City,
  type CityDesign,
  type CityState,
  type Connected,
} from '../plant/city.ts';
import type { Environment, Weather } from '../plant/environment.ts';
import type { Fault } from '../plant/faults.ts';
import { randomFrom } from '../plant/random.ts';
import { MAX_STEP_S, stationConductance, type Plant } from '../plant/station-plant.ts';
import { TAIYUAN, weatherAt, weatherCourse } from '../plant/weather.ts';

/** Weather at a time in s since 1970 UTC; the same time gives the same weather. */
export type WeatherAt = (at_s: number) => Weather;

const HOUR_S = 3600;
/** After a longer standstill the city goes on from where it was, s. */
const LONGEST_GAP_S = 120;

export const connected = (plant: Plant): Connected => ({
  conductance: stationConductance(plant),
  primary_out_c: plant.state.primary_out_c,
});

export class SimulatedCity {
  readonly city: City;
  readonly #weather: WeatherAt;
  readonly #plants = new Map<string, Plant>();
  #begun: Begun | undefined;
  #now_s: number | undefined;

  constructor(options: {
    design: CityDesign;
    weather: WeatherAt;
    at_s: number;
    saved?: CityState | undefined;
  }) {
    this.#weather = options.weather;
    const { design, saved } = options;
    const known = saved !== undefined && fitsDesign(design, saved);
    this.city = cityOf(design, known ? saved : options.weather(options.at_s));
  }

  /** From now on the network feels this station. */
  attach(id: string, plant: Plant): void {
    this.#plants.set(id, plant);
  }

  setFaults(id: string, faults: readonly Fault[]): void {
    this.city.state.faults[id] = faults;
  }

  /** Moves to a time, s since 1970 UTC, with the flows of the stations as they are. */
  advance(at_s: number): void {
    let left_s = Math.min(LONGEST_GAP_S, at_s - (this.#now_s ?? at_s - 1));
    if (this.#begun && left_s <= 0) return;
    this.#now_s = at_s;
    while (left_s > 0.001) {
      const dt_s = Math.min(left_s, MAX_STEP_S);
      left_s -= dt_s;
      this.#step(at_s - left_s, dt_s);
    }
  }

  #step(at_s: number, dt_s: number): void {
    const seen = new Map<string, Connected>();
    for (const [id, plant] of this.#plants) seen.set(id, connected(plant));
    const stations = (id: string): Connected | undefined => seen.get(id);
    if (this.#begun) endStep(this.city, stations, this.#begun);
    this.#begun = beginStep(this.city, stations, { weather: this.#weather(at_s), at_s, dt_s });
  }

  /** What surrounds a station at a time: the network as it is now, and what was usual before. */
  environment(id: string, at_s: number): Environment {
    if (!this.#begun || this.#now_s === undefined || at_s < this.#now_s - LONGEST_GAP_S)
      return this.usual(at_s);
    return environmentOf(this.city, this.#begun, id);
  }

  /** What an ordinary station met at a time at which the network was not followed. */
  usual(at_s: number): Environment {
    const weather = this.#weather(at_s);
    const before = [0, 3, 6].map((hours) => this.#weather(at_s - hours * HOUR_S).outdoor_c);
    const mean_c = before.reduce((sum, one_c) => sum + one_c, 0) / before.length;
    return usualEnvironment(this.city.design, weather, mean_c);
  }
}

/** The city's weather, worked out once for each second. */
export function cityWeather(): WeatherAt {
  const course = weatherCourse(TAIYUAN, randomFrom('weather of the city'));
  let last: { at_s: number; weather: Weather } | undefined;
  return (at_s) => {
    const second = Math.floor(at_s);
    if (last?.at_s !== second) last = { at_s: second, weather: weatherAt(course, second) };
    return last.weather;
  };
}
