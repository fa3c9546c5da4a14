/** Heat of the last hour, from a meter's counter where it counts and else from its power. */

/** A mark is kept so often, ms. */
const MARK_EVERY_MS = 5 * 60_000;
/** So far back the window reaches: an hour and one reading of a slow meter before it, ms. */
const KEPT_MS = 80 * 60_000;
/** Without a counter a longer pause between readings begins a new window, ms. */
const LONGEST_PAUSE_MS = 35 * 60_000;
/**
 * A counter that runs more than this times as fast as the power says, or backwards, is not believed; nor is one that
 * stands while more heat passes than it may be off.
 */
const CREDIBLE_TIMES = 3;
/** Counters tell whole units: what they may be off, kWh. */
const COUNTER_STEP_KWH = 100;

/** Plain data. `kwh` counts from the window's own beginning. */
export interface HeatWindow {
  /** Time of the last reading, ms UTC. */
  readonly at: number;
  readonly kwh: number;
  readonly power_kw: number;
  readonly counter_kwh?: number | undefined;
  /** Heat by the power since the counter stands, kWh; absent while it moves. */
  readonly stood_kwh?: number | undefined;
  readonly marks: readonly (readonly [at: number, kwh: number])[];
}

export interface HeatReading {
  /** Time of the measurement, ms UTC. */
  readonly at: number;
  readonly power_kw: number;
  /** The meter's own counter. */
  readonly counter_kwh?: number | undefined;
}

const begun = ({ at, power_kw, counter_kwh }: HeatReading): HeatWindow => ({
  at,
  kwh: 0,
  power_kw,
  counter_kwh,
  marks: [[at, 0]],
});

/** What the counter says of the time since the last reading; undefined where it cannot be believed. */
function counted(window: HeatWindow, reading: HeatReading, passed_h: number): number | undefined {
  if (window.counter_kwh === undefined || reading.counter_kwh === undefined) return undefined;
  const kwh = reading.counter_kwh - window.counter_kwh;
  const most = CREDIBLE_TIMES * Math.max(window.power_kw, reading.power_kw) * passed_h + COUNTER_STEP_KWH;
  return kwh >= 0 && kwh <= most ? kwh : undefined;
}

/** Takes in a reading; one that is not newer changes nothing. */
export function takeHeat(window: HeatWindow | undefined, reading: HeatReading): HeatWindow {
  if (!window) return begun(reading);
  const passed_ms = reading.at - window.at;
  if (passed_ms <= 0) return window;
  const { at, power_kw, counter_kwh } = reading;
  const by_power = (((window.power_kw + power_kw) / 2) * passed_ms) / 3_600_000;
  const stands = counter_kwh !== undefined && counter_kwh === window.counter_kwh;
  const stood_kwh = stands ? (window.stood_kwh ?? 0) + by_power : 0;
  const moves = stood_kwh <= COUNTER_STEP_KWH;
  const by_counter = moves ? counted(window, reading, passed_ms / 3_600_000) : undefined;
  if (by_counter === undefined && passed_ms > LONGEST_PAUSE_MS) return begun(reading);
  const kwh = window.kwh + (by_counter ?? by_power);
  const last = window.marks.at(-1)?.[0] ?? 0;
  const marks =
    at - last < MARK_EVERY_MS
      ? window.marks
      : [...window.marks.filter(([marked]) => at - marked <= KEPT_MS), [at, kwh] as const];
  return { at, kwh, power_kw, counter_kwh, ...(stood_kwh > 0 && { stood_kwh }), marks };
}

/**
 * Mean power over about the last `over_ms` before the last reading, kW; undefined while less than half of that is
 * known.
 */
export function meanPower(window: HeatWindow | undefined, over_ms: number): number | undefined {
  if (!window) return undefined;
  let best: readonly [number, number] | undefined;
  for (const mark of window.marks) {
    const off_ms = Math.abs(window.at - mark[0] - over_ms);
    if (!best || off_ms < Math.abs(window.at - best[0] - over_ms)) best = mark;
  }
  if (!best) return undefined;
  const passed_ms = window.at - best[0];
  return passed_ms < over_ms / 2 ? undefined : ((window.kwh - best[1]) * 3_600_000) / passed_ms;
}
