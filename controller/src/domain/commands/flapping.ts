/** A link that comes and goes must not make control come and go: each new lead in half an hour waits longer. */

/** Leads that began within this time count, ms. */
const REMEMBERED_MS = 30 * 60_000;
/** Pause after the second lead, doubled for each further one up to the longest, ms. */
const FIRST_PAUSE_MS = 120_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/** When a station that works by itself may be led again, ms UTC; `starts` are the times at which leading began. */
export function leadAgainAt(starts: readonly number[], now: number): number {
  const recent = starts.filter((at) => now - at < REMEMBERED_MS);
  const last = recent.at(-1);
  if (last === undefined || recent.length < 2) return now;
  return last + Math.min(FIRST_PAUSE_MS * 2 ** (recent.length - 2), LONGEST_PAUSE_MS);
}

/** The starts that still count, and now. */
export const noteLead = (starts: readonly number[], now: number): readonly number[] => [
  ...starts.filter((at) => now - at < REMEMBERED_MS),
  now,
];
