/** What was wrong with what came: counters by code, unknown points, the latest refused messages. Bounded. */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { GapRecord, Rejected } from '../center-port.ts';

const MAX_REJECTED = 200;
const MAX_UNKNOWN_PER_STATION = 100;
const MAX_GAPS_PER_STATION = 100;
const EXCERPT_BYTES = 500;

export interface StationTally {
  readonly counters: Map<string, number>;
  readonly unknown: Map<string, { count: number; last_at: number }>;
  readonly gaps: GapRecord[];
}

export interface Tallies {
  readonly stations: Map<string, StationTally>;
  readonly totals: Map<string, number>;
  /** Newest first. */
  readonly rejected: Rejected[];
}

export const createTallies = (): Tallies => ({ stations: new Map(), totals: new Map(), rejected: [] });

export function tallyOf(tallies: Tallies, station: string): StationTally {
  let tally = tallies.stations.get(station);
  if (!tally) {
    tally = { counters: new Map(), unknown: new Map(), gaps: [] };
    tallies.stations.set(station, tally);
  }
  return tally;
}

const add = (counters: Map<string, number>, code: string, by: number): void => {
  counters.set(code, (counters.get(code) ?? 0) + by);
};

/** Counts something about a station, under a code of the contract's list or a name of ours. */
export function count(tallies: Tallies, station: string, what: { code: ErrorCode; by?: number }): void {
  const by = what.by ?? 1;
  add(tallies.totals, what.code, by);
  add(tallyOf(tallies, station).counters, what.code, by);
}

export function noteUnknown(
  tallies: Tallies,
  station: string,
  seen: { points: readonly string[]; at: number },
): void {
  const { unknown } = tallyOf(tallies, station);
  for (const point of seen.points) {
    count(tallies, station, { code: 'unknown_point' });
    const known = unknown.get(point);
    if (known) {
      known.count += 1;
      known.last_at = seen.at;
    } else if (unknown.size < MAX_UNKNOWN_PER_STATION) unknown.set(point, { count: 1, last_at: seen.at });
  }
}

export function noteGap(tallies: Tallies, gap: GapRecord): void {
  const { gaps } = tallyOf(tallies, gap.station);
  gaps.unshift(gap);
  gaps.length = Math.min(gaps.length, MAX_GAPS_PER_STATION);
  count(tallies, gap.station, { code: 'seq_gap', by: gap.to_seq - gap.from_seq + 1 });
}

/** Keeps the beginning of a refused message for an engineer. */
export function noteRejected(
  tallies: Tallies,
  rejected: Omit<Rejected, 'excerpt'>,
  bytes: Uint8Array = new Uint8Array(),
): void {
  const excerpt = new TextDecoder().decode(bytes.subarray(0, EXCERPT_BYTES));
  tallies.rejected.unshift({ ...rejected, excerpt });
  tallies.rejected.length = Math.min(tallies.rejected.length, MAX_REJECTED);
}
