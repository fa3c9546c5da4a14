/** A cold day whose peak is to stay below a cap: heat is shifted with the mass of the buildings. */
import { createSolver } from '@heat-center/controller/adapters/planner/highs.ts';
import { applyInput, type CenterState } from '@heat-center/controller/domain/center.ts';
import { planRequest } from '@heat-center/controller/domain/network/plan/facts.ts';
import { makePlan } from '@heat-center/controller/domain/network/plan/make.ts';
import { isPlanDue } from '@heat-center/controller/domain/network/plan/state.ts';
import { START, type Figure, type Look, type RecordedCourse, type Recorder, type Scenario } from './run.ts';
import { weatherOf, type Course } from './weather.ts';

const HOUR_MS = 3_600_000;
const STEP_H = 10 / 3600;
const PLANNED_EVERY_H = 1 / 60;
const FORECAST_EVERY_H = 6;
const FORECAST_HOURS = 60;
/** The forecast is so much too mild, K. */
const FORECAST_OFF_K = 0.5;

/** A clear spell: cold nights, milder afternoons. */
const COLD: Course = { mean_c: [[0, -5]], swing_k: 6, clear: 0.7 };

/** Share of what the source can give that it should not pass: below what the coldest hours ask for. */
const CAP = 0.8;

const HOURLY = 'Heat of each hour, and the cap';

const solve = await createSolver();
const msAt = (at_h: number): number => Math.round((START + at_h * HOUR_MS) / 1000) * 1000;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** What the weather service says. */
function forecast(center: CenterState, at_h: number): void {
  const at = msAt(at_h);
  const hours = Array.from(
    { length: FORECAST_HOURS },
    (_, hour) => [at + hour * HOUR_MS, weatherOf(COLD, at_h + hour).outdoor_c + FORECAST_OFF_K] as const,
  );
  applyInput(center, { kind: 'forecast', at, forecast: { source: 'scenario', issued_at: at, hours } });
}

/** What the planner's thread does in the running center. */
function plan(center: CenterState, at_h: number): void {
  const at = msAt(at_h);
  if (!isPlanDue(center.network, at)) return;
  const request = planRequest(center.network, center.stations, at);
  if (request) applyInput(center, { kind: 'plan', at, plan: makePlan(request, solve) });
}

/** Brings forecasts and plans to the center, and records the heat of each hour. */
export class PeakRecorder implements Recorder {
  /** Heat by the hour of the run, kWh. */
  readonly hours: number[] = [];
  cap_kw = 0;
  /** Most that the plan counts rooms off their target, K. */
  rooms_k = 0;
  readonly #planned: (readonly [hour: number, planned_kw: number])[] = [];
  #planned_h = Number.NEGATIVE_INFINITY;
  #foreseen_h = Number.NEGATIVE_INFINITY;

  readonly look = ({ at_h, heat_kw, center, source }: Look): void => {
    this.cap_kw = CAP * source.heat_max_kw;
    if (center) this.#serve(center, at_h);
    // At full hours the steps before belong to the hour that ends.
    const hour = Math.ceil(at_h - STEP_H / 2) - 1;
    if (hour >= 0) this.hours[hour] = (this.hours[hour] ?? 0) + heat_kw * STEP_H;
  };

  #serve(center: CenterState, at_h: number): void {
    if (at_h - this.#foreseen_h >= FORECAST_EVERY_H) {
      this.#foreseen_h = at_h;
      forecast(center, at_h);
    }
    if (at_h - this.#planned_h < PLANNED_EVERY_H) return;
    this.#planned_h = at_h;
    plan(center, at_h);
    const made = center.network.plan.plan;
    const [first] = made?.hours ?? [];
    if (!made || !first || at_h < 0) return;
    const hour = Math.floor((first.from - START) / HOUR_MS);
    if (hour < 0 || hour === this.#planned.at(-1)?.[0]) return;
    this.#planned.push([hour, first.planned_kw]);
    for (const { room_k } of made.classes) this.rooms_k = Math.max(this.rooms_k, Math.abs(room_k[0] ?? 0));
  }

  readonly figures = (): readonly Figure[] => {
    const over_kwh = this.hours.map((kwh) => Math.max(0, kwh - this.cap_kw));
    const errors = this.#planned.flatMap(([hour, kw]) => {
      const kwh = this.hours[hour];
      return kwh === undefined ? [] : [Math.abs(kw - kwh) / kwh];
    });
    const hasPlan = errors.length > 0;
    return [
      { words: 'highest hour, MW', value: Math.max(...this.hours) / 1000, digits: 2 },
      { words: 'hours above the cap', value: over_kwh.filter((kwh) => kwh > 0).length, digits: 0 },
      { words: 'heat above the cap, MWh', value: total(over_kwh) / 1000, digits: 2 },
      {
        words: 'rooms off their target by the plan at most, K',
        value: hasPlan ? this.rooms_k : undefined,
        digits: 2,
      },
      {
        words: 'the hour to come, planned against measured, %',
        value: hasPlan ? (100 * total(errors)) / errors.length : undefined,
        digits: 1,
      },
    ];
  };

  readonly courses = (): readonly RecordedCourse[] => [
    { title: HOURLY, unit: 'MW', values: this.hours.map((kwh, hour) => [hour + 0.5, kwh / 1000]) },
    {
      title: HOURLY,
      unit: 'MW',
      line: 'cap',
      values: [0, this.hours.length].map((hour) => [hour, this.cap_kw / 1000]),
    },
  ];
}

export const PEAK_DAY: Scenario = {
  name: 'peak-day',
  what: 'cold nights (−11 °C) with a cap of 80 % of what the source can give, kept by the mass of the buildings (±1 K)',
  stations: 24,
  hours: 36,
  short: { stations: 4, hours: 12 },
  weather: (at_h) => weatherOf(COLD, at_h),
  measuredSource: true,
  network: (_, { heat_max_kw }) => ({
    shaving: { on: true, cap_kw: Array.from({ length: 24 }, () => CAP * heat_max_kw) },
  }),
  without: { title: 'center without plan', changes: { network: () => ({}) } },
  recorder: () => new PeakRecorder(),
};
