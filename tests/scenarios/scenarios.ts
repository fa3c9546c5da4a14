/** The scenarios that `pnpm scenario NAME` runs. */
import { readFileSync } from 'node:fs';
import type { Schedule } from '@heat-center/controller/domain/config.ts';
import { epwWeather, parseEpw } from '@heat-center/simulators/plant/epw.ts';
import type { FaultWish } from '@heat-center/simulators/plant/faults.ts';
import { START, type Scenario } from './run.ts';
import { PEAK_DAY } from './peak-day.ts';
import { SOURCE_COOL, SOURCE_SHORT } from './source-short.ts';
import { SOURCE_TRIP } from './source-trip.ts';
import { UNEVEN } from './uneven.ts';
import { weatherOf, type Course } from './weather.ts';

const SHORT = { stations: 6, hours: 12 } as const;
const WINTER: Course = { mean_c: [[0, -4]], swing_k: 4, clear: 0.7 };
const SNAP: Course = {
  mean_c: [
    [10, 1],
    [28, -13],
    [52, -13],
    [72, -5],
  ],
  swing_k: 3,
  clear: 0.5,
};
const SPRING: Course = { mean_c: [[0, 9]], swing_k: 6, clear: 1 };

/** Every third station has something wrong with a sensor, each in its own way. */
const BROKEN: readonly FaultWish[] = [
  { name: 'sensor_dead', target: 'outdoor_c', size: 1 },
  { name: 'sensor_stuck', target: 'outdoor_c', size: 1 },
  { name: 'sensor_drift', target: 'outdoor_c', size: 1 },
  { name: 'sensor_dead', target: 'primary.return_c', size: 1 },
  { name: 'sensor_drift', target: 'circuits.low.supply_c', size: 0.3 },
  { name: 'sensor_dead', target: 'circuits.low.supply_c', size: 1 },
  { name: 'sensor_drift', target: 'circuits.low.return_c', size: -1 },
];

/** Offices: warm on every day from 7 to 19 h, five kelvin less at night, and a boost when the heat comes back. */
const OFFICE: Schedule = {
  comfort: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '07:00', to: '19:00' }],
  night: { kind: 'setback', room_k: 5, limit_c: -30 },
  boost: { supply_k: 5, for_s: 5400 },
  start: 'optimised',
};

const EPW = parseEpw(
  readFileSync(new URL('../../simulators/weather/generated-winter-week.epw', import.meta.url), 'utf8'),
);

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'winter-day',
    what: 'an ordinary winter day: −8 to 0 °C, some sun',
    stations: 24,
    hours: 24,
    short: SHORT,
    weather: (at_h) => weatherOf(WINTER, at_h),
  },
  {
    name: 'cold-snap',
    what: 'from 1 °C down to −16 °C in 18 hours, a day of −10 to −16 °C, and milder again',
    stations: 24,
    hours: 60,
    short: { stations: 6, hours: 30 },
    weather: (at_h) => weatherOf(SNAP, at_h),
  },
  {
    name: 'mild-spring',
    what: 'clear days of 3 to 15 °C',
    stations: 24,
    hours: 36,
    short: SHORT,
    weather: (at_h) => weatherOf(SPRING, at_h),
  },
  {
    name: 'setback-boost',
    what: 'offices in winter: nights set back by 5 K, boost in the morning, start-time optimised; both baselines heat on',
    stations: 24,
    hours: 48,
    short: { stations: 4, hours: 36 },
    weather: (at_h) => weatherOf(WINTER, at_h),
    occupied: (at_h) => at_h % 24 >= 7 && at_h % 24 < 19,
    settings: (config) => ({
      ...config,
      circuits: config.circuits.map((circuit) =>
        circuit.kind === 'dhw' ? circuit : { ...circuit, schedule: OFFICE },
      ),
    }),
  },
  {
    name: 'weather-file',
    what: 'a day and a half of a weather file (EPW) that the stochastic generator made',
    stations: 24,
    hours: 36,
    short: SHORT,
    weather: (at_h) => epwWeather(EPW, START / 1000 + at_h * 3600),
  },
  {
    name: 'sensor-failures',
    what: 'from the sixth hour every third station has a dead, stuck or drifting sensor, in ways of its own',
    stations: 24,
    hours: 36,
    short: SHORT,
    weather: (at_h) => weatherOf(WINTER, at_h),
    faults: (at_h, stations) =>
      at_h < 6
        ? {}
        : Object.fromEntries(
            stations
              .filter((_, nth) => nth % 3 === 0)
              .map((id, nth) => [id, BROKEN.slice(nth % BROKEN.length).slice(0, 1)]),
          ),
  },
  SOURCE_TRIP,
  SOURCE_SHORT,
  SOURCE_COOL,
  PEAK_DAY,
  ...UNEVEN,
];
