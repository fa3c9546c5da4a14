/** Sensors: slow, noisy, coarse, and sometimes broken. */
import type { Fault } from './faults.ts';
import { gaussian, type Random } from './random.ts';

export interface SensorDesign {
  /** Standard deviation of the noise. */
  readonly noise: number;
  /** Smallest step of the reading. */
  readonly resolution: number;
  /** First-order lag, s; 0 = none. */
  readonly lag_s: number;
}

/**
 * Pt 500 pairs in pockets after EN 60751 and EN 1434 (0.1 K shown, some seconds of lag in a pocket), wall sensors of
 * rooms and the north façade (minutes), pressure transmitters of class 0.25 at 0–1.6 MPa.
 */
export const SENSORS = {
  temperature: { noise: 0.04, resolution: 0.1, lag_s: 9 },
  outdoor: { noise: 0.05, resolution: 0.1, lag_s: 600 },
  room: { noise: 0.05, resolution: 0.1, lag_s: 480 },
  pressure: { noise: 0.8, resolution: 1, lag_s: 0 },
  percent: { noise: 0, resolution: 1, lag_s: 0 },
  flow: { noise: 0.003, resolution: 0.1, lag_s: 0 },
} as const satisfies Record<string, SensorDesign>;

export function rounded(value: number, resolution: number): number {
  const steps = Math.round(1 / resolution);
  return resolution >= 1 ? Math.round(value / resolution) * resolution : Math.round(value * steps) / steps;
}

export function read(value: number, sensor: SensorDesign, random: Random): number {
  const noisy = sensor.noise === 0 ? value : value + sensor.noise * gaussian(random);
  return rounded(noisy, sensor.resolution);
}

/** One step of a first-order lag, exact for a value that stands still: y ← x + (y − x)·e^(−dt/τ). */
export const lagged = (shown: number, true_value: number, step: { dt_s: number; lag_s: number }): number =>
  step.lag_s > 0 ? true_value + (shown - true_value) * Math.exp(-step.dt_s / step.lag_s) : true_value;

/** The plant's time, its faults, and what stuck sensors show. */
export interface Instruments {
  readonly faults: readonly Fault[];
  readonly time_s: number;
  /** Point → value at which it is stuck; kept with the plant. */
  readonly stuck: Record<string, number>;
}

/** What a sensor gives after its faults: nothing when dead. Points are told as in a sample. */
export function sensed(instruments: Instruments, point: string, value: number): number | undefined {
  if (instruments.faults.length === 0) return value;
  let shown: number | undefined = value;
  for (const { name, target, size, since_s } of instruments.faults) {
    if (target !== point) continue;
    if (name === 'sensor_dead') return undefined;
    if (name === 'sensor_stuck') shown = instruments.stuck[point] ??= value;
    if (name === 'sensor_drift') shown = value + (size * (instruments.time_s - since_s)) / 3600;
  }
  return shown;
}
