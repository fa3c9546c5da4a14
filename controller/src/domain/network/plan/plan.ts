/**
 * A plan that shifts heat in time: made outside of the cycle, taken in as an input, followed until it is replaced or
 * has faded out. Heat is told as kelvins of outdoor temperature: a station that heats as if it were u kelvin colder
 * gives H·u more than its rooms lose, whatever its curve, and the rooms follow with τ·dδ/dt = u − δ.
 */

export interface PlanHour {
  /** ms UTC; each hour begins where the one before ends. */
  readonly from: number;
  readonly to: number;
  /** Filtered, °C. */
  readonly outdoor_c: number;
  /** Heat without a plan and with it, mean of the hour, kW. */
  readonly baseline_kw: number;
  readonly planned_kw: number;
  readonly cap_kw?: number | undefined;
  readonly price_per_mwh?: number | undefined;
}

/** A station with the deviation of its rooms from their target when the plan begins, K. */
export type PlannedStation = readonly [id: string, room_k: number];

/** Buildings that are planned as one; lists have an entry for each hour. */
export interface PlanClass {
  readonly stations: readonly PlannedStation[];
  readonly time_constant_h: number;
  /** Stations of it whose time constant was learned. */
  readonly learned: number;
  readonly band_k: number;
  /** Heat that one kelvin costs, kW/K. */
  readonly loss_kw_k: number;
  /** u: heat as if it were so much colder outdoors, K. */
  readonly colder_k: readonly number[];
  /** δ: deviation of the rooms at the end of the hour, K. */
  readonly room_k: readonly number[];
}

export interface Plan {
  /** When the facts that it was made from were taken, ms UTC. */
  readonly made_at: number;
  readonly outdoor_from: 'forecast' | 'held';
  readonly load_from: 'measured' | 'design';
  readonly solve_ms: number;
  readonly hours: readonly PlanHour[];
  readonly classes: readonly PlanClass[];
}

/** What a plan asks of a station now. */
export interface PlanTarget {
  /** The curve is read as if it were so much colder outdoors, K. */
  readonly colder_k: number;
  /** Rooms are expected, and wanted, so much above their target, mean of the hour, K. */
  readonly room_k: number;
  /** When this step of the plan ends, ms UTC. */
  readonly until: number;
}

/** A plan is made anew each hour; without a newer one it fades from the first age on and is over at the second, ms. */
export const FADES_AFTER_MS = 2 * 3_600_000;
export const OVER_AFTER_MS = 3 * 3_600_000;
/** Nobody feels, and no sensor shows, less than this, K. */
const NOTHING_K = 0.02;
/** Longest step in which a course of room temperatures is followed, ms. */
const STEP_MS = 600_000;
const HOUR_MS = 3_600_000;

/** What is left of a plan of this age: 1, falling to 0 while it fades. */
export function shareLeft(plan: Pick<Plan, 'made_at'>, at: number): number {
  const age_ms = at - plan.made_at;
  const share = (OVER_AFTER_MS - age_ms) / (OVER_AFTER_MS - FADES_AFTER_MS);
  return Math.min(Math.max(share, 0), 1);
}

export const isOver = (plan: Pick<Plan, 'made_at'>, at: number): boolean => shareLeft(plan, at) === 0;

const hourAt = (hours: readonly PlanHour[], at: number): number =>
  hours.findIndex(({ from, to }) => at >= from && at < to);

/** u of a class now, K; 0 outside of the plan. */
function colderAt(plan: Plan, { colder_k }: PlanClass, at: number): number {
  return (colder_k[hourAt(plan.hours, at)] ?? 0) * shareLeft(plan, at);
}

/** δ on the way from `room_k` under a constant u for so long: δ′ = u + (δ − u)·e^(−t/τ), K. */
export function roomAfter(
  room_k: number,
  given: { readonly colder_k: number; readonly time_constant_h: number; readonly for_h: number },
): number {
  const { colder_k, time_constant_h, for_h } = given;
  return colder_k + (room_k - colder_k) * Math.exp(-for_h / time_constant_h);
}

/**
 * Where the rooms of each planned station stand by the model, K, after what was asked of it since the plan began; it
 * counts on after the plan is over, since rooms come back by themselves.
 */
export function roomsNow(plan: Plan, now: number): Map<string, number> {
  const rooms = new Map<string, number>();
  for (const one of plan.classes) {
    const { time_constant_h } = one;
    // The course is linear in where it begins: δ(t) = from the plan + δ(0)·e^(−t/τ).
    let shifted_k = 0;
    const end = Math.min(now, plan.made_at + OVER_AFTER_MS);
    for (let at = plan.made_at; at < end; at += STEP_MS) {
      const to = Math.min(at + STEP_MS, end);
      const colder_k = colderAt(plan, one, at);
      shifted_k = roomAfter(shifted_k, { colder_k, time_constant_h, for_h: (to - at) / HOUR_MS });
    }
    const free_h = Math.max(0, now - end) / HOUR_MS;
    shifted_k *= Math.exp(-free_h / time_constant_h);
    const left = Math.exp(-Math.max(0, now - plan.made_at) / HOUR_MS / time_constant_h);
    for (const [id, room_k] of one.stations) rooms.set(id, shifted_k + room_k * left);
  }
  return rooms;
}

/** Where the rooms of a class begin, K: the mean of its stations. */
export const meanStart = ({ stations }: Pick<PlanClass, 'stations'>): number =>
  stations.reduce((sum, [, room_k]) => sum + room_k, 0) / Math.max(1, stations.length);

type Targets = ReadonlyMap<string, PlanTarget>;

const NO_TARGETS: Targets = new Map();
/** A plan fades in so many steps; between them and within an hour its targets stay the same objects. */
const FADE_STEPS = 12;
const made = new WeakMap<
  Plan,
  { readonly hour: number; readonly share: number; readonly targets: Targets }
>();

/** What the plan asks of each station now; stations of which it asks nothing are absent. */
export function planTargets(plan: Plan | undefined, now: number): Targets {
  if (!plan) return NO_TARGETS;
  const hour = hourAt(plan.hours, now);
  const share = Math.ceil(shareLeft(plan, now) * FADE_STEPS) / FADE_STEPS;
  const known = made.get(plan);
  if (known?.hour === hour && known.share === share) return known.targets;
  const targets = targetsOf(plan, hour, share);
  made.set(plan, { hour, share, targets });
  return targets;
}

function targetsOf(plan: Plan, hour: number, share: number): Targets {
  const until = plan.hours[hour]?.to;
  if (until === undefined || share === 0) return NO_TARGETS;
  const targets = new Map<string, PlanTarget>();
  for (const one of plan.classes) {
    const start_k = hour === 0 ? meanStart(one) : (one.room_k[hour - 1] ?? 0);
    const colder_k = share * (one.colder_k[hour] ?? 0);
    const room_k = (share * (start_k + (one.room_k[hour] ?? 0))) / 2;
    if (Math.abs(colder_k) < NOTHING_K && Math.abs(room_k) < NOTHING_K) continue;
    const target = { colder_k, room_k, until };
    for (const [id] of one.stations) targets.set(id, target);
  }
  return targets;
}

/** `idle`: the baseline keeps the cap and nothing is cheaper; `exceeded`: the cap cannot be kept. */
export type PlanOutcome = 'idle' | 'kept' | 'exceeded';

/** An hour passes its cap from this share on; less is rounding. */
const EXCEEDS_FROM = 0.001;

/** Most that an hour of the plan passes its cap, kW. */
export function exceeded_kw({ hours }: Pick<Plan, 'hours'>): number {
  const over = hours.map(({ planned_kw, cap_kw = Number.POSITIVE_INFINITY }) =>
    planned_kw > cap_kw * (1 + EXCEEDS_FROM) ? planned_kw - cap_kw : 0,
  );
  return Math.max(0, ...over);
}

export function outcomeOf(plan: Plan): PlanOutcome {
  if (exceeded_kw(plan) > 0) return 'exceeded';
  const shifts = plan.classes.some(({ colder_k }) => colder_k.some((k) => Math.abs(k) >= NOTHING_K));
  return shifts ? 'kept' : 'idle';
}
