/**
 * Which readings control may use, by the words of the contract and without the center's code: live is what arrives
 * within 30 s and a period of its time and is not historical; stale is what brings no news for three periods.
 */
import type { Message, Reading } from './sensors.ts';

const LIVE_MS = 30_000;
const PERIOD_MS = { own: 10_000, meter: 900_000 } as const;

const isMetered = (point: string): boolean => point === 'primary.power_kw' || point === 'primary.flow_m3_h';
const period_ms = (point: string): number => (isMetered(point) ? PERIOD_MS.meter : PERIOD_MS.own);

const isLive = (message: Message, point: string, now_ms: number): boolean =>
  !message.historical && Math.abs(now_ms - message.at) <= LIVE_MS + period_ms(point);

const isGood = ({ value, quality }: Reading): boolean =>
  quality === 'good' && value !== null && Math.abs(value) < 4000;

/** The same message with another value wherever a reading must not count: a center that looks at one decides otherwise. */
export function scrambled(message: Message, now_ms: number, other: (reading: Reading) => Reading): Message {
  const readings = Object.entries(message.readings).map(([point, reading]) => [
    point,
    isLive(message, point, now_ms) && isGood(reading) ? reading : other(reading),
  ]);
  return { ...message, readings: Object.fromEntries(readings) as Message['readings'] };
}

interface Known {
  at: number;
  value: number | undefined;
  arrived_ms: number;
}

/** The latest value of each point of a station, as far as it may be used. */
export class Fitness {
  readonly #known = new Map<string, Known>();

  take(message: Message, now_ms: number): void {
    for (const [point, reading] of Object.entries(message.readings)) {
      if (!isLive(message, point, now_ms)) continue;
      const before = this.#known.get(point);
      if (before && message.at < before.at) continue;
      const arrived_ms = before?.at === message.at ? before.arrived_ms : now_ms;
      const value = isGood(reading) ? (reading.value ?? undefined) : undefined;
      this.#known.set(point, { at: message.at, value, arrived_ms });
    }
  }

  value(point: string, now_ms: number): number | undefined {
    const known = this.#known.get(point);
    return known && now_ms - known.arrived_ms <= 3 * period_ms(point) ? known.value : undefined;
  }
}
