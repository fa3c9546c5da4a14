import { describe, expect, it } from 'vitest';
import { applySample, applyStatus, createImage, type StationImage } from './image.ts';
import { fitnessOf, fitValue } from './points.ts';
import { T0, telemetry, type Points } from './testing.ts';

const EVERY_S = { default: 10, meter: 900 };

function take(
  image: StationImage,
  points: Points,
  when: { at: number; arrived?: number; historical?: boolean },
): void {
  const { at, arrived = at, historical = false } = when;
  for (const sample of telemetry(at, points, { historical }).samples) {
    applySample(image, sample, { arrived, every_s: EVERY_S });
  }
}

const outdoor = (image: StationImage) => image.points.get('outdoor_c');

describe('image', () => {
  it('keeps the newest measurement, in whatever order they come', () => {
    const image = createImage();
    take(image, { outdoor_c: 2 }, { at: T0 + 5000 });
    take(image, { outdoor_c: 1 }, { at: T0, arrived: T0 + 6000 });
    expect(outdoor(image)?.value).toBe(2);
  });

  it('takes the later of two values for the same time', () => {
    const image = createImage();
    take(image, { outdoor_c: 2 }, { at: T0 });
    take(image, { outdoor_c: 3 }, { at: T0, arrived: T0 + 1000 });
    expect(outdoor(image)).toMatchObject({ value: 3, arrived: T0 });
  });

  it.each([
    ['late', { at: T0, arrived: T0 + 40_001 }],
    ['clock_ahead', { at: T0 + 40_001, arrived: T0 }],
    ['historical', { at: T0, historical: true }],
  ] as const)('stores what is %s, not for control', (fitness, when) => {
    const image = createImage();
    take(image, { outdoor_c: 2 }, when);
    expect(outdoor(image)).toMatchObject({ value: 2, live: false });
    expect(fitnessOf(outdoor(image), T0 + 60_000, 10)).toBe(fitness);
    expect(image.online).toBeUndefined();
  });

  it('is live up to 30 s and one period from its arrival, on both sides', () => {
    for (const arrived of [T0 + 40_000, T0 - 40_000]) {
      const image = createImage();
      take(image, { outdoor_c: 2 }, { at: T0, arrived });
      expect(fitnessOf(outdoor(image), arrived, 10)).toBe('fit');
    }
  });

  it('gives the heat meter its own period', () => {
    const image = createImage();
    const when = { at: T0, arrived: T0 + 600_000 };
    take(image, { 'primary.power_kw': 900, outdoor_c: 1 }, when);
    expect(image.points.get('primary.power_kw')?.live).toBe(true);
    expect(outdoor(image)?.live).toBe(false);
  });

  it('never lets late or historical data hide a live value', () => {
    const image = createImage();
    take(image, { outdoor_c: 2 }, { at: T0 });
    take(image, { outdoor_c: 9 }, { at: T0 + 1000, arrived: T0 + 90_000 });
    take(image, { outdoor_c: 8 }, { at: T0 + 2000, historical: true });
    expect(outdoor(image)).toMatchObject({ value: 2, live: true });
  });

  it('lets a live value replace one from the future', () => {
    const image = createImage();
    take(image, { outdoor_c: 9 }, { at: T0 + 86_400_000, arrived: T0 });
    expect(image.clock_suspect).toBe('clock_ahead');
    take(image, { outdoor_c: 2 }, { at: T0 + 1000 });
    expect(outdoor(image)?.value).toBe(2);
    expect(image.clock_suspect).toBeUndefined();
  });

  it('does not suspect the clock of a station that drains its outbox behind live samples', () => {
    const image = createImage();
    take(image, { outdoor_c: 2 }, { at: T0 });
    take(image, { outdoor_c: 1 }, { at: T0 - 600_000, arrived: T0 + 1000 });
    expect(image.clock_suspect).toBeUndefined();
    take(image, { outdoor_c: 1 }, { at: T0 - 590_000, arrived: T0 + 60_000 });
    expect(image.clock_suspect).toBe('late');
  });

  it('is stale after three periods without news, and a repetition is none', () => {
    const image = createImage();
    take(image, { outdoor_c: 2 }, { at: T0 });
    take(image, { outdoor_c: 2 }, { at: T0, arrived: T0 + 20_000 });
    expect(fitnessOf(outdoor(image), T0 + 30_000, 10)).toBe('fit');
    expect(fitnessOf(outdoor(image), T0 + 30_001, 10)).toBe('stale');
    expect(fitValue(outdoor(image), T0 + 30_001, 10)).toBeUndefined();
  });

  it('tells missing from zero and from a failed sensor', () => {
    const image = createImage();
    take(image, { outdoor_c: 0, 'primary.return_c': null }, { at: T0 });
    expect(fitValue(outdoor(image), T0, 10)).toBe(0);
    expect(fitnessOf(image.points.get('primary.return_c'), T0, 10)).toBe('bad');
    expect(fitnessOf(image.points.get('primary.supply_c'), T0, 10)).toBe('missing');
  });

  it('takes nothing from a will but that the station is gone, and telemetry proves it wrong', () => {
    const image = createImage();
    const status = { v: 1, boot: 'b', at: T0, mode: 'local', limits_rev: 9 } as const;
    applyStatus(image, { ...status, mode: 'remote', limits_rev: 3, state: 'online' }, T0);
    applyStatus(image, { ...status, state: 'offline' }, T0 + 1000);
    expect(image).toMatchObject({ online: false, mode: 'remote', station_limits_rev: 3 });
    take(image, { outdoor_c: 2 }, { at: T0 - 600_000, arrived: T0 + 2000 });
    expect(image.online).toBe(false);
    take(image, { outdoor_c: 2 }, { at: T0 + 3000 });
    expect(image.online).toBe(true);
  });
});

describe('a sample', () => {
  it('without readings is a sign of life while it is in time', () => {
    const empty = (at: number) => {
      const image = createImage();
      const [sample] = telemetry(at, {}).samples;
      if (!sample) throw new Error('There is no sample.');
      return applySample(image, sample, { arrived: T0, every_s: EVERY_S });
    };
    expect([empty(T0), empty(T0 - 3_600_000), empty(T0 + 3_600_000)]).toEqual([true, false, false]);
  });

  it('that is late is live where its meter reading is, and suspects no clock', () => {
    const image = createImage();
    take(image, { 'primary.power_kw': 900 }, { at: T0 - 600_000, arrived: T0 });
    expect(image).toMatchObject({ online: true, live_at: T0, clock_suspect: undefined });
  });

  it('from the future that is not live blocks nothing that is measured later', () => {
    const image = createImage();
    take(image, { outdoor_c: 1 }, { at: T0 + 3_600_000, arrived: T0 });
    take(image, { outdoor_c: 2 }, { at: T0 - 3_600_000, arrived: T0 + 1000 });
    expect(outdoor(image)?.value).toBe(2);
  });

  it('of the past gives way to nothing older while neither is live', () => {
    const image = createImage();
    take(image, { outdoor_c: 1 }, { at: T0 - 3_600_000, historical: true });
    take(image, { outdoor_c: 2 }, { at: T0 - 7_200_000, historical: true });
    expect(outdoor(image)?.value).toBe(1);
  });

  it('sent again live is news where it was none before', () => {
    const image = createImage();
    take(image, { outdoor_c: 1 }, { at: T0, arrived: T0, historical: true });
    take(image, { outdoor_c: 1 }, { at: T0, arrived: T0 + 5000 });
    expect(outdoor(image)).toMatchObject({ live: true, arrived: T0 + 5000 });
  });

  it('that was late is suspect only where nothing live came of late', () => {
    const image = createImage();
    take(image, { outdoor_c: 1 }, { at: T0 });
    take(image, { outdoor_c: 1 }, { at: T0 - 3_600_000, arrived: T0 + 30_000 });
    expect(image.clock_suspect).toBeUndefined();
    take(image, { outdoor_c: 1 }, { at: T0 - 3_600_000, arrived: T0 + 30_001 });
    expect(image.clock_suspect).toBe('late');
    const past = createImage();
    take(past, { outdoor_c: 1 }, { at: T0 - 3_600_000, arrived: T0, historical: true });
    expect(past.clock_suspect).toBeUndefined();
  });

  it('tells uncertain from bad', () => {
    const point = { at: T0, value: 1, arrived: T0, live: true };
    expect(fitnessOf({ ...point, quality: 'uncertain' }, T0, 10)).toBe('uncertain');
    expect(fitnessOf({ ...point, quality: 'bad' }, T0, 10)).toBe('bad');
    expect(fitnessOf({ ...point, value: null, quality: 'good' }, T0, 10)).toBe('bad');
  });
});
