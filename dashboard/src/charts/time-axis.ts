/** Marks of the time axis: the site's own hours and midnights. */
import { formatTime, localHours } from '../format/time.ts';
import type { Place } from '../format/time.ts';
import type { Mark } from './trend-panel.tsx';

/** Distance of marks in minutes for spans up to so many hours. */
const STEPS: readonly (readonly [hours: number, step_h: number])[] = [
  [1.5, 0.25],
  [8, 1],
  [26, 4],
  [50, 8],
  [Infinity, 24],
];

export interface TimeAxis {
  readonly hours: readonly Mark[];
  readonly midnights: readonly Mark[];
}

/** Marks in order of time: the axis drops labels that would collide from left to right. */
export const inOrder = ({ hours, midnights }: TimeAxis): readonly Mark[] =>
  [...hours, ...midnights].toSorted((a, b) => a.at - b.at);

export function timeAxis([from, to]: readonly [number, number], place: Place): TimeAxis {
  const span_h = (to - from) / 3_600_000;
  const step_h = STEPS.find(([hours]) => span_h <= hours)?.[1] ?? 24;
  const midnights = localHours({ from, to, zone: place.zone, step_h: 24 });
  const days = new Set(midnights);
  const hours = step_h >= 24 ? [] : localHours({ from, to, zone: place.zone, step_h });
  return {
    hours: hours.filter((at) => !days.has(at)).map((at) => ({ at, text: formatTime(at, 'minute', place) })),
    midnights: midnights.map((at) => ({ at, text: formatTime(at, 'day', place) })),
  };
}
