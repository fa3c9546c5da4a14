/** Days and nights as small whole numbers: they live in every snapshot. */

/** Whole numbers only (hundredths), so that a snapshot takes two or three bytes for each. */
export type Packed = readonly (number | null)[];

export const packed = (value: number | undefined): number | null =>
  value === undefined ? null : Math.round(value * 100);
export const unpacked = (value: number | null | undefined): number | undefined =>
  value === null || value === undefined ? undefined : value / 100;
export const sure = (value: number | null | undefined): number => (value ?? 0) / 100;
