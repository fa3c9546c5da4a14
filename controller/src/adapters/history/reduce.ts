/**
 * Reduces a series to a number of tuples in one pass, whatever the order in which it comes.
 *
 * Buckets are aligned to whole multiples of their width since 1970; when more are occupied than fit, the
 * width doubles and neighbours join. Each keeps its least and greatest usable reading, with their own
 * times; a bucket without a usable reading keeps its first. So extremes stay, and a window that moves on
 * does not make the picture flicker.
 */
import type { Quality } from '@heat-center/contract/quality.ts';

export type Tuple = readonly [at: number, value: number | null, quality: Quality];

interface Bucket {
  least: Tuple | undefined;
  greatest: Tuple | undefined;
  /** First reading that is not usable. */
  unusable: Tuple | undefined;
}

const isUsable = ([, value, quality]: Tuple): boolean => value !== null && quality !== 'bad';

const earlier = (a: Tuple | undefined, b: Tuple | undefined): Tuple | undefined =>
  !a || (b && b[0] < a[0]) ? b : a;

/** Of equal values the earliest stays, so that the order of arrival does not matter. */
function extreme(a: Tuple | undefined, b: Tuple | undefined, sign: 1 | -1): Tuple | undefined {
  if (!a || !b) return a ?? b;
  const difference = sign * ((b[1] ?? 0) - (a[1] ?? 0));
  return difference < 0 || (difference === 0 && b[0] < a[0]) ? b : a;
}

function join(a: Bucket, b: Bucket): void {
  a.least = extreme(a.least, b.least, 1);
  a.greatest = extreme(a.greatest, b.greatest, -1);
  a.unusable = earlier(a.unusable, b.unusable);
}

const byTime = (a: Tuple, b: Tuple): number => a[0] - b[0];

export class Reducer {
  readonly #maxPoints: number;
  readonly #maxBuckets: number;
  #raw: Tuple[] | undefined = [];
  #buckets = new Map<number, Bucket>();
  #width_ms = 1;
  #total = 0;
  #standsFor: number | undefined;
  #first: Tuple | undefined;
  #last: Tuple | undefined;

  /** `maxPoints` below 4 is taken as 4: first, last, least, greatest. */
  constructor(maxPoints: number) {
    this.#maxPoints = Math.max(4, Math.floor(maxPoints));
    this.#maxBuckets = Math.floor((this.#maxPoints - 2) / 2);
  }

  push(tuple: Tuple): void {
    this.#total += 1;
    if (this.#raw) {
      this.#raw.push(tuple);
      if (this.#raw.length <= this.#maxPoints) return;
      const raw = this.#raw;
      this.#raw = undefined;
      for (const kept of raw) this.#add(kept);
      return;
    }
    this.#add(tuple);
  }

  /** What was pushed are the extremes of so many readings, first and last among them. */
  standsFor(total: number): void {
    this.#standsFor = total;
  }

  /** The tuples in order of time, at most `maxPoints`, and how many there were. */
  finish(): { total: number; points: Tuple[] } {
    const kept = new Map<number, Tuple>();
    for (const tuple of this.#raw ?? []) kept.set(tuple[0], tuple);
    for (const { least, greatest, unusable } of this.#buckets.values()) {
      for (const tuple of least ? [least, greatest] : [unusable]) if (tuple) kept.set(tuple[0], tuple);
    }
    for (const tuple of [this.#first, this.#last]) if (tuple) kept.set(tuple[0], tuple);
    return { total: this.#standsFor ?? this.#total, points: [...kept.values()].toSorted(byTime) };
  }

  #add(tuple: Tuple): void {
    if (!this.#first || tuple[0] < this.#first[0]) this.#first = tuple;
    if (!this.#last || tuple[0] > this.#last[0]) this.#last = tuple;
    const index = Math.floor(tuple[0] / this.#width_ms);
    const bucket = this.#buckets.get(index);
    const usable = isUsable(tuple);
    if (!bucket) {
      this.#buckets.set(index, {
        least: usable ? tuple : undefined,
        greatest: usable ? tuple : undefined,
        unusable: usable ? undefined : tuple,
      });
      while (this.#buckets.size > this.#maxBuckets) this.#widen();
    } else if (usable) {
      bucket.least = extreme(bucket.least, tuple, 1);
      bucket.greatest = extreme(bucket.greatest, tuple, -1);
    } else {
      bucket.unusable = earlier(bucket.unusable, tuple);
    }
  }

  #widen(): void {
    this.#width_ms *= 2;
    const wider = new Map<number, Bucket>();
    for (const [index, bucket] of this.#buckets) {
      const half = Math.floor(index / 2);
      const other = wider.get(half);
      if (other) join(other, bucket);
      else wider.set(half, bucket);
    }
    this.#buckets = wider;
  }
}
