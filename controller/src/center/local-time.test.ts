import { describe, expect, it } from 'vitest';
import { localTimeOf } from './local-time.ts';

describe('local time', () => {
  it('follows the zone and its clock changes', () => {
    const noon = Date.UTC(2024, 2, 31, 12);
    expect(localTimeOf(noon, 'Asia/Shanghai')).toEqual({
      year: 2024,
      month: 3,
      day: 31,
      weekday: 7,
      minute_of_day: 1200,
    });
    expect(localTimeOf(noon, 'Europe/Belgrade').minute_of_day).toBe(14 * 60);
    expect(localTimeOf(Date.UTC(2024, 2, 30, 12), 'Europe/Belgrade').minute_of_day).toBe(13 * 60);
    expect(localTimeOf(Date.UTC(2024, 11, 31, 16), 'Asia/Shanghai')).toMatchObject({
      year: 2025,
      month: 1,
      day: 1,
      weekday: 3,
      minute_of_day: 0,
    });
  });
});
