import { describe, expect, it } from 'vitest';
import { randomFrom } from './random.ts';
import { TAIYUAN, weatherAt, weatherCourse } from './weather.ts';
import { forecastError, forecastWeather } from './weather-forecast.ts';

const course = weatherCourse(TAIYUAN, randomFrom('weather of a test'));
const truth = (at_s: number) => weatherAt(course, at_s);
const START_S = Date.UTC(2027, 0, 11) / 1000;

describe('a forecast of the simulated weather', () => {
  it('errs as it says, more the further ahead', () => {
    for (const ahead_h of [3, 24, 48, 72]) {
      let square = 0;
      const runs = 400;
      for (let run = 0; run < runs; run += 1) {
        const now_s = START_S + run * 21_600;
        const { hours } = forecastWeather(truth, now_s);
        const hour = hours.find(([at_s]) => at_s === now_s + ahead_h * 3600);
        square += ((hour?.[1] ?? Number.NaN) - truth(now_s + ahead_h * 3600).outdoor_c) ** 2;
      }
      const error_k = Math.sqrt(square / runs);
      expect(error_k / forecastError(ahead_h)).toBeGreaterThan(0.85);
      expect(error_k / forecastError(ahead_h)).toBeLessThan(1.15);
    }
  });

  it('is the same until the next run, and of one piece', () => {
    const [one, other] = [forecastWeather(truth, START_S + 60), forecastWeather(truth, START_S + 5 * 3600)];
    expect(other.issued_s).toBe(one.issued_s);
    const known = new Map(one.hours);
    for (const [at_s, outdoor_c] of other.hours.slice(0, 60)) expect(known.get(at_s)).toBe(outdoor_c);
    const errors = one.hours.map(([at_s, outdoor_c]) => outdoor_c - truth(at_s).outdoor_c);
    for (const [index, error_k] of errors.entries())
      expect(Math.abs(error_k - (errors[index - 1] ?? error_k))).toBeLessThan(1.2);
    expect(forecastWeather(truth, START_S + 7 * 3600).issued_s).toBe(one.issued_s + 21_600);
  });
});
