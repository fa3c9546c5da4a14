/**
 * Weeks of the simulated city under the real domain, to hold what is learned against the plant, which knows no formula
 * of it: loss and time constant of each building against those that it was built with, forecasts of load against the
 * heat that the plant then took.
 */
import { applyInput, type CenterState } from '@heat-center/controller/domain/center.ts';
import type { CircuitConfig, Schedule, StationConfig } from '@heat-center/controller/domain/config.ts';
import { learnedOf, loadOfNetwork } from '@heat-center/controller/domain/learning/read.ts';
import type { CircuitLearned } from '@heat-center/controller/domain/learning/view.ts';
import { cityWeather, type WeatherAt } from '@heat-center/simulators/fleet/city.ts';
import { forecastWeather } from '@heat-center/simulators/plant/weather-forecast.ts';
import { runScenario, START, type Look } from './run.ts';
import type { VirtualStation } from './station.ts';

const HOUR_MS = 3_600_000;
/** Forecasts are judged when the load was learned for so long, h. */
const JUDGED_FROM_H = 7 * 24;
/** One forecast each so many hours, at different hours of the day. */
const EVERY_H = 7;
const AHEAD_H = 72;

/** The heat is off from 22 to 5 o'clock, down to −25 °C. */
const NIGHTS_OFF: Schedule = {
  comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:00', to: '22:00' }],
  night: { kind: 'off', limit_c: -25 },
  start: 'fixed',
};

export interface LearningOptions {
  readonly stations: number;
  readonly days: number;
  /** Stations (by their place in the catalogue) that shut off at night. */
  readonly off: (nth: number) => boolean;
  /** Without errors of the weather forecast. */
  readonly perfect?: boolean;
}

/** One circuit: what is true and what was learned. */
export interface Judged {
  readonly station: string;
  readonly circuit: string;
  readonly nightsOff: boolean;
  readonly hasRooms: boolean;
  readonly a_kw_k: number;
  readonly tau_h: number;
  readonly learned: CircuitLearned;
}

/** Mean absolute error over the mean load, %, by how far ahead. */
export interface LoadError {
  readonly from_h: number;
  readonly to_h: number;
  readonly forecast_pct: number;
  /** The same hour of the last day that was known. */
  readonly yesterday_pct: number;
}

export interface LearningOutcome {
  readonly circuits: readonly Judged[];
  readonly load: readonly LoadError[];
  readonly forecasts: number;
}

/** Loss to outdoors of a building, kW/K, and its time constant, h, from what the plant is built of. */
function truthOf(station: VirtualStation, circuit: string): { a_kw_k: number; tau_h: number } | undefined {
  const building = station.plant.circuits.find(({ design }) => design.id === circuit)?.heating?.building;
  if (!building) return undefined;
  const { air_kw_k, inner_kw_k, wall_kw_k, air_kj_k, wall_kj_k } = building;
  const a_kw_k = air_kw_k + 1 / (1 / inner_kw_k + 1 / wall_kw_k);
  return { a_kw_k, tau_h: (air_kj_k + wall_kj_k) / 3600 / a_kw_k };
}

interface Made {
  readonly hour: number;
  readonly load_kw: readonly number[];
}

/** Follows a run: hourly heat of the plant, and forecasts as they were made. */
class Judge {
  /** Mean heat of all stations by hour since the start, kW. */
  readonly heat_kw: number[] = [];
  readonly made: Made[] = [];
  #sum = 0;
  #count = 0;
  readonly #weather: WeatherAt;
  readonly #perfect: boolean;
  #issued = -Infinity;
  last: Look | undefined;

  constructor(weather: WeatherAt, perfect: boolean) {
    this.#weather = weather;
    this.#perfect = perfect;
  }

  look(seen: Look): void {
    this.last = seen;
    const { at_h, stations, center } = seen;
    if (!center || at_h < 0) return;
    this.#tell(center, at_h);
    this.#sum += stations.reduce((sum, { plant }) => sum + plant.state.power_kw, 0);
    this.#count += 1;
    const hour = Math.floor(at_h + 1e-9);
    if (hour <= this.heat_kw.length) return;
    this.heat_kw.push(this.#sum / this.#count);
    this.#sum = 0;
    this.#count = 0;
    if (hour < JUDGED_FROM_H || hour % EVERY_H !== 0) return;
    const { hours } = loadOfNetwork(center, { now: START + at_h * HOUR_MS, hours: AHEAD_H });
    this.made.push({ hour, load_kw: hours.map(({ load_kw }) => load_kw) });
  }

  /** The weather service speaks every six hours. */
  #tell(center: CenterState, at_h: number): void {
    const now = START + at_h * HOUR_MS;
    const { issued_s, hours } = forecastWeather(this.#weather, now / 1000);
    if (issued_s === this.#issued) return;
    this.#issued = issued_s;
    const told = hours.map(([at_s, outdoor_c]): [number, number] => [
      at_s * 1000,
      this.#perfect ? this.#weather(at_s).outdoor_c : outdoor_c,
    ]);
    const forecast = { source: 'plant', issued_at: issued_s * 1000, hours: told };
    applyInput(center, { kind: 'forecast', at: center.now, forecast });
  }

  errors(): LoadError[] {
    return [1, 25, 49].map((from_h) => {
      const to_h = from_h + 23;
      let [off, naive, heat] = [0, 0, 0];
      for (const { hour, load_kw } of this.made) {
        for (let ahead = from_h; ahead <= to_h; ahead += 1) {
          const [is, said] = [this.heat_kw[hour + ahead - 1], load_kw[ahead - 1]];
          const before = this.heat_kw[hour - 24 + ((ahead - 1) % 24)];
          if (is === undefined || said === undefined || before === undefined) continue;
          off += Math.abs(said - is);
          naive += Math.abs(before - is);
          heat += is;
        }
      }
      return { from_h, to_h, forecast_pct: (100 * off) / heat, yesterday_pct: (100 * naive) / heat };
    });
  }
}

/** Runs the weeks and judges. */
export function runLearning(options: LearningOptions): LearningOutcome {
  const { stations, days, off, perfect = false } = options;
  const weather = cityWeather();
  const judge = new Judge(weather, perfect);
  const nights = new Set<string>();
  let nth = 0;
  const settings = (config: StationConfig): StationConfig => {
    const isOff = off(nth);
    nth += 1;
    if (!isOff) return config;
    nights.add(config.id);
    const circuits = config.circuits.map((circuit): CircuitConfig =>
      circuit.kind === 'dhw' ? circuit : { ...circuit, schedule: NIGHTS_OFF },
    );
    return { ...config, circuits };
  };
  const scenario = {
    name: 'learning',
    what: 'weeks of winter',
    stations,
    hours: days * 24,
    short: { stations, hours: days * 24 },
    weather: (at_h: number) => weather(START / 1000 + at_h * 3600),
    settings,
    look: (seen: Look) => judge.look(seen),
  };
  runScenario(scenario, { strategy: 'center', stations, hours: days * 24 });
  const { last } = judge;
  if (!last?.center) throw new Error('nothing was run');
  const { center } = last;
  const circuits = last.stations.flatMap((station): Judged[] =>
    (learnedOf(center, station.id) ?? []).flatMap((learned) => {
      const truth = truthOf(station, learned.circuit);
      const hasRooms = Object.keys(station.plant.state.rooms).length > 0;
      return truth
        ? [
            {
              station: station.id,
              circuit: learned.circuit,
              nightsOff: nights.has(station.id),
              hasRooms,
              ...truth,
              learned,
            },
          ]
        : [];
    }),
  );
  return { circuits, load: judge.errors(), forecasts: judge.made.length };
}
