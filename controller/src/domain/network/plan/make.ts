/** From what is known of the network to a plan: classes, programme, solution. Runs in the planner's thread. */
import { stepEmission } from './emission.ts';
import { classesOf, type PlanStation } from './classes.ts';
import { meanStart, roomAfter, type Plan, type PlanClass, type PlanHour } from './plan.ts';
import type { LinearProgramme } from './linear-programme.ts';
import { programmeOf, type ProgrammeClass } from './programme.ts';

/** What a plan is made from. Plain data: it goes to another thread. */
export interface PlanRequest {
  /** ms UTC. */
  readonly at: number;
  /** As the plan will show them, not yet planned. */
  readonly hours: readonly Omit<PlanHour, 'planned_kw'>[];
  readonly outdoor_from: Plan['outdoor_from'];
  readonly load_from: Plan['load_from'];
  /** Measured heat for each kW of heat by design. */
  readonly response: number;
  /** Share of each cap that is kept free for what the forecast is off. */
  readonly cap_margin: number;
  readonly stations: readonly (PlanStation & {
    /** u that is asked of it now, K. */
    readonly colder_k: number;
    /** What its emitters have come to, K. */
    readonly emitted_k: number;
    readonly balance_c: number;
  })[];
}

/** Solves a programme: the values of its columns. Throws where there is no solution. */
export type Solve = (programme: LinearProgramme) => ArrayLike<number>;

/** No more than this is asked of anybody, K of outdoor temperature: about a third of the heat of a cold day. */
const MOST_K = 8;
/** Some heat is always left: radiators that are cold are noticed before rooms are. */
const MOST_SHARE_LESS = 0.6;
const HOUR_MS = 3_600_000;

type RequestStation = PlanRequest['stations'][number];

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** Stations of a class as one building, weighted by what they lose. */
function classOf(stations: readonly RequestStation[], request: PlanRequest): ProgrammeClass {
  const loss_kw_k = stations.reduce((sum, station) => sum + station.loss_kw_k, 0);
  const mean = (of: (station: RequestStation) => number): number =>
    stations.reduce((sum, station) => sum + station.loss_kw_k * of(station), 0) / loss_kw_k;
  const least = (station: RequestStation, outdoor_c: number): number => {
    const less_k = MOST_SHARE_LESS * Math.max(0, station.balance_c - outdoor_c);
    return clamp(outdoor_c - station.warmest_c, -Math.min(MOST_K, less_k), 0);
  };
  return {
    loss_kw_k,
    time_constant_h: 1 / mean(({ time_constant_h }) => 1 / time_constant_h),
    band_k: Math.min(...stations.map(({ band_k }) => band_k)),
    room_k: mean(({ room_k }) => room_k),
    colder_k: mean(({ colder_k }) => colder_k),
    emitted_k: mean(({ emitted_k }) => emitted_k),
    stored_h: mean(({ stored_h }) => stored_h),
    lag_h: mean(({ lag_h }) => lag_h),
    least_k: request.hours.map(({ outdoor_c }) => mean((station) => least(station, outdoor_c))),
    most_k: request.hours.map(({ outdoor_c }) =>
      mean(({ coldest_c }) => clamp(outdoor_c - coldest_c, 0, MOST_K)),
    ),
  };
}

function planned(
  stations: readonly RequestStation[],
  one: ProgrammeClass,
  solution: { readonly colder_k: readonly number[]; readonly hours: PlanRequest['hours'] },
): PlanClass {
  const { loss_kw_k, time_constant_h, band_k } = one;
  const started = stations.map(({ id, room_k }) => [id, hundredth(room_k)] as const);
  let room_k = meanStart({ stations: started });
  const rooms = solution.hours.map(({ from, to }, hour) => {
    const colder_k = solution.colder_k[hour] ?? 0;
    room_k = roomAfter(room_k, { colder_k, time_constant_h, for_h: (to - from) / HOUR_MS });
    return hundredth(room_k);
  });
  return {
    stations: started,
    time_constant_h,
    learned: stations.filter(({ learned }) => learned).length,
    band_k,
    loss_kw_k,
    colder_k: solution.colder_k,
    room_k: rooms,
  };
}

/** Heat by design that a class is given beyond what it takes by itself, hour by hour, kW. */
function heatOf(
  one: ProgrammeClass,
  colder_k: readonly number[],
  steps: readonly { readonly hours: number }[],
): number[] {
  let { emitted_k } = one;
  return steps.map(({ hours }, at) => {
    const step = stepEmission(emitted_k, { colder_k: colder_k[at] ?? 0, hours, emission: one });
    ({ emitted_k } = step);
    return one.loss_kw_k * step.heat_k;
  });
}

/** Makes a plan; `solve_ms` is left to who measures it. Throws what `solve` throws. */
export function makePlan(request: PlanRequest, solve: Solve): Plan {
  const { hours, response, cap_margin } = request;
  const groups: readonly (readonly RequestStation[])[] = classesOf(request.stations);
  const classes = groups.map((stations) => classOf(stations, request));
  const steps = hours.map((hour) => ({
    ...hour,
    hours: (hour.to - hour.from) / HOUR_MS,
    cap_kw: hour.cap_kw === undefined ? undefined : (1 - cap_margin) * hour.cap_kw,
  }));
  const { programme, heat } = programmeOf({ classes, steps, response });
  const solution = classes.length === 0 ? [] : solve(programme);
  const made = groups.map((stations, index) => {
    const one = classes[index];
    if (!one) throw new RangeError('a class has no building');
    const colder_k = (heat[index] ?? []).map((column) => hundredth(solution[column] ?? 0));
    return planned(stations, one, { colder_k, hours });
  });
  const added = made.map(({ colder_k }, index) => {
    const one = classes[index];
    return one ? heatOf(one, colder_k, steps) : [];
  });
  const shift_kw = (hour: number): number => added.reduce((sum, kw) => sum + response * (kw[hour] ?? 0), 0);
  return {
    made_at: request.at,
    outdoor_from: request.outdoor_from,
    load_from: request.load_from,
    solve_ms: 0,
    hours: hours.map((hour, index) => ({ ...hour, planned_kw: hour.baseline_kw + shift_kw(index) })),
    classes: made,
  };
}
