/** The process image: the latest value of each point of a station, with what it is worth. */
import type { Sample } from '@heat-center/contract/decode.ts';
import { LIVE_WITHIN_MS, STALE_AFTER_PERIODS } from '@heat-center/contract/limits.ts';
import type { Mode, Status } from '@heat-center/contract/messages.ts';
import { Points, type Coming, type SavedPoints } from './points.ts';

export interface StationImage {
  readonly points: Points;
  /** Undefined until the station said or showed anything. */
  online: boolean | undefined;
  mode: Mode;
  /** When the last status or live telemetry arrived, ms UTC. */
  heard_at: number | undefined;
  /** When the last live sample arrived, ms UTC. */
  live_at: number | undefined;
  /** Revision of the fallback curve and limits that the station says it keeps. */
  station_limits_rev: number | undefined;
  faults: readonly string[];
  /** `clock_ahead` or `late` while the station's times of measurement are not credible. */
  clock_suspect: 'clock_ahead' | 'late' | undefined;
}

/** Reporting periods, s: of the heat meter's points and of all others. */
interface Periods {
  readonly default: number;
  readonly meter: number;
}

export function createImage(): StationImage {
  return {
    points: new Points(),
    online: undefined,
    mode: 'remote',
    heard_at: undefined,
    live_at: undefined,
    station_limits_rev: undefined,
    faults: [],
    clock_suspect: undefined,
  };
}

/** That of a snapshot, also of an earlier version. */
export const restoredImage = (
  image: Omit<StationImage, 'points'> & { readonly points: SavedPoints },
): StationImage => ({ ...image, points: Points.restored(image.points) });

/** When a reading came: in time, or the reason why it is of no use for control. */
export type Arrival = 'live' | 'historical' | 'late' | 'clock_ahead';

/** `period_s` is the reporting period of the point that is asked about, s; `arrived` in ms UTC. */
export function arrivalOf(sample: Sample, arrived: number, period_s: number): Arrival {
  if (sample.historical) return 'historical';
  const within_ms = LIVE_WITHIN_MS + period_s * 1000;
  if (arrived - sample.at > within_ms) return 'late';
  return sample.at - arrived > within_ms ? 'clock_ahead' : 'live';
}

const comingOf = (at: number, arrived: number, arrival: Arrival): Coming => ({
  at,
  arrived,
  live: arrival === 'live',
  late: arrival === 'late' || arrival === 'clock_ahead' ? arrival : undefined,
});

/**
 * Takes a sample in and says whether it is live. Repeating one changes nothing; a late or historical one never
 * hides a live value.
 */
export function applySample(
  image: StationImage,
  sample: Sample,
  came: { readonly arrived: number; readonly every_s: Periods },
): boolean {
  const { arrived, every_s } = came;
  const own = arrivalOf(sample, arrived, every_s.default);
  const metered = arrivalOf(sample, arrived, every_s.meter);
  let live = own === 'live' && sample.readings.length === 0;
  const ownComing = comingOf(sample.at, arrived, own);
  const meteredComing = metered === own ? ownComing : comingOf(sample.at, arrived, metered);
  for (const reading of sample.readings) {
    const coming = reading.definition.metered ? meteredComing : ownComing;
    live ||= coming.live;
    image.points.take(reading, coming);
  }
  if (live) {
    image.live_at = arrived;
    image.heard_at = arrived;
    // Whatever a will said before: it measures and sends.
    image.online = true;
    image.faults = sample.faults;
    image.clock_suspect = own === 'live' ? skewOf(arrived - sample.at) : undefined;
  } else if (own === 'clock_ahead') {
    image.clock_suspect = own;
  } else if (own === 'late' && !isSpeaking(image, arrived, every_s.default)) {
    // Behind live samples late ones are merely an outbox that drains.
    image.clock_suspect = own;
  }
  return live;
}

/** A clock that is wrong by more than delay explains is told of, even while its samples still count as live. */
function skewOf(age_ms: number): StationImage['clock_suspect'] {
  if (Math.abs(age_ms) <= LIVE_WITHIN_MS) return undefined;
  return age_ms > 0 ? 'late' : 'clock_ahead';
}

function isSpeaking(image: StationImage, now: number, period_s: number): boolean {
  return image.live_at !== undefined && now - image.live_at <= STALE_AFTER_PERIODS * period_s * 1000;
}

/** Takes a status in. Time and mode of a will were written at connect and mean nothing. */
export function applyStatus(image: StationImage, status: Status, at: number): void {
  image.online = status.state === 'online';
  if (!image.online) return;
  image.heard_at = at;
  image.mode = status.mode;
  image.station_limits_rev = status.limits_rev;
}
