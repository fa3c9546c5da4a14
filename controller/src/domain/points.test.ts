import { deserialize, serialize } from 'node:v8';
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { Quality } from '@heat-center/contract/quality.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitnessOf, fitValue, freshSince, NO_POINT, Points, type PointValue } from './points.ts';

const T0 = 1_795_305_600_000;
const point = fc.record({
  at: fc.integer({ min: T0, max: T0 + 100_000 }),
  value: fc.option(fc.double({ noNaN: true }), { nil: null }),
  quality: fc.constantFrom<Quality>('good', 'uncertain', 'bad'),
  why: fc.constantFrom<ErrorCode | undefined>(undefined, 'late', 'clock_ahead', 'sensor_failed'),
  arrived: fc.integer({ min: T0, max: T0 + 100_000 }),
  live: fc.boolean(),
});
const station = fc.dictionary(fc.constantFrom('outdoor_c', 'primary.power_kw', 'tank_pct'), point);

function pointsOf(values: Readonly<Record<string, PointValue>>): Points {
  const points = new Points();
  for (const [id, value] of Object.entries(values)) points.set(id, value);
  return points;
}

describe('points of a station', () => {
  it('are given as they were taken, by name and by place', () => {
    fc.assert(
      fc.property(station, station, (before, values) => {
        const points = pointsOf(before);
        for (const [id, value] of Object.entries(values)) points.set(id, value);
        expect(new Map(points)).toEqual(new Map(Object.entries({ ...before, ...values })));
        expect([points.size, [...points.keys()].length]).toEqual([new Map(points).size, points.size]);
        for (const [id, value] of points) expect(points.at(points.place(id))).toEqual(value);
      }),
    );
  });

  it('are worth to control by place what they are by name', () => {
    fc.assert(
      fc.property(
        station,
        fc.integer({ min: T0, max: T0 + 200_000 }),
        fc.constantFrom(10, 60),
        (values, now, period_s) => {
          const points = pointsOf(values);
          for (const [id, value] of points)
            expect(points.fit(points.place(id), freshSince(now, period_s))).toBe(
              fitValue(value, now, period_s),
            );
        },
      ),
    );
  });

  it('are bad together as soon as one that still speaks live is', () => {
    fc.assert(
      fc.property(station, fc.integer({ min: T0, max: T0 + 100_000 }), (values, since) => {
        const isBad = Object.values(values).some(
          ({ live, quality, arrived }) => live && quality === 'bad' && arrived >= since,
        );
        expect(pointsOf(values).hasBad(since)).toBe(isBad);
      }),
    );
  });

  it('that were never measured have no place, no value and no worth', () => {
    const points = new Points();
    expect(points.place('outdoor_c')).toBe(NO_POINT);
    expect(points.get('outdoor_c')).toBeUndefined();
    expect(points.fit(NO_POINT, 0)).toBeUndefined();
    expect([points.latest(NO_POINT), points.measuredAt(NO_POINT)]).toEqual([Number.NaN, Number.NaN]);
    expect(fitnessOf(undefined, T0, 10)).toBe('missing');
  });

  it('outlive a snapshot, also one of an earlier version', () => {
    fc.assert(
      fc.property(station, (values) => {
        const points = pointsOf(values);
        const read = (saved: unknown) => deserialize(serialize(saved)) as Points;
        expect(new Map(Points.restored(read(points)))).toEqual(new Map(points));
        const earlier = deserialize(serialize(new Map(Object.entries(values)))) as Map<string, PointValue>;
        expect(new Map(Points.restored(earlier))).toEqual(new Map(points));
      }),
    );
  });

  it('move with the clock and count as live no more', () => {
    fc.assert(
      fc.property(station, (values) => {
        const points = pointsOf(values);
        points.setBack(-5000);
        for (const [id, { arrived, ...value }] of Object.entries(values))
          expect(points.get(id)).toEqual({ ...value, arrived: arrived - 5000, live: false });
      }),
    );
  });
});
