/** Sensors: slow, noisy and coarse. */
import { gaussian, type Random } from './random.ts';

export interface SensorDesign {
  /** Standard deviation of the noise. */
  readonly noise: number;
  /** Smallest step of the reading. */
  readonly resolution: number;
}

export const SENSORS = {
  temperature: { noise: 0.04, resolution: 0.1 },
  outdoor: { noise: 0.05, resolution: 0.1 },
  room: { noise: 0.05, resolution: 0.1 },
  pressure: { noise: 0.8, resolution: 1 },
  percent: { noise: 0, resolution: 1 },
} as const satisfies Record<string, SensorDesign>;

export function rounded(value: number, resolution: number): number {
  const steps = Math.round(1 / resolution);
  return resolution >= 1 ? Math.round(value / resolution) * resolution : Math.round(value * steps) / steps;
}

export function read(value: number, sensor: SensorDesign, random: Random): number {
  const noisy = sensor.noise === 0 ? value : value + sensor.noise * gaussian(random);
  return rounded(noisy, sensor.resolution);
}

/** First-order lag of a sensor in its pocket. */
export const lagged = (shown: number, true_value: number, share: number): number =>
  shown + (true_value - shown) * share;
