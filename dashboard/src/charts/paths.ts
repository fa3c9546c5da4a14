/** SVG paths of a series; pure. */
import type { Drawn } from './series.ts';

export interface Scales {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
}

const put = (value: number): string => value.toFixed(1);

/** A line, or a step line for what changes at once; interrupted where a value is missing. */
export function linePath(drawn: readonly Drawn[], { x, y }: Scales, step: boolean): string {
  let path = '';
  let pen = false;
  for (const { at, line } of drawn) {
    if (line === null) {
      pen = false;
      continue;
    }
    if (!pen) path += `M${put(x(at))} ${put(y(line))}`;
    else path += step ? `H${put(x(at))}V${put(y(line))}` : `L${put(x(at))} ${put(y(line))}`;
    pen = true;
  }
  return path;
}

/** Single measurements between two gaps, which a line would not show. */
export function lonelyPoints(drawn: readonly Drawn[]): Drawn[] {
  return drawn.filter(
    ({ line }, index) =>
      line !== null && (drawn[index - 1]?.line ?? null) === null && (drawn[index + 1]?.line ?? null) === null,
  );
}

/** The measurement that stood at a time: the newest not later, if it is not older than `within` ms. */
export function sampleAt<T extends readonly [number, ...unknown[]]>(
  samples: readonly T[],
  at: number,
  within: number,
): T | undefined {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.[0] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  const found = samples[low - 1];
  return found && at - found[0] <= within ? found : undefined;
}

/** Moves places apart to at least `distance`, keeping their order and staying within [low, high]. */
export function spread(
  places: readonly number[],
  distance: number,
  [low, high]: readonly [number, number],
): number[] {
  const order = places.map((_, index) => index).toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const moved = [...places];
  let floor = low;
  for (const index of order) {
    moved[index] = Math.max(floor, moved[index] ?? 0);
    floor = (moved[index] ?? 0) + distance;
  }
  let ceiling = high;
  for (const index of order.toReversed()) {
    moved[index] = Math.min(ceiling, moved[index] ?? 0);
    ceiling = (moved[index] ?? 0) - distance;
  }
  return moved;
}
