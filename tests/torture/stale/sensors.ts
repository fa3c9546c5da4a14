/** Sensors, meters and clocks of a station that fail in every way there is, for some minutes each. */
import { between, uniform, type Random } from '@heat-center/simulators/plant/random.ts';

const METER_MS = 900_000;
const MESSAGE_MODES = ['sound', 'sound', 'sound', 'late', 'ahead', 'historical', 'frozen', 'silent'] as const;
const POINT_MODES = [
  'sound',
  'sound',
  'sound',
  'sound',
  'failed',
  'out_of_range',
  'uncertain',
  'bad',
  'absent',
] as const;
/** Errors of a station's clock, ms: within what still counts as live, just outside, and far off. */
const SKEWS_MS = [0, 0, 0, 15_000, -25_000, 38_000, -38_000, 45_000, 3_600_000, -86_400_000] as const;
const OUT_OF_RANGE = 5000;

type PointMode = (typeof POINT_MODES)[number];

export interface Reading {
  readonly value: number | null;
  readonly quality: 'good' | 'uncertain' | 'bad';
}

/** One message: time of measurement and readings by point. */
export interface Message {
  readonly at: number;
  readonly historical: boolean;
  readonly readings: Readonly<Record<string, Reading>>;
}

interface Sensor {
  value: number;
  mode: PointMode;
  until_ms: number;
}

/** Points with the span in which their values wander, and how far in ten seconds. */
const SPANS: Readonly<Record<string, readonly [low: number, high: number, step: number]>> = {
  outdoor_c: [-16, 13, 0.2],
  'primary.return_c': [38, 62, 0.4],
  'circuits.low.return_c': [4, 46, 0.4],
  'circuits.floor.return_c': [6, 36, 0.3],
};
const METERED: Readonly<Record<string, readonly [low: number, high: number, step: number]>> = {
  'primary.power_kw': [100, 1600, 40],
  'primary.flow_m3_h': [2, 30, 1],
};

export class Sensors {
  readonly #random: Random;
  readonly #sensors = new Map<string, Sensor>();
  #mode: (typeof MESSAGE_MODES)[number] = 'sound';
  #mode_until_ms = 0;
  #skew_ms = 0;
  #metered_ms = -Infinity;
  #last: Message | undefined;

  constructor(random: Random) {
    this.#random = random;
    for (const [point, [low, high]] of Object.entries({ ...SPANS, ...METERED })) {
      this.#sensors.set(point, { value: between(random, low, high), mode: 'sound', until_ms: 0 });
    }
  }

  #one<T>(of: readonly [T, ...T[]]): T {
    return of[Math.floor(uniform(this.#random) * of.length)] ?? of[0];
  }

  #lasting_ms(): number {
    return between(this.#random, 20_000, 2_700_000) * uniform(this.#random);
  }

  /** What the station says in this turn of ten seconds; undefined while it is silent. */
  say(now_ms: number): Message | undefined {
    if (now_ms >= this.#mode_until_ms) {
      this.#mode = this.#one(MESSAGE_MODES);
      this.#skew_ms = this.#one(SKEWS_MS);
      this.#mode_until_ms = now_ms + this.#lasting_ms();
    }
    const readings = this.#measure(now_ms);
    if (this.#mode === 'silent') return undefined;
    if (this.#mode === 'frozen' && this.#last) return this.#last;
    const aside_ms = between(this.#random, 45_000, 4_000_000);
    const moved = { late: -aside_ms, ahead: aside_ms, historical: -aside_ms }[this.#mode as string] ?? 0;
    const at = Math.round(now_ms - 300 + this.#skew_ms + moved);
    this.#last = { at, historical: this.#mode === 'historical', readings };
    return this.#last;
  }

  #measure(now_ms: number): Record<string, Reading> {
    const readings: Record<string, Reading> = {};
    const isMetered = now_ms - this.#metered_ms >= METER_MS;
    if (isMetered) this.#metered_ms = now_ms;
    for (const [point, span] of Object.entries({ ...SPANS, ...(isMetered ? METERED : {}) })) {
      const reading = this.#read(point, span, now_ms);
      if (reading) readings[point] = reading;
    }
    return readings;
  }

  #read(point: string, span: readonly [number, number, number], now_ms: number): Reading | undefined {
    const sensor = this.#sensors.get(point);
    if (!sensor) return undefined;
    if (now_ms >= sensor.until_ms) {
      sensor.mode = this.#one(POINT_MODES);
      sensor.until_ms = now_ms + this.#lasting_ms();
    }
    const [low, high, step] = span;
    const moved = sensor.value + between(this.#random, -step, step);
    sensor.value = Math.min(high, Math.max(low, moved));
    const value = Math.round(sensor.value * 10) / 10;
    switch (sensor.mode) {
      case 'absent':
        return undefined;
      case 'failed':
        return { value: null, quality: 'good' };
      case 'out_of_range':
        return { value: OUT_OF_RANGE, quality: 'good' };
      case 'sound':
        return { value, quality: 'good' };
      default:
        return { value, quality: sensor.mode };
    }
  }
}
