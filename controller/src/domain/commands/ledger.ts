/**
 * The center's book of commands to one station: numbers, open and recent commands, what became of each.
 *
 * Plain data and pure functions. A record is replaced, never changed, so whoever compares two books sees by
 * identity which commands moved.
 */
import type { ErrorCode } from '@heat-center/contract/errors.ts';
import type { CommandKind } from '@heat-center/contract/messages.ts';
import type { CommandRecord, CommandState, Effect } from '../effects.ts';
import type { Told } from './lease.ts';

/** What went out on the wire, as long as reports on it may come. */
export interface SentCommand {
  readonly id: string;
  readonly seq: number;
  readonly kind: CommandKind;
  readonly at: number;
  /** Records that advance with its reports: its own and those of the wishes that it carries. */
  readonly records: readonly string[];
  /** What a setpoints command told, for the comparison with what is read back. */
  readonly told?: Told | undefined;
}

export interface Ledger {
  readonly epoch: number;
  /** Last number used in this epoch. */
  readonly seq: number;
  /** Newest last. */
  readonly records: readonly CommandRecord[];
  readonly sent: readonly SentCommand[];
  /** When the next open record ends, ms UTC; Infinity when none does. */
  readonly next_end: number;
}

export const CENTER = 'center';
/** Records kept of wishes and orders, and of the center's own commands; closed ones go first. */
const KEPT_WISHES = 40;
const KEPT_OWN = 10;
const KEPT_SENT = 16;
/** An order that could not be sent within this time (ms) is given up: people have moved on. */
export const PENDING_FOR_MS = 60_000;
/** Longest id on the wire. */
const ID_LENGTH = 64;

export function createLedger(epoch: number, seq = 0): Ledger {
  return { epoch, seq, records: [], sent: [], next_end: Number.POSITIVE_INFINITY };
}

/** Numbers start anew with each epoch; what is open stays open. */
export function beginEpoch(ledger: Ledger, epoch: number): Ledger {
  return { ...ledger, epoch, seq: 0 };
}

/** Unique for a station; epoch and number lead, so a long station name is cut without harm. */
export function commandId(epoch: number, seq: number, station: string): string {
  return `c-${epoch}-${seq}-${station}`.slice(0, ID_LENGTH);
}

const RANK: Readonly<Record<CommandState, number>> = {
  pending: 0,
  sent: 1,
  accepted: 2,
  applied: 3,
  achieved: 4,
  refused: 5,
  superseded: 5,
  cancelled: 5,
  expired: 5,
};

export const isFinal = (state: CommandState): boolean => RANK[state] === 5;

/** Orders that are done once applied; all others hold for a time and then expire. */
const DONE_WHEN_APPLIED: ReadonlySet<CommandKind> = new Set(['cancel', 'release', 'fallback']);

function isOpen(record: CommandRecord): boolean {
  if (isFinal(record.state)) return false;
  return !(DONE_WHEN_APPLIED.has(record.kind) && RANK[record.state] >= RANK.applied);
}

const isPendingOrder = (record: CommandRecord): boolean =>
  record.state === 'pending' && record.kind !== 'setpoints';

function endOf(record: CommandRecord): number {
  if (!isOpen(record)) return Number.POSITIVE_INFINITY;
  return isPendingOrder(record) ? Math.min(record.at + PENDING_FOR_MS, record.ends_at) : record.ends_at;
}

function withRecords(ledger: Ledger, records: readonly CommandRecord[]): Ledger {
  let next_end = Number.POSITIVE_INFINITY;
  for (const record of records) next_end = Math.min(next_end, endOf(record));
  return { ...ledger, records, next_end };
}

/** Drops the oldest closed record of the same author class once there are too many. */
function trimmed(records: readonly CommandRecord[], own: boolean): readonly CommandRecord[] {
  const same = records.filter((record) => (record.by === CENTER) === own);
  if (same.length <= (own ? KEPT_OWN : KEPT_WISHES)) return records;
  const order = same.find(({ kind }) => kind !== 'setpoints');
  const victim = same.find((record) => !isOpen(record)) ?? order ?? same[0];
  return records.filter((record) => record !== victim);
}

export type NewRecord = Omit<CommandRecord, 'steps'>;

/** Enters a command or wish. An id that is already there changes nothing. */
export function enter(ledger: Ledger, record: NewRecord): Ledger {
  if (ledger.records.some((known) => known.id === record.id)) return ledger;
  const entered = { ...record, steps: [{ state: record.state, at: record.at }] };
  return withRecords(ledger, trimmed([...ledger.records, entered], record.by === CENTER));
}

export interface Move {
  readonly state: CommandState;
  readonly at: number;
  readonly why?: ErrorCode | undefined;
  readonly path?: string | undefined;
}

/** Moves records on. What is final stays; what was reached already, or is behind it, changes nothing. */
export function move(ledger: Ledger, ids: readonly string[], to: Move): Ledger {
  let moved = false;
  const records = ledger.records.map((record) => {
    if (!ids.includes(record.id) || isFinal(record.state)) return record;
    if (RANK[to.state] <= RANK[record.state]) {
      // What was read back differs: the state stays, and where it differs is new.
      if (to.state !== record.state || to.path === undefined || to.path === record.path) return record;
      moved = true;
      return { ...record, path: to.path };
    }
    moved = true;
    return {
      ...record,
      state: to.state,
      ...(to.why === undefined ? {} : { why: to.why }),
      ...(to.path === undefined ? {} : { path: to.path }),
      steps: [...record.steps, { state: to.state, at: to.at }],
    };
  });
  return moved ? withRecords(ledger, records) : ledger;
}

/** Reports on an order come as long as it holds, behind any number of setpoints. */
function isOpenOrder(ledger: Ledger, sent: SentCommand): boolean {
  if (sent.kind !== 'operate' && sent.kind !== 'select') return false;
  return ledger.records.some((record) => sent.records.includes(record.id) && isOpen(record));
}

/** Notes a command that goes out under the next number. */
export function noteSent(ledger: Ledger, sent: SentCommand): Ledger {
  const kept = ledger.sent.filter(
    (known, index) => index > ledger.sent.length - KEPT_SENT || isOpenOrder(ledger, known),
  );
  const numbered = { ...ledger, seq: sent.seq, sent: [...kept, sent] };
  return move(numbered, sent.records, { state: 'sent', at: sent.at });
}

/** Ends what is over in the center's time: holds, leases without renewal, orders that could not be sent. */
export function expire(ledger: Ledger, now: number): Ledger {
  if (now < ledger.next_end) return ledger;
  const over = ledger.records.filter((record) => now >= endOf(record)).map((record) => record.id);
  return move(ledger, over, { state: 'expired', at: now });
}

/** So many refusals in a row are no accident. */
const REFUSING_FROM = 2;

const wasTaken = ({ steps }: CommandRecord): boolean =>
  steps.some(({ state }) => state === 'accepted' || state === 'applied');

/**
 * Whether a station refuses the setpoints that the center tells by itself. What was never answered says nothing, and
 * `stale` is no refusal of the setpoints: after a silence stations wait for heartbeats first, all of them at once.
 *
 * @param records newest first
 */
export function isRefusing(records: readonly CommandRecord[]): boolean {
  let refusals = 0;
  for (const record of records) {
    if (record.kind !== 'setpoints' || record.by !== CENTER) continue;
    if (wasTaken(record)) return false;
    if (record.state !== 'refused' || record.why === 'stale') continue;
    refusals += 1;
    if (refusals === REFUSING_FROM) return true;
  }
  return false;
}

const NO_RECORDS: readonly CommandRecord[] = [];

/** Orders that wait to be sent, oldest first. */
export function pendingOrders(ledger: Ledger, now: number): readonly CommandRecord[] {
  // One that waits would end within a minute.
  if (ledger.next_end > now + PENDING_FOR_MS) return NO_RECORDS;
  return ledger.records.filter(isPendingOrder);
}

/** One effect for each record that is new or moved between two states of the book. */
export function changedRecords(station: string, before: Ledger, after: Ledger): Effect[] {
  if (before.records === after.records) return [];
  return after.records
    .filter((record) => !before.records.includes(record))
    .map((command) => ({ kind: 'command', station, command }));
}
