/** Values as the stores give them. */

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Integers of 64 bits come as bigint or text. */
export const numberOf = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value);
