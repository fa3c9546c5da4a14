/** Moves everything that the center remembers to another clock. */
import { EARLIEST_AT } from '@heat-center/contract/limits.ts';

/**
 * The same plain data with every instant moved by `by_ms`. An instant is a number from the year 2000 on in ms: no
 * quantity, counter or epoch of the state comes near that.
 */
export function shiftInstants<T>(value: T, by_ms: number): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape is kept, only numbers change
  return shifted(value, by_ms) as T;
}

function shifted(value: unknown, by_ms: number): unknown {
  if (typeof value === 'number') return value >= EARLIEST_AT && value < Infinity ? value + by_ms : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shifted(item, by_ms));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, shifted(item, by_ms)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shifted(item, by_ms)]));
}
