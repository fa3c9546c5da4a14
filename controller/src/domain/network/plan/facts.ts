/** What is known of the network now, as the planner asks for it. */
import type { StationConfig } from '../../config.ts';
import type { NetworkState } from '../network.ts';
import { isReachable, type StationCase, type StationState } from '../../state.ts';
import type { StationImage } from '../../image.ts';
import { stepOutdoor, type OutdoorFilter } from '../../physics/outdoor-filter.ts';
import { localAt, type SiteClock } from '../clock.ts';
import { loadAhead, type HourAhead, type LoadModel } from '../../learning/load.ts';
import { responseOf } from '../../learning/load-sum.ts';
import { sourceLoad } from '../../learning/load-forecast.ts';
import { expectedOutdoor } from '../forecast.ts';
import type { ShavingSettings } from '../settings.ts';
import { BAND_SHARE, buildingsOf, isMovable } from './buildings.ts';
import { learnedConstant } from './learned.ts';
import type { PlanRequest } from './make.ts';
import { planTargets, roomsNow } from './plan.ts';

export interface PlanSubject {
  readonly config: StationConfig;
  readonly image: StationImage;
  readonly state: StationState;
}

export const DEFAULT_BAND_K = 1;
/** Share of a cap that is kept free: an hour is foreseen to about this. */
export const DEFAULT_CAP_MARGIN = 0.04;
/** τ of a building that nothing was learned of: the middle of 50 to 200 h. */
export const DEFAULT_TIME_CONSTANT_H = 100;
const STEPS = 24;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Why a station takes no part. */
export type NotPlannedWhy =
  | 'excluded'
  | 'priority'
  | 'observed'
  | 'unreachable'
  | 'released'
  | 'wish'
  | 'schedule'
  | 'no_design';

/** Why a station takes no part in a plan now; undefined where it does. */
export function notPlanned(
  subject: PlanSubject,
  given: { readonly shaving: ShavingSettings; readonly network: NetworkState; readonly now: number },
): NotPlannedWhy | undefined {
  const { config, state } = subject;
  const { shaving, network, now } = given;
  if (shaving.excluded?.includes(config.id)) return 'excluded';
  if (BAND_SHARE[config.priority ?? 'ordinary'] === 0) return 'priority';
  if (config.control !== 'on') return 'observed';
  const one: StationCase = { ...subject, network, now };
  if (!isReachable(one)) return 'unreachable';
  if (state.released) return 'released';
  if (config.circuits.some((circuit) => isMovable(circuit) && state.wishes.has(circuit.id))) return 'wish';
  if (buildingsOf(config).moved) return undefined;
  return config.circuits.some(({ kind, schedule }) => kind !== 'dhw' && schedule) ? 'schedule' : 'no_design';
}

/** Mean of the stations' own filters, weighted by what they lose: what the curves follow now. */
function filterNow(subjects: readonly PlanSubject[], now: number): OutdoorFilter | undefined {
  const sum = { weight: 0, raw: 0, value: 0 };
  for (const { config, state } of subjects) {
    const weight = buildingsOf(config).all?.loss_kw_k;
    if (!weight || !state.outdoor || !state.outdoor_origin) continue;
    sum.weight += weight;
    sum.raw += weight * state.outdoor.raw_c;
    sum.value += weight * state.outdoor.value_c;
  }
  if (sum.weight === 0) return undefined;
  return { at: now, raw_c: sum.raw / sum.weight, value_c: sum.value / sum.weight };
}

/** Ends of the steps: full hours of the local day; the first may be shorter. */
function stepEnds(clock: SiteClock, now: number): number[] {
  const minute = localAt(clock, now).minute % 60;
  const first = Math.floor(now / MINUTE_MS) * MINUTE_MS + (60 - minute) * MINUTE_MS;
  return Array.from({ length: STEPS }, (_, step) => first + step * HOUR_MS);
}

interface Course {
  readonly outdoor_from: PlanRequest['outdoor_from'];
  /** Filtered outdoor temperature of each step, as the curves will see it. */
  readonly steps: readonly { readonly from: number; readonly to: number; readonly outdoor_c: number }[];
  /** The hours of the steps, whole, for the load. */
  readonly ahead: readonly HourAhead[];
}

/** The weather of each step: the forecast moved by what it is off now; without one the present stays. */
function courseOf(
  { forecast, clock }: NetworkState & { readonly clock: SiteClock },
  begin: OutdoorFilter,
  ends: readonly number[],
): Course {
  const expected = expectedOutdoor(forecast, { at: begin.at, outdoor_c: begin.raw_c });
  let filter = begin;
  let now_c = begin.raw_c;
  const ahead: HourAhead[] = [];
  const steps = ends.map((to) => {
    const from = filter;
    const middle = to - HOUR_MS / 2;
    now_c = expected(middle) ?? now_c;
    ahead.push({ at: to, outdoor_c: now_c, local: localAt(clock, middle) });
    filter = stepOutdoor(filter, { at: to, outdoor_c: expected(to) ?? filter.raw_c });
    return { from: from.at, to, outdoor_c: (from.value_c + filter.value_c) / 2 };
  });
  return { outdoor_from: expected(begin.at) === undefined ? 'held' : 'forecast', steps, ahead };
}

/** What the heat of all stations really is for each kW by design, as it leaves the sources. */
function responseNow(subjects: readonly PlanSubject[], model: LoadModel): number {
  const loss_kw_k = subjects.reduce((sum, { config }) => sum + (buildingsOf(config).all?.loss_kw_k ?? 0), 0);
  return responseOf(model, loss_kw_k);
}

/** The request for a plan; undefined while shaving is off, or time or outdoor temperature are unknown. */
export function planRequest(
  network: NetworkState,
  stations: ReadonlyMap<string, PlanSubject>,
  now: number,
): PlanRequest | undefined {
  const { clock, settings } = network;
  const { shaving } = settings;
  const subjects = [...stations.values()].filter(({ config }) => config.kind === 'station');
  const filter = filterNow(subjects, now);
  if (!shaving?.on || !clock || !filter) return undefined;
  const { model, measured } = sourceLoad(
    network,
    [...stations.values()].map(({ config }) => config),
  );
  if (!model) return undefined;
  const { outdoor_from, steps, ahead } = courseOf({ ...network, clock }, filter, stepEnds(clock, now));
  const load = loadAhead(model, ahead, filter.value_c);
  return {
    at: now,
    outdoor_from,
    load_from: measured > 0 ? 'measured' : 'design',
    response: responseNow(subjects, model),
    cap_margin: shaving.cap_margin ?? DEFAULT_CAP_MARGIN,
    hours: steps.map((step, nth) => {
      const hour = Math.floor(localAt(clock, step.from).minute / 60);
      return {
        ...step,
        baseline_kw: load[nth]?.load_kw ?? 0,
        cap_kw: shaving.cap_kw?.[hour] ?? undefined,
        price_per_mwh: shaving.price_per_mwh?.[hour],
      };
    }),
    stations: planStations(subjects, { shaving, network, now }),
  };
}

function planStations(
  subjects: readonly PlanSubject[],
  given: { readonly shaving: ShavingSettings; readonly network: NetworkState; readonly now: number },
): PlanRequest['stations'] {
  const { shaving, network, now } = given;
  const { plan } = network.plan;
  const rooms = plan && roomsNow(plan, now);
  const asked = planTargets(plan, now);
  const { comfort_band_k = DEFAULT_BAND_K, time_constant_h = DEFAULT_TIME_CONSTANT_H } = shaving;
  return subjects.flatMap((subject) => {
    const { config } = subject;
    const { moved } = buildingsOf(config);
    if (!moved || notPlanned(subject, given) !== undefined) return [];
    const learning = network.learning.stations.get(config.id);
    const learned_h = learnedConstant(config, learning);
    return {
      id: config.id,
      ...moved,
      emitted_k: learning?.emitted_k ?? 0,
      time_constant_h: learned_h ?? time_constant_h,
      learned: learned_h !== undefined,
      band_k: comfort_band_k * BAND_SHARE[config.priority ?? 'ordinary'],
      room_k: rooms?.get(config.id) ?? 0,
      colder_k: asked.get(config.id)?.colder_k ?? 0,
    };
  });
}

/** A plan speaks for other stations than it should when so large a share came or went. */
const OTHER_STATIONS = 0.1;
/** The stations of a plan are counted again after this, ms. */
const COUNTED_AFTER_MS = 60_000;

/** Whether many stations joined or left since the plan was made: after a start they come one by one. */
export function isOutdated(
  network: NetworkState,
  stations: ReadonlyMap<string, PlanSubject>,
  now: number,
): boolean {
  const { plan } = network.plan;
  const { shaving } = network.settings;
  if (!plan || !shaving?.on || now - plan.made_at < COUNTED_AFTER_MS) return false;
  const planned = plan.classes.reduce((sum, one) => sum + one.stations.length, 0);
  let takePart = 0;
  for (const subject of stations.values()) {
    const { config } = subject;
    if (config.kind !== 'station' || !buildingsOf(config).moved) continue;
    if (notPlanned(subject, { shaving, network, now }) === undefined) takePart += 1;
  }
  return Math.abs(takePart - planned) > OTHER_STATIONS * Math.max(planned, takePart);
}
