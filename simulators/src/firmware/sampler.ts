/** When a sample is due, and what it holds. */
import { measure, type Measured } from '../plant/measure.ts';
import { randomFrom, uniform } from '../plant/random.ts';
import type { Plant } from '../plant/station-plant.ts';
import { doubts, StationAlarms } from './alarms.ts';
import type { Loops } from './loops.ts';
import type { StationDesign } from './station-design.ts';
import type { Moment } from './turn.ts';

export interface SampleBody {
  readonly at: number;
  readonly simulated: true;
  readonly [point: string]: unknown;
}

/** A station without secondary measurement tells its primary side and the weather. */
export const withoutCircuits = ({ primary, outdoor_c, electricity_kwh }: Measured): Partial<Measured> => ({
  primary,
  outdoor_c,
  electricity_kwh,
});

/** Ticks come about once a second; a sample that is due within this is taken now (ms). */
const EARLY_MS = 400;

export class Sampler {
  readonly #every_ms: number;
  readonly #meter_ms: number;
  /** From the first sample to the second: spreads a fleet that starts at once. */
  readonly #first_ms: number;
  /** Nothing of the circuits is measured. */
  readonly #primaryOnly: boolean;
  readonly #alarms = new StationAlarms();
  #next_mono_ms: number | undefined;
  #meter_mono_ms: number | undefined;
  #last_at = 0;

  constructor(design: StationDesign) {
    const { every_s } = design.registration;
    this.#every_ms = every_s.default * 1000;
    this.#meter_ms = every_s.meter * 1000;
    this.#primaryOnly = design.primary_only ?? false;
    this.#first_ms = this.#every_ms * (0.2 + 0.8 * uniform(randomFrom(design.registration.id)));
  }

  /** A sample when one is due; its time is later than that of every earlier one. */
  due(plant: Plant, loops: Loops, now: Moment): SampleBody | undefined {
    const { mono_ms } = now;
    if (mono_ms < (this.#next_mono_ms ?? mono_ms) - EARLY_MS) return undefined;
    const planned_ms =
      this.#next_mono_ms === undefined ? mono_ms + this.#first_ms : this.#next_mono_ms + this.#every_ms;
    this.#next_mono_ms = planned_ms > mono_ms ? planned_ms : mono_ms + this.#every_ms;
    const metered = mono_ms >= (this.#meter_mono_ms ?? mono_ms) - EARLY_MS;
    if (metered) {
      const following_ms = (this.#meter_mono_ms ?? mono_ms) + this.#meter_ms;
      this.#meter_mono_ms = following_ms > mono_ms ? following_ms : mono_ms + this.#meter_ms;
    }
    const at = Math.max(Math.round(now.wall_ms), this.#last_at + 1);
    this.#last_at = at;
    return { at, simulated: true, ...this.#body(plant, loops, metered) };
  }

  #body(plant: Plant, loops: Loops, metered: boolean): object {
    const setpoints = loops.setpoints();
    const measured = measure(plant, { setpoints, metered });
    const faults = this.#alarms.faults(plant, setpoints);
    const quality = doubts(plant);
    return {
      ...(this.#primaryOnly ? withoutCircuits(measured) : measured),
      ...(faults.length > 0 ? { faults } : {}),
      ...(Object.keys(quality).length > 0 ? { quality } : {}),
    };
  }
}
