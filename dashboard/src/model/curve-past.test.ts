import { describe, expect, it } from 'vitest';
import type { Sample } from '../charts/series.ts';
import { askedByCurve, differenceOf, lowPass } from './curve-past.ts';

const HOUR = 3_600_000;
const course = (value: (hour: number) => number | null, hours = 96): Sample[] =>
  Array.from({ length: hours + 1 }, (_, hour) => [hour * HOUR, value(hour), 'good']);

describe('the low-pass', () => {
  it('trails a steady fall by its time constant, however far apart the measurements lie', () => {
    const fall = course((hour) => -0.5 * hour);
    expect(lowPass(fall, 6).at(-1)?.[1]).toBeCloseTo(-48 + 3, 3);
    const sparse = fall.filter((_, place) => place % 8 === 0);
    expect(lowPass(sparse, 6).at(-1)?.[1]).toBeCloseTo(-48 + 3, 3);
  });

  it('passes over what is not good, and begins anew after a day of silence', () => {
    const broken: Sample[] = [
      [0, 0, 'good'],
      [HOUR, 800, 'bad'],
      [2 * HOUR, null, 'bad'],
      [30 * HOUR, 10, 'good'],
    ];
    expect(lowPass(broken, 6)).toEqual([
      [0, 0],
      [30 * HOUR, 10],
    ]);
  });
});

describe('a curve over the past', () => {
  const points = [-30, -15, -5, 0, 5, 15].map((outdoor_c) => [outdoor_c, 45 - outdoor_c] as const);
  const circuit = { kind: 'radiators', curve: { points } } as const;

  it('asks for what it gives at the filtered temperature, from the span on', () => {
    const asked = askedByCurve(
      circuit,
      course(() => -5),
      { from: 24 * HOUR, time_constant_h: 6 },
    );
    expect(asked).toHaveLength(73);
    expect(asked.at(-1)?.[1]).toBeCloseTo(50, 6);
  });

  it('is compared with what was asked then', () => {
    const next = askedByCurve(
      circuit,
      course((hour) => (hour < 48 ? 0 : -4)),
      {
        from: 24 * HOUR,
        time_constant_h: 6,
      },
    );
    const before: Sample[] = [
      [20 * HOUR, 47, 'good'],
      [72 * HOUR, 49, 'good'],
    ];
    const by = differenceOf(next, before);
    expect(by?.least_k).toBeCloseTo(-2, 1);
    expect(by?.most_k).toBeCloseTo(1.9, 1);
    expect(differenceOf(next, [])).toBeNull();
  });
});
