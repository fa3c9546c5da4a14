/**
 * Which samples are settled: for each boot of a station the highest sequence number up to which everything is on
 * the center's disk (or was refused for good). Pure: fed with journaled inputs, so a replay gives the same marks.
 */
import type { Telemetry } from '@heat-center/contract/decode.ts';
import type { GapRecord } from '../center-port.ts';

interface BootMark {
  /** Everything up to here is settled. */
  seq: number;
  /** The session in which this boot was last heard. */
  session: number;
}

interface StationMarks {
  session: number;
  /** In the order in which they were last heard; bounded. */
  readonly boots: Map<string, BootMark>;
}

export type Marks = Map<string, StationMarks>;

/** A station that restarts all the time must not fill the memory. */
const MAX_BOOTS = 16;

function stationMarks(marks: Marks, station: string): StationMarks {
  let found = marks.get(station);
  if (!found) {
    found = { session: 0, boots: new Map() };
    marks.set(station, found);
  }
  return found;
}

/** A connection began, or the station said that it is online: it now sends from its oldest unsettled sample on. */
export function markSession(marks: Marks, station: string): void {
  stationMarks(marks, station).session += 1;
}

function sequence(telemetry: Telemetry): { first: number; last: number } | undefined {
  let first = Infinity;
  let last = -1;
  for (const group of [telemetry.samples, telemetry.refused]) {
    for (const { seq } of group) {
      if (seq === undefined) continue;
      first = Math.min(first, seq);
      last = Math.max(last, seq);
    }
  }
  return last < 0 ? undefined : { first, last };
}

function touch(boots: Map<string, BootMark>, boot: string, mark: BootMark): void {
  // Nearly always the only one: then it is in its place already.
  if (boots.size === 1 && boots.has(boot)) return;
  boots.delete(boot);
  boots.set(boot, mark);
  if (boots.size > MAX_BOOTS) {
    for (const oldest of boots.keys()) {
      boots.delete(oldest);
      break;
    }
  }
}

export type Marked =
  | { readonly kind: 'none' }
  /** The mark of this boot stands at `seq`; `gap` are samples that were passed over. */
  | { readonly kind: 'settled'; readonly boot: string; readonly seq: number; readonly gap?: GapRecord }
  /** Samples are missing before these; the mark waits for them. */
  | { readonly kind: 'waiting'; readonly boot: string; readonly seq: number };

/**
 * Takes the samples of one message. Samples come in the order of `seq`, so a hole means loss: the mark waits for
 * it, until the station starts a new session without filling it, or names its `oldest`; then the hole is passed
 * over and recorded. A boot never heard before begins where it begins; with an `oldest`, what is below was lost.
 */
export function markTelemetry(
  marks: Marks,
  station: string,
  message: { telemetry: Telemetry; at: number },
): Marked {
  const { telemetry, at } = message;
  const { boot } = telemetry;
  const span = sequence(telemetry);
  if (boot === undefined || !span) return { kind: 'none' };
  const own = stationMarks(marks, station);
  const known = own.boots.get(boot);
  const firstOfSession = known?.session !== own.session;
  const mark = known ?? { seq: span.first - 1, session: own.session };
  mark.session = own.session;
  touch(own.boots, boot, mark);
  const before = known || telemetry.oldest === undefined ? mark.seq : 0;
  if (telemetry.oldest !== undefined) mark.seq = Math.max(mark.seq, telemetry.oldest - 1);
  if (firstOfSession) mark.seq = Math.max(mark.seq, span.first - 1);
  if (span.first > mark.seq + 1) return { kind: 'waiting', boot, seq: mark.seq };
  const passedTo = mark.seq;
  mark.seq = Math.max(mark.seq, span.last);
  const settled = { kind: 'settled', boot, seq: mark.seq } as const;
  if ((known || telemetry.oldest !== undefined) && passedTo > before) {
    return { ...settled, gap: { station, boot, from_seq: before + 1, to_seq: passedTo, at } };
  }
  return settled;
}

/** Marks of a station to repeat after it subscribed. */
export function receiptsOf(marks: Marks, station: string): { boot: string; seq: number }[] {
  return [...(marks.get(station)?.boots ?? [])].map(([boot, { seq }]) => ({ boot, seq }));
}
