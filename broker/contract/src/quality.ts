/** What a reading is worth. Order matters: a higher index is worse; the index is the code in history. */
export const QUALITIES = ['good', 'uncertain', 'bad'] as const;
export type Quality = (typeof QUALITIES)[number];
