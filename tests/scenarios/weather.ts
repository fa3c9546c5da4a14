/** Courses of weather for scenarios. */
import type { Weather } from '@heat-center/simulators/plant/environment.ts';

/** The city lies 7.5 h of sun ahead of UTC while its clocks show 8 h. */
const SUN_BEHIND_H = 0.5;

/** Value on straight lines between points [hour, value]; level outside. */
export function lines(points: readonly (readonly [number, number])[], at_h: number): number {
  let [before] = points;
  if (!before) throw new RangeError('A course needs at least one point.');
  for (const point of points) {
    if (at_h <= point[0]) {
      const span = point[0] - before[0];
      return span > 0 ? before[1] + ((point[1] - before[1]) * (at_h - before[0])) / span : point[1];
    }
    before = point;
  }
  return before[1];
}

export interface Course {
  /** Means [hour, °C]. */
  readonly mean_c: readonly (readonly [number, number])[];
  /** Half of the difference between afternoon and dawn, K. */
  readonly swing_k: number;
  /** Share of a clear noon's sun. */
  readonly clear: number;
}

export function weatherOf(course: Course, at_h: number): Weather {
  const hour = (((at_h - SUN_BEHIND_H) % 24) + 24) % 24;
  const daily = Math.cos((2 * Math.PI * (hour - 15)) / 24);
  const height = Math.max(0, Math.cos((Math.PI * (hour - 12)) / 10.5));
  return {
    outdoor_c: lines(course.mean_c, at_h) + course.swing_k * daily,
    sun: Math.abs(hour - 12) < 5.25 ? course.clear * height : 0,
    hour,
  };
}
