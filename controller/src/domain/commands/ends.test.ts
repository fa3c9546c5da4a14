import { expect, it } from 'vitest';
import { T0 } from '../testing.ts';
import { isEndDue } from './ends.ts';
import { createLedger } from './ledger.ts';

const endsAt = (next_end: number) => ({ state: { ledger: { ...createLedger(7), next_end } } });

it('is due as soon as a command of any station is over', () => {
  const stations = [endsAt(Infinity), endsAt(T0)];
  expect(isEndDue(stations, T0 - 1)).toBe(false);
  expect(isEndDue(stations, T0)).toBe(true);
  expect(isEndDue([endsAt(Infinity)], T0)).toBe(false);
});
