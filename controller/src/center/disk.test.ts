import { expect, it } from 'vitest';
import { DiskForecast } from './disk.ts';

const GIB = 2 ** 30;
const MINUTE_MS = 60_000;

it('says when the floor will be reached, from the course of the last hours', () => {
  const forecast = new DiskForecast(GIB);
  let state = forecast.add(0, 101 * GIB);
  expect(state).toEqual({ free_bytes: 101 * GIB, hours_left: undefined, low: false });
  for (let minute = 1; minute <= 600; minute += 1) {
    state = forecast.add(minute * MINUTE_MS, (101 - minute / 60) * GIB);
    expect(state.hours_left).toBeCloseTo(100 - minute / 60, 6);
  }
  // 90 hours are left after ten: no reason to worry yet.
  expect(state.low).toBe(false);
  for (let minute = 601; minute <= 60 * 53; minute += 1) {
    state = forecast.add(minute * MINUTE_MS, (101 - minute / 60) * GIB);
  }
  expect(state.hours_left).toBeCloseTo(47, 6);
  expect(state.low).toBe(true);
});

it('follows a change of course within hours, and forgets what was before', () => {
  const forecast = new DiskForecast(GIB);
  for (let minute = 0; minute <= 600; minute += 1) forecast.add(minute * MINUTE_MS, 500 * GIB);
  let state = forecast.add(601 * MINUTE_MS, 500 * GIB);
  expect(state.hours_left).toBeUndefined();
  for (let minute = 1; minute <= 240; minute += 1) {
    state = forecast.add((601 + minute) * MINUTE_MS, (500 - minute) * GIB);
  }
  expect(state.hours_left).toBeCloseTo(259 / 60, 1);
});

it('does not take a burst for a course, but little space for little', () => {
  const forecast = new DiskForecast(GIB);
  let state = forecast.add(0, 100 * GIB);
  for (let second = 2; second <= 300; second += 2)
    state = forecast.add(second * 1000, (100 - second / 10) * GIB);
  expect(state.hours_left).toBeLessThan(1);
  expect(state.low).toBe(false);
  expect(forecast.add(302_000, 1.9 * GIB).low).toBe(true);
});
