/**
 * The latest value of each point of a station. They are kept as numbers side by side: a cycle reads those of thousands of
 * stations and waits for memory more than it computes, and an object for each value is several more places to wait for.
 */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import { LIVE_WITHIN_MS, STALE_AFTER_PERIODS } from '@heat-center/contract/limits.ts';
import { QUALITIES, type Quality } from '@heat-center/contract/quality.ts';
import type { Reading } from '@heat-center/contract/readings.ts';

export interface PointValue {
  /** Time of measurement, ms UTC. */
  readonly at: number;
  /** Unit of the catalogue; the code of a state; null when unusable. */
  readonly value: number | null;
  readonly quality: Quality;
  readonly why?: ErrorCode | undefined;
  /** Time of arrival, ms UTC. */
  readonly arrived: number;
  /** It arrived in time and was not marked historical; all else is never used for control. */
  readonly live: boolean;
}

/** What a point is worth to control; only `fit` drives anything. */
export type Fitness =
  | 'fit'
  | 'missing'
  | 'stale'
  | 'bad'
  | 'uncertain'
  | 'historical'
  | 'late'
  | 'clock_ahead';

/** Where the numbers of a point begin; `NO_POINT` before it was measured for the first time. */
export type Place = number;
export const NO_POINT: Place = -1;

const AT = 0;
const VALUE = 1;
const ARRIVED = 2;
/** The quality's place in `QUALITIES`, and bits for all else that is said of a value; 0 for a live, good one. */
const WORTH = 3;
const QUALITY = 3;
const BAD = QUALITIES.indexOf('bad');
const NOT_LIVE = 4;
const NO_VALUE = 8;
const worthOf = (quality: Quality, live: boolean, value: number | null): number =>
  QUALITIES.indexOf(quality) | (live ? 0 : NOT_LIVE) | (value === null ? NO_VALUE : 0);

/** What the readings of a sample share. */
export interface Coming {
  /** Time of measurement and of arrival, ms UTC. */
  readonly at: number;
  readonly arrived: number;
  readonly live: boolean;
  /** Why it is not live, where the times say so. */
  readonly late?: 'late' | 'clock_ahead' | undefined;
}

/** What was not heard of since then (ms UTC) is stale, for a point that is reported in this period (s). */
export const freshSince = (now: number, period_s: number): number =>
  now - STALE_AFTER_PERIODS * period_s * 1000;

/** As a snapshot holds them, and as those of earlier versions did. */
export type SavedPoints = Pick<Points, 'places' | 'numbers' | 'whys'> | ReadonlyMap<string, PointValue>;

const isCurrent = (saved: SavedPoints): saved is Pick<Points, 'places' | 'numbers' | 'whys'> =>
  !(saved instanceof Map);

export class Points {
  readonly places = new Map<string, Place>();
  /** Four for each point; NaN for no value. */
  numbers: number[] = [];
  /** Why a value is not what it should be. */
  readonly whys = new Map<Place, ErrorCode>();

  /** Those of a snapshot, with their numbers side by side again. */
  static restored(saved: SavedPoints): Points {
    const points = new Points();
    if (!isCurrent(saved)) {
      for (const [id, point] of saved) points.set(id, point);
      return points;
    }
    for (const [id, place] of saved.places) points.places.set(id, place);
    points.numbers = Array.from(saved.numbers, Number);
    for (const [place, why] of saved.whys) points.whys.set(place, why);
    return points;
  }

  get size(): number {
    return this.places.size;
  }

  keys(): IterableIterator<string> {
    return this.places.keys();
  }

  place(id: string): Place {
    return this.places.get(id) ?? NO_POINT;
  }

  get(id: string): PointValue | undefined {
    return this.at(this.place(id));
  }

  at(place: Place): PointValue | undefined {
    if (place === NO_POINT) return undefined;
    const worth = this.#number(place + WORTH);
    return {
      at: this.#number(place + AT),
      value: (worth & NO_VALUE) === 0 ? this.#number(place + VALUE) : null,
      quality: QUALITIES[worth & QUALITY] ?? 'bad',
      why: this.whys.get(place),
      arrived: this.#number(place + ARRIVED),
      live: (worth & NOT_LIVE) === 0,
    };
  }

  *[Symbol.iterator](): IterableIterator<[string, PointValue]> {
    for (const [id, place] of this.places) {
      const point = this.at(place);
      if (point) yield [id, point];
    }
  }

  set(id: string, { value, quality, why, ...coming }: PointValue): void {
    const place = this.#placeFor(id);
    this.numbers[place + AT] = Number.NaN;
    this.#write(place, { value, quality, ...(why && { why }) }, coming);
  }

  /**
   * Takes a reading in, if it replaces what is there. A live one yields only to a live one that was measured no earlier;
   * one that is of no use for control yields to any live one and to what was measured later. A time of measurement in
   * the future blocks nothing.
   */
  take(reading: Reading, coming: Coming): void {
    const place = this.place(reading.point);
    if (place === NO_POINT) this.#write(this.#placeFor(reading.point), reading, coming);
    else if (this.#isReplaced(place, coming)) this.#write(place, reading, coming);
  }

  #isReplaced(place: Place, { at, live }: Coming): boolean {
    const known_at = this.#number(place + AT);
    if (this.#isLive(place) !== live) return live;
    return at >= known_at || (!live && known_at > this.#number(place + ARRIVED) + LIVE_WITHIN_MS);
  }

  #placeFor(id: string): Place {
    const known = this.place(id);
    if (known !== NO_POINT) return known;
    const place = this.numbers.length;
    this.numbers.push(Number.NaN, Number.NaN, Number.NaN, NOT_LIVE);
    this.places.set(id, place);
    return place;
  }

  #write(place: Place, reading: Pick<Reading, 'value' | 'quality' | 'why'>, coming: Coming): void {
    const { numbers } = this;
    const { value, quality } = reading;
    const { at, arrived, live } = coming;
    // The same measurement sent again is not news of the sensor.
    if (numbers[place + AT] !== at || this.#isLive(place) !== live) numbers[place + ARRIVED] = arrived;
    numbers[place + AT] = at;
    numbers[place + VALUE] = value ?? Number.NaN;
    numbers[place + WORTH] = worthOf(quality, live, value);
    const why = reading.why ?? coming.late;
    if (why) this.whys.set(place, why);
    else if (this.whys.size > 0) this.whys.delete(place);
  }

  #number(index: number): number {
    return this.numbers[index] ?? Number.NaN;
  }

  #isLive(place: Place): boolean {
    return (this.#number(place + WORTH) & NOT_LIVE) === 0;
  }

  /** Times of arrival move with the clock, and nothing counts as live any more. */
  setBack(by_ms: number): void {
    for (const place of this.places.values()) {
      this.numbers[place + ARRIVED] = this.#number(place + ARRIVED) + by_ms;
      this.numbers[place + WORTH] = this.#number(place + WORTH) | NOT_LIVE;
    }
  }

  /** Whether a live value that arrived since then (ms UTC) is bad. */
  hasBad(since: number): boolean {
    for (const place of this.places.values()) {
      const isBad = (this.#number(place + WORTH) & (QUALITY | NOT_LIVE)) === BAD;
      if (isBad && this.#number(place + ARRIVED) >= since) return true;
    }
    return false;
  }

  /** Time of measurement, ms UTC; NaN where there is none. */
  measuredAt(place: Place): number {
    return place === NO_POINT ? Number.NaN : this.#number(place + AT);
  }

  /** The value whatever it is worth; NaN where there is none. */
  latest(place: Place): number {
    return place === NO_POINT ? Number.NaN : this.#number(place + VALUE);
  }

  /** The value if it is fit for control, otherwise undefined; `since` as `freshSince` says. */
  fit(place: Place, since: number): number | undefined {
    const { numbers } = this;
    if (place === NO_POINT || numbers[place + WORTH] !== 0) return undefined;
    return (numbers[place + ARRIVED] ?? Number.NaN) >= since ? numbers[place + VALUE] : undefined;
  }
}

/**
 * What a point is worth to control now.
 *
 * @param period_s the point's reporting period; after three of them without news it is stale
 */
export function fitnessOf(point: PointValue | undefined, now: number, period_s: number): Fitness {
  if (!point) return 'missing';
  if (!point.live) {
    if (point.why === 'late' || point.why === 'clock_ahead') return point.why;
    return 'historical';
  }
  if (point.quality !== 'good') return point.quality;
  if (point.value === null) return 'bad';
  return now - point.arrived > STALE_AFTER_PERIODS * period_s * 1000 ? 'stale' : 'fit';
}

/** The value of a point if it is fit for control, otherwise undefined. */
export function fitValue(point: PointValue | undefined, now: number, period_s: number): number | undefined {
  if (!point || fitnessOf(point, now, period_s) !== 'fit') return undefined;
  return point.value ?? undefined;
}
