import { describe, expect, it } from 'vitest';
import { freezing } from './targets.ts';

describe('frost protection', () => {
  it.each([
    [3, 10, false],
    [2.9, 30, true],
    [8, 9.9, true],
    [undefined, 30, true],
    [8, undefined, true],
  ])('outdoor %s °C, return %s °C: %s', (outdoor_c, return_c, expected) => {
    expect(freezing(outdoor_c, return_c)).toBe(expected);
  });
});
